// Folders that were made to hurt whoever looks at them: one sentence, exit code 1, nothing
// followed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "approvals/evidence/chain.h"
#include "approvals/evidence/manifest.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "tests/evidence/evidence_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using archive::EvidenceFixture;
using archive::sealed;
namespace fs = std::filesystem;

namespace {

class Trap {
 public:
  Trap() : files_(archive_.exported("out")) { archive_.write("trap", files_); }

  const EvidenceFiles& files() const { return files_; }
  std::string path(const std::string& name) const { return archive_.room.folder + "/trap/" + name; }
  void lay(const EvidenceFiles& files) { archive_.write("trap", files); }
  // What the program says of the folder; it must be one sentence of a verdict, said in time.
  std::string said() {
    const json verdict = archive_.room.value({"verify", "trap"}, 1);
    CHECK(verdict["verdict"] == "wrong");
    const Ran ran = archive_.room.countersign({"verify", "trap"});
    CHECK(ran.code == 1);
    CHECK(ran.out.find("✗") != std::string::npos);
    return verdict["wrong"].value("message", "");
  }
  room::CliFixture& room() { return archive_.room; }
  const std::string& run() const { return archive_.run; }

 private:
  EvidenceFixture archive_;
  EvidenceFiles files_;
};

}  // namespace

TEST_CASE("links, devices and pipes are not followed") {
  Trap trap;
  trap.room().write("secret", "x");
  fs::create_symlink(trap.room().folder + "/secret", trap.path("documents/link"));
  CHECK(trap.said() ==
        "documents/link: it is a symbolic link; evidence holds only files and folders");
  trap.lay(trap.files());
  fs::remove(trap.path("README.md"));
  fs::create_symlink("/etc/passwd", trap.path("README.md"));
  CHECK(trap.said().rfind("README.md: it is a symbolic link", 0) == 0);
  trap.lay(trap.files());
  fs::create_directory_symlink("/", trap.path("trust/root"));
  CHECK(trap.said().rfind("trust/root: it is a symbolic link", 0) == 0);
  trap.lay(trap.files());
  REQUIRE(mkfifo(trap.path("pipe").c_str(), 0600) == 0);
  CHECK(trap.said() == "pipe: it is neither a file nor a folder; evidence holds only those");
}

TEST_CASE("files that are too large and folders that are too deep are not read") {
  Trap trap;
  trap.lay(trap.files());
  REQUIRE(truncate(trap.path("report.html").c_str(), 20ll << 30) == 0);
  CHECK(trap.said() == "report.html: it is larger than 256 MiB, which no file of evidence is");
  trap.lay(trap.files());
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "d/";
  fs::create_directories(trap.path(deep));
  CHECK(trap.said().find("evidence has no folders that deep") != std::string::npos);
}

TEST_CASE("a manifest names files of its folder, each once, and nothing else") {
  Trap trap;
  const std::string manifest = trap.files().at(kManifest), digest(64, '0');
  const auto with = [&](const std::string& text) {
    EvidenceFiles files = trap.files();
    files[kManifest] = text;
    trap.lay(files);
    return trap.said();
  };
  for (const std::string path :
       {"/etc/passwd", "../out/README.md", "a/../../b", "a//b", "./a", "zz/"}) {
    INFO(path);
    CHECK(with(manifest + digest + "  " + path + "\n").find("no path in this folder") !=
          std::string::npos);
  }
  CHECK(with(manifest + manifest.substr(manifest.rfind('\n', manifest.size() - 2) + 1))
            .find("out of order, or twice") != std::string::npos);
  CHECK(with("").find("it is not in the manifest") != std::string::npos);
  CHECK(with(manifest + "x\n").find("is not a SHA-256 digest") != std::string::npos);
  CHECK(with(manifest.substr(0, manifest.size() - 1)).find("newline") != std::string::npos);
  CHECK(with(std::string(1 << 20, '\n')).find("line 1 is not") != std::string::npos);
  CHECK(with(manifest + digest + "  zzz\n") ==
        "zzz: it is missing; the manifest names it with digest 0000000000000000");
}

TEST_CASE("JSON that is deep, doubled or of another form is a flaw, not a crash") {
  Trap trap;
  const auto with = [&](const std::string& name, const std::string& text) {
    EvidenceFiles files = trap.files();
    files[name] = text;
    trap.lay(sealed(files));
    return trap.said();
  };
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']') + "\n";
  CHECK(with(kJournal, deep).rfind("journal.jsonl, record 1: it is not canonical JSON", 0) == 0);
  CHECK(with("evidence.json", std::string(10'000, '[')).rfind("evidence.json: ", 0) == 0);
  CHECK(with(kJournal, "{\"a\":1,\"a\":1}\n").find("not canonical") != std::string::npos);
  CHECK(with(kJournal, "{}\n").find("has not the form of a record") != std::string::npos);
  CHECK(with(kJournal, "").find("holds no record") != std::string::npos);
  CHECK(with(kJournal, "null").find("not whole") != std::string::npos);
  for (const std::string body : {"null", "[]", "1", "\"x\"", "{}", "{\"document\":1}",
                                 "{\"runbook\":7,\"prelude\":[],\"version\":1}"}) {
    for (const std::string kind :
         {"run.started", "module", "plan", "intent", "bracket", "status"}) {
      const std::string zeros(64, '0');
      const std::string line = "{\"body\":" + body + ",\"kind\":\"" + kind + "\",\"previous\":\"" +
                               zeros + "\",\"seq\":1,\"time\":1}";
      EvidenceFiles files = trap.files();
      files[kJournal] = line + "\n";
      files[kHashes] = sha256_hex(line) + "  1\n";
      INFO(line);
      const Verdict verdict = archive::verdict_of(sealed(files));
      CHECK(verdict.wrong);
    }
  }
}

TEST_CASE("a value of any other type in any record is a flaw, not a crash") {
  Trap trap;
  std::vector<Record> records;
  REQUIRE_FALSE(read_chain(trap.files(), records));
  std::size_t tried = 0;
  const auto with = [&](std::size_t changed, const json& body) {
    std::vector<Record> chain = records;
    chain[changed].body = body;
    EvidenceFiles files = trap.files();
    files.erase(kJournal);
    files.erase(kHashes);
    std::string previous(64, '0');
    for (Record& one : chain) {
      one.previous = previous;
      one.hash = previous = sha256_hex(canonical(to_json(one)));
    }
    write_chain(chain, files);
    const Verdict verdict = archive::verdict_of(sealed(files));
    INFO("record " << changed + 1 << ": " << body.dump());
    CHECK(verdict.wrong);
    ++tried;
  };
  for (std::size_t i = 0; i < records.size(); ++i)
    for (const auto& [key, value] : records[i].body.items())
      for (const json& other : {json(), json(1), json("x"), json::array(), json::object()}) {
        json body = records[i].body;
        if (body[key] == other) continue;
        body[key] = other;
        with(i, body);
      }
  CHECK(tried > 500);
}

TEST_CASE("what is no evidence folder is said to be none") {
  Trap trap;
  fs::create_directory(trap.room().folder + "/empty");
  CHECK(trap.room().value({"verify", "empty"}, 1)["wrong"]["file"] == "MANIFEST");
  CHECK(trap.room().error({"verify", "nowhere"}, 2).find("there is no run") != std::string::npos);
  CHECK(trap.room().error({"verify", "trap", "--signers", "nowhere"}, 2).rfind("usage: ", 0) == 0);
  trap.room().write("bad", "carla@connie.example ssh-rsa\n");
  CHECK(trap.room().error({"verify", "trap", "--signers", "bad"}, 2).rfind("config: ", 0) == 0);
}

TEST_CASE("a run's own file that was changed is wrong too") {
  Trap trap;
  const std::string file = "home/runs/" + trap.run() + ".run";
  std::string bytes = trap.room().read(file);
  const std::size_t at = bytes.find("the number has its new name");
  REQUIRE(at != std::string::npos);
  for (std::size_t i = at; i != std::string::npos;
       i = bytes.find("the number has its new name", i + 1))
    bytes[i] = 'T';
  trap.room().write(file, bytes);
  const json verdict = trap.room().value({"verify", trap.run()}, 1);
  CHECK(verdict["wrong"].value("message", "").find("is corrupt (hash mismatch)") !=
        std::string::npos);
}

TEST_CASE("evidence touched by desktop tools is named as such, with the way back") {
  Trap trap;
  const auto with = [&](const std::string& name, const std::string& text) {
    EvidenceFiles files = trap.files();
    files[name] = text;
    trap.lay(files);
    return trap.said();
  };
  const auto as_windows = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
  };
  const std::string left =
      ": it was left by a desktop tool that looked at the folder; remove it and verify again";
  for (const std::string name : {".DS_Store", "documents/.DS_Store", "Thumbs.db", "desktop.ini",
                                 "trust/._policy.toml", "__MACOSX/x"})
    CHECK(with(name, "x") == name + left);
  CHECK(with("DS_Store", "x") == "DS_Store: it is not in the manifest: it was added");

  const std::string converted = "its line ends were converted to CRLF; restore them";
  CHECK(with("README.md", as_windows(trap.files().at("README.md"))).find(converted) !=
        std::string::npos);
  CHECK(with(kManifest, as_windows(trap.files().at(kManifest))).find(converted) !=
        std::string::npos);
  CHECK(with("README.md", "\xEF\xBB\xBF" + trap.files().at("README.md"))
            .find("an editor put a byte order mark") != std::string::npos);
  CHECK(
      with("README.md", as_windows(trap.files().at("README.md")) + "more").find("it was changed") !=
      std::string::npos);
}

TEST_CASE("an empty folder and a name that is not UTF-8 were added, and are named") {
  Trap trap;
  fs::create_directories(trap.path("documents/new/deeper"));
  CHECK(trap.said() ==
        "documents/new/deeper: it is an empty folder, and evidence has none: it was added");
  trap.lay(trap.files());
  trap.room().write("trap/caf\xE9", "x");
  CHECK(trap.said().rfind("caf\\xE9: its name is not UTF-8", 0) == 0);
}

TEST_CASE("a packed folder is to be unpacked first") {
  Trap trap;
  trap.room().write("evidence.zip", "PK\x03\x04");
  const Ran ran = trap.room().countersign({"verify", "evidence.zip"});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("\"evidence.zip\" is a file, and evidence is a folder") != std::string::npos);
  CHECK(ran.err.find("unpack it first") != std::string::npos);
}
