// Signed answers that arrive in a folder, which anybody may have put things into.
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <filesystem>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::renaming;
namespace fs = std::filesystem;

namespace {

const std::string kRename =
    renaming(R"(attest { "heard", "A caller hears the greeting" }, sign_off "ceo")", false);

struct Office {
  CliFixture room;

  Office() {
    room.furnish();
    room.write("rename.lua", kRename);
    fs::create_directory(room.folder + "/in");
  }
  std::string started() {
    return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=Desk"}, 3)["run"];
  }
  // `file` signed by olive, as NAME in the folder of incoming answers.
  void hand_in(const std::string& file, const std::string& name) const {
    fs::create_directories(fs::path(room.folder + "/in/" + name).parent_path());
    fs::copy_file(room.folder + "/" + file, room.folder + "/in/" + name,
                  fs::copy_options::overwrite_existing);
    sign("in/" + name);
  }
  void sign(const std::string& file) const {
    fs::remove(room.folder + "/" + file + ".sig");
    const Ran signature = run_process(
        {{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f", "olive", file},
         room.folder});
    INFO(signature.err);
    REQUIRE(signature.code == 0);
    settle(file);
  }
  // As if it had been written a while ago.
  void settle(const std::string& file) const {
    const utimbuf past{1700000000, 1700000000};
    for (const std::string& one : {file, file + ".sig"})
      utime((room.folder + "/" + one).c_str(), &past);
  }
  json inbox(int code = 0) { return room.value({"inbox", "in"}, code); }
};

std::string why(const json& refused, const std::string& file) {
  for (const json& one : refused)
    if (one["file"] == file) return one["error"]["message"];
  return "";
}

}  // namespace

TEST_CASE("decisions, attestations and sign-offs are taken in as they arrive, once") {
  Office office;
  const std::string id = office.started();
  office.room.value({"request", id, "--to", "papers"});
  office.hand_in("papers/approve.json", "from-carla/yes.json");
  json said = office.inbox();
  REQUIRE(said["taken"].size() == 1);
  CHECK(said["taken"][0]["file"] == "from-carla/yes.json");
  CHECK(said["taken"][0]["kind"] == "decision");
  CHECK(said["taken"][0]["run"] == id);
  office.room.value({"resume", id}, 5);
  office.room.value({"request", id, "--to", "papers2"});
  office.hand_in("papers2/pass.json", "heard.json");
  said = office.inbox();
  CHECK(said["before"].size() == 1);
  REQUIRE(said["taken"].size() == 1);
  CHECK(said["taken"][0]["item"] == "heard");
  office.room.value({"request", id, "--to", "papers3"});
  office.hand_in("papers3/sign-off.json", "end.json");
  said = office.inbox();
  CHECK(said["taken"][0]["status"] == "done");
  // What lies there stays, and is said to be taken in already.
  said = office.inbox();
  CHECK(said["taken"] == json::array());
  CHECK(said["before"].size() == 3);
  CHECK(office.room.has("in/end.json.sig"));
  CHECK(office.room.value({"show", id})["status"] == "done");
}

TEST_CASE("a freeze and its end, and a change of who may sign, are taken in too") {
  Office office;
  office.room.value({"freeze", "--profile", "acme", "--reason", "audit", "--to", "f"});
  office.hand_in("f/freeze.json", "freeze.json");
  CHECK(office.inbox()["taken"][0]["kind"] == "freeze");
  CHECK(office.room.value({"due"})["latches"].size() == 1);
  office.room.value({"thaw", "--profile", "acme", "--reason", "over", "--to", "t"});
  office.hand_in("t/thaw.json", "thaw.json");
  CHECK(office.inbox()["taken"][0]["kind"] == "thaw");
  CHECK(office.room.value({"due"})["latches"] == json::array());
  const std::string key = office.room.key("nora");
  office.room.countersign({"trust", "add", "nora@connie.example", "nora.pub", "--person", "nora",
                           "--role", "ceo", "--reason", "joins", "--to", "p"});
  REQUIRE(office.room.has("p/accept.json"));
  office.hand_in("p/accept.json", "accept.json");
  CHECK(office.inbox()["taken"][0]["kind"] == "trust");
  CHECK(office.room.read("allowed_signers").find("nora@connie.example") != std::string::npos);
}

TEST_CASE("what somebody else put into the folder is refused by name, and harms nothing") {
  Office office;
  const std::string id = office.started();
  office.room.value({"request", id, "--to", "papers"});
  const std::string in = office.room.folder + "/in/";
  // Good, and taken in whatever lies beside it.
  office.hand_in("papers/approve.json", "good.json");
  // One changed byte.
  office.hand_in("papers/approve.json", "changed.json");
  std::string text = office.room.read("in/changed.json");
  text[text.find("approve")] = 'A';
  office.room.write("in/changed.json", text);
  // A link to what is ours, a pipe, a folder, something huge, no document, no answer.
  fs::create_symlink(office.room.folder + "/papers/approve.json", in + "link.json");
  fs::copy_file(in + "good.json.sig", in + "link.json.sig");
  REQUIRE(mkfifo((in + "pipe.json").c_str(), 0600) == 0);
  office.room.write("in/pipe.json.sig", "x");
  fs::create_directory(in + "folder.json");
  office.room.write("in/folder.json.sig", "x");
  office.room.write("in/huge.json", std::string(2u << 20, ' '));
  office.room.write("in/huge.json.sig", "x");
  office.room.write("in/lone.json.sig", "x");
  office.room.write("in/notes.txt", "not ours");
  office.room.write("in/letter.json", "{\"type\":\"love\"}");
  office.room.write("in/letter.json.sig", "x");
  // A link to a folder is not looked into.
  fs::create_directory_symlink(office.room.folder + "/papers", in + "elsewhere");
  office.sign("papers/reject.json");
  // Of a run that is not here.
  text = office.room.read("papers/approve.json");
  const std::size_t at = text.find(id);
  REQUIRE(at != std::string::npos);
  office.room.write("in/other.json", text.replace(at, id.size(), "20200101-abcdef"));
  office.sign("in/other.json");
  for (const char* old : {"in/changed.json", "in/letter.json"}) office.settle(old);
  const json said = office.inbox(1);
  INFO(said.dump(2));
  REQUIRE(said["taken"].size() == 1);
  CHECK(said["taken"][0]["file"] == "good.json");
  CHECK(why(said["refused"], "link.json") == "it is a link");
  CHECK(why(said["refused"], "pipe.json") == "it is no plain file");
  CHECK(why(said["refused"], "folder.json") == "it is no plain file");
  CHECK(why(said["refused"], "huge.json") == "it is larger than 1024 KiB");
  CHECK(why(said["refused"], "changed.json") != "");
  CHECK(why(said["refused"], "letter.json") != "");
  CHECK(why(said["refused"], "other.json") != "");
  REQUIRE(said["waiting"].size() == 1);
  CHECK(said["waiting"][0]["file"] == "lone.json.sig");
  CHECK(office.room.value({"show", id})["status"] != "rejected");
}

TEST_CASE("what is still being written is left for the next time") {
  Office office;
  const std::string id = office.started();
  office.room.value({"request", id, "--to", "papers"});
  office.hand_in("papers/approve.json", "yes.json");
  const std::string whole = office.room.read("in/yes.json.sig");
  office.room.write("in/yes.json.sig", whole.substr(0, whole.size() / 2));
  json said = office.inbox();
  CHECK(said["taken"] == json::array());
  REQUIRE(said["waiting"].size() == 1);
  CHECK(said["waiting"][0]["why"].get<std::string>().rfind("it is not whole yet", 0) == 0);
  // Left so, it is damaged.
  office.settle("in/yes.json");
  CHECK(office.inbox(1)["refused"].size() == 1);
  office.room.write("in/yes.json.sig", whole);
  CHECK(office.inbox()["taken"].size() == 1);
}

TEST_CASE("an answer that the run does not wait for is refused, also a second time") {
  Office office;
  const std::string id = office.started();
  office.room.value({"request", id, "--to", "papers"});
  office.room.value({"cancel", id, "--reason", "no longer"});
  office.hand_in("papers/approve.json", "late.json");
  CHECK(office.inbox(1)["refused"].size() == 1);
  CHECK(office.inbox(1)["refused"].size() == 1);
  CHECK(office.room.error({"inbox", "nowhere"}, 2).find("cannot be looked into") !=
        std::string::npos);
  const Ran empty = office.room.countersign({"inbox", "papers"});
  CHECK(empty.code == 0);
  CHECK(empty.out == "There is no signed answer in papers.\n");
}
