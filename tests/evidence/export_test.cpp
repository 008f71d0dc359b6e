// What `export` writes, and that it can be believed: offline, elsewhere, by other means.
#include <filesystem>
#include <sstream>

#include "interpreter/digest.h"
#include "tests/evidence/evidence_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using archive::EvidenceFixture;
namespace fs = std::filesystem;

namespace {

std::string lower_hex_url(const std::string& text) {
  static const char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c)) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  return out;
}

// Every command of the README, as a person would paste it.
void paste_commands(const std::string& folder, std::size_t wanted) {
  std::istringstream lines(run_process({{"cat", folder + "/README.md"}}).out);
  std::size_t seen = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("ssh-keygen -Y verify", 0) != 0 && line.rfind("sha256sum", 0) != 0) continue;
    const Ran ran = run_process({{"sh", "-c", line}, folder});
    INFO(line << "\n" << ran.out << ran.err);
    CHECK(ran.code == 0);
    ++seen;
  }
  CHECK(seen == wanted);
}

}  // namespace

TEST_CASE("a finished run is exported whole, verifies, and again gives the same bytes") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  for (const char* path : {"README.md",
                           "report.html",
                           "checklist.md",
                           "plan.json",
                           "plan.txt",
                           "request.json",
                           "request.json.sig",
                           "decisions/plan.txt",
                           "decisions/01-approve-carla.json",
                           "decisions/01-approve-carla.json.sig",
                           "attestations/01-heard-carla.json",
                           "sign-offs/01-pass-carla.json.sig",
                           "journal.jsonl",
                           "journal.sha256",
                           "runbook/rename.lua",
                           "runbook/language/dsl.lua",
                           "evidence.json",
                           "captured/number-as-found.txt",
                           "snapshots/01-rename-PRE.json",
                           "snapshots/01-rename-POST.json",
                           "snapshots/01-rename-diff.json",
                           "snapshots/01-rename-diff.txt",
                           "MANIFEST"}) {
    INFO(path);
    CHECK(files.count(path) == 1);
  }
  CHECK(json::parse(files.at("request.json"))["plan_text"] ==
        sha256_hex(files.at("decisions/plan.txt")));
  const json verdict = archive.room.value({"verify", "out"});
  CHECK(verdict["verdict"] == "consistent, not authenticated");
  CHECK(verdict["run"] == archive.run);
  CHECK(verdict["wrong"].is_null());
  CHECK(verdict["unchecked"] == json::array());
  CHECK(archive.room.value({"verify", "out", "--signers", "allowed_signers"})["verdict"] ==
        "authentic");
  CHECK(archive.room.value({"verify", archive.run})["verdict"] == "consistent, not authenticated");
  archive.room.value({"export", archive.run, "--to", "again"});
  CHECK(archive.read("again") == files);
  paste_commands(archive.room.folder + "/out", 5);

  const std::string& readme = files.at("README.md");
  for (const char* words :
       {"# Rename the number",
        "**carla** (carla@connie.example, ceo) approved it, referring to the "
        "board's minutes",
        "heard it twice", "the number has its new name", "signed the run off"}) {
    INFO(readme);
    CHECK(readme.find(words) != std::string::npos);
  }
  CHECK(files.at("checklist.md").find("- [x] A caller hears the greeting — carla") !=
        std::string::npos);
  const std::string& report = files.at("report.html");
  CHECK(report.find("<script") == std::string::npos);
  CHECK(report.find("src=") == std::string::npos);
  CHECK(report.find("url(") == std::string::npos);
}

TEST_CASE("evidence agrees on another machine, in another place, without a home") {
  EvidenceFixture archive;
  archive.exported("out");
  const std::string folder = archive.room.folder + "/out";
  fs::create_directories("/tmp/countersign-elsewhere");
  const std::string plain = archive.room.countersign({"--json", "verify", "out"}).out;
  for (const auto& [zone, locale] : std::vector<std::pair<std::string, std::string>>{
           {"Pacific/Apia", "C"}, {"America/St_Johns", "de_DE.UTF-8"}, {"UTC", "tr_TR.UTF-8"}}) {
    const Ran ran =
        run_process({{COUNTERSIGN_BINARY_DIR "/countersign", "--json", "verify", folder},
                     "/tmp/countersign-elsewhere",
                     {{"TZ", zone}, {"LC_ALL", locale}}});
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.out == plain);
  }
  archive.room.environment["TZ"] = "Asia/Kathmandu";
  archive.room.environment["LC_ALL"] = "de_DE.UTF-8";
  archive.room.value({"export", archive.run, "--to", "again"});
  CHECK(archive.read("again") == archive.read("out"));
  fs::remove_all("/tmp/countersign-elsewhere");
}

TEST_CASE("an unfinished run is exported too, and every page says so") {
  for (const char* status : {"awaiting_decision", "awaiting_time", "awaiting_attestation"}) {
    EvidenceFixture archive;
    archive.live_to(status);
    archive.room.value({"export", archive.run, "--to", "out"});
    INFO(status);
    for (const auto& [path, bytes] : archive.read("out")) {
      if (path.find('/') != std::string::npos && path.rfind("snapshots/", 0) != 0) continue;
      if (!path.ends_with(".md") && !path.ends_with(".txt") && !path.ends_with(".html")) continue;
      INFO(path << "\n" << bytes);
      CHECK((bytes.find("not finished") != std::string::npos));
    }
    // Asked for, and nothing done yet: the signed request covers all there is.
    const bool covered = std::string(status) == "awaiting_decision";
    const json verdict = archive.room.value({"verify", "out"}, covered ? 0 : 10);
    CHECK(verdict["verdict"] == (covered ? "consistent, not authenticated" : "end not signed"));
    CHECK(verdict["unchecked"].size() == (covered ? 0 : 1));
    archive::judged(archive.read("out"));
    CHECK(archive.room.error({"export", archive.run}, 2).find("not finished") != std::string::npos);
  }
}

TEST_CASE("rejected, cancelled and failed runs have evidence too") {
  EvidenceFixture archive;
  archive.start();
  archive.room.value(
      {"reject", archive.run, "--reason", "not this year", "--key", "carla", "--yes"});
  archive.room.value({"export", archive.run, "--to", "rejected"});
  CHECK(archive.room.value({"verify", "rejected"})["wrong"].is_null());
  CHECK(archive.read("rejected").at("README.md").find("not this year") != std::string::npos);
  archive.start();
  archive.room.value({"cancel", archive.run, "--reason", "not needed"});
  archive.room.value({"export", archive.run, "--to", "cancelled"});
  CHECK(archive.room.value({"verify", "cancelled"}, 10)["wrong"].is_null());

  archive.start();
  archive.room.value({"approve", archive.run, "--key", "carla", "--yes"});
  archive.room.value({"resume", archive.run}, 4);
  const Result<AllowedSigners> none = AllowedSigners{};
  archive.room.write(
      "fails.lua",
      "return runbook { name = \"fails\", title = \"It fails\", parameters = { client = "
      "param.profile { why = \"x\" } }, procedure = { read \"look\" (function(run) "
      "check(false, \"it is well\", \"<b>no</b>\") end) } }\n");
  const std::string id =
      archive.room.value({"run", "fails.lua", "-p", "client=acme"}, 1).value("run", "");
  archive.room.value({"export", id, "--to", "failed"});
  const json verdict = archive.room.value({"verify", "failed", "--signers", "allowed_signers"}, 10);
  CHECK(verdict["wrong"].is_null());
  // Nobody signed anything: there is nothing to authenticate it by.
  CHECK(verdict["verdict"] == "end not signed");
  CHECK(verdict["anchored"] == false);
  CHECK(archive.read("failed").at("README.md").find("## What went wrong") != std::string::npos);
}

TEST_CASE("evidence goes where its runbook says, and never over anything") {
  EvidenceFixture archive;
  archive.live_to("done");
  archive.room.write("taken/file", "x");
  CHECK(archive.room.error({"export", archive.run, "--to", "taken"}, 2) ==
        "usage: \"taken\" is there already, and is not an empty folder");
  CHECK(archive.room.read("taken/file") == "x");
  fs::create_directory_symlink(archive.room.folder + "/taken", archive.room.folder + "/link");
  archive.room.error({"export", archive.run, "--to", "link"}, 2);
  fs::create_directory(archive.room.folder + "/empty");
  archive.room.value({"export", archive.run, "--to", "empty/"});
  CHECK(archive.room.value({"verify", "empty"})["wrong"].is_null());

  const std::string date =
      json::parse(archive.room.countersign({"--json", "show", archive.run}).out)
          .value("started", "")
          .substr(0, 10);
  const std::string place = archive.room.value({"export", archive.run})["folder"];
  CHECK(place == archive.room.folder + "/dev-logs/rename-acme-" + date);
  CHECK(archive.room.value({"verify", place})["wrong"].is_null());
  // Nothing is added to evidence: the folder would not be what its manifest says any more.
  archive.room.error({"export", archive.run}, 2);
  CHECK(archive.room.value({"verify", place})["wrong"].is_null());
  // Archived meanwhile: it goes along.
  fs::remove_all(place);
  archive.room.write("dev-logs/_archive/rename-acme-" + date + "/notes.md", "# what was here\n");
  CHECK(archive.room.value({"export", archive.run})["folder"] ==
        archive.room.folder + "/dev-logs/_archive/rename-acme-" + date + "/run-" + archive.run);
  for (const auto& entry : fs::directory_iterator(archive.room.folder))
    CHECK(entry.path().extension() != ".part");
}

TEST_CASE("what parameters and providers say is shown, never obeyed") {
  EvidenceFixture archive;
  const std::string label =
      "<script>alert(1)</script> \xE2\x80\xAE"
      "evil\xE2\x80\x8B [x](http://evil) `a` & \"b\"";
  archive.start(label);
  archive.room.value({"reject", archive.run, "--reason", "\x1b[31mred", "--key", "carla", "--yes"});
  archive.room.value({"export", archive.run, "--to", "out"});
  for (const auto& [path, bytes] : archive.read("out")) {
    if (!path.ends_with(".md") && !path.ends_with(".html") && !path.ends_with(".txt")) continue;
    if (path.rfind("captured/", 0) == 0) continue;
    INFO(path);
    CHECK(bytes.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(bytes.find("\xE2\x80\x8B") == std::string::npos);
    CHECK(bytes.find('\x1b') == std::string::npos);
    if (path.ends_with(".txt")) continue;
    const std::size_t tag = bytes.find("<script");
    CHECK((tag == std::string::npos || (path.ends_with(".md") && bytes[tag - 1] == '\\')));
    CHECK((path.ends_with(".html") || bytes.find("[x](http") == std::string::npos));
  }
  const std::string report = archive.read("out").at("report.html");
  CHECK(report.find("&lt;script&gt;alert(1)&lt;/script&gt; \\u{202E}evil\\u{200B}") !=
        std::string::npos);
  CHECK(archive.room.value({"verify", "out"})["wrong"].is_null());
}

TEST_CASE("the demo's cancellation is exported, verifies, and holds none of its secrets") {
  char draft[] = "/tmp/countersign-evidence-XXXXXX";
  const std::string base = mkdtemp(draft);
  const Ran demo = run_process({{"sh", COUNTERSIGN_SOURCE_DIR "/docs/examples/demo.sh",
                                 COUNTERSIGN_BINARY_DIR "/countersign"},
                                base,
                                {{"KEEP", "1"}, {"TMPDIR", base}, {"HOME", base}}});
  INFO(demo.out << demo.err);
  REQUIRE(demo.code == 0);
  // Beside it lies what belongs to the user (HOME), in no order.
  std::string folder;
  for (const auto& entry : fs::directory_iterator(base))
    if (entry.path().filename().string().starts_with("countersign-demo-"))
      folder = entry.path().string();
  REQUIRE_FALSE(folder.empty());
  const auto say = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {COUNTERSIGN_BINARY_DIR "/countersign", "--json"});
    const Ran ran = run_process({words, folder, {{"HOME", base}}});
    INFO(ran.out << ran.err);
    REQUIRE(ran.code == 0);
    return json::parse(ran.out);
  };
  const std::string run = say({"runs"})[0]["run"];
  const std::string place = say({"export", run})["folder"];
  CHECK(place.find("/dev-logs/_archive/wait-experience-acme-") != std::string::npos);
  CHECK(place.ends_with("/run-" + run));
  CHECK(say({"verify", place, "--signers", "allowed_signers"})["verdict"] == "authentic");
  paste_commands(place, 6);

  EvidenceFiles files;
  REQUIRE_FALSE(read_evidence(place, files));
  for (const char* path : {"logs/deploy-serverless.log", "captured/acme-flow-PRE-cancel.json",
                           "captured/acme-executions-PRE-cancel.json",
                           "snapshots/02-teardown-diff.txt", "runbook/modules/teardown.lua"}) {
    INFO(path);
    CHECK(files.count(path) == 1);
  }
  std::vector<std::string> secrets;
  for (const auto& entry : fs::directory_iterator(folder + "/secrets")) {
    std::string secret = run_process({{"cat", entry.path().string()}}).out;
    while (!secret.empty() && secret.back() == '\n') secret.pop_back();
    secrets.push_back(secret);
  }
  secrets.push_back("fake-mailgun-sending-key-acme");
  REQUIRE(secrets.size() > 4);
  for (const std::string& secret : secrets)
    for (const auto& [path, bytes] : files) {
      INFO(path);
      CHECK(bytes.find(secret) == std::string::npos);
      CHECK(bytes.find(base64_encode(secret)) == std::string::npos);
      CHECK(bytes.find(base64_encode("api:" + secret)) == std::string::npos);
      CHECK(bytes.find(lower_hex_url(secret)) == std::string::npos);
    }
  fs::remove_all(base);
}
