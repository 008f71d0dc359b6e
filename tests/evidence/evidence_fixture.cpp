#include "tests/evidence/evidence_fixture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "approvals/evidence/chain.h"
#include "approvals/evidence/manifest.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "repl/version.h"
#include "repl/views/evidence_pages.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"

namespace countersign::archive {
namespace {

const char kRename[] = R"(return runbook {
  name = "rename", title = "Rename the number",
  summary = "Gives a number another name.",
  evidence = "rename-{client}-{date}",
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which number" },
    label = param.text { why = "What it is called from now on" },
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      documents.capture { label = "number as found", value = number }
      return { sid = number.sid }
    end),
    mutate "rename" (function(run)
      step "Give it the new name"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),
    wait "settle" { duration = "1h", why = "Let it settle" },
    read "verify" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number.friendly_name == run.params.label, "the number has its new name")
    end),
  },
  done = { proven "the number has its new name", attest { "heard", "A caller hears the greeting" }, sign_off "ceo" },
}
)";

class Kept : public Documents {
 public:
  explicit Kept(const std::map<std::string, std::string>& all) : all_(all) {}
  std::string put(const std::string&) override { return ""; }
  Result<std::string> get(const std::string& sha256) const override {
    const auto at = all_.find(sha256);
    if (at == all_.end()) return Error{"state", "no document " + sha256};
    return at->second;
  }

 private:
  const std::map<std::string, std::string>& all_;
};

}  // namespace

EvidenceFixture::EvidenceFixture() {
  room.furnish("[workspace]\ndev_logs = \"dev-logs\"\n");
  const std::string carla = room.key("carla");
  room.write("allowed_signers",
             "olive@connie.example " + room.read("olive.pub") + "carla@connie.example " + carla);
  room.write("policy.toml",
             "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\n"
             "roles = [\"operator\"]\n[people.carla]\nprincipals = [\"carla@connie.example\"]\n"
             "roles = [\"ceo\"]\n[rules.mutate]\nrequires = { ceo = 1 }\nseparation = true\n");
  room.write("rename.lua", kRename);
}

json EvidenceFixture::start(const std::string& label) {
  const json said = room.value({"run", "rename.lua", "-p", "client=acme", "-p",
                                "number=+15550100200", "-p", "label=" + label},
                               3);
  run = said.value("run", "");
  return said;
}

void EvidenceFixture::live_to(const std::string& status) {
  start();
  if (status == "awaiting_decision") return;
  room.value({"approve", run, "--key", "carla", "--yes", "--reference", "the board's minutes"});
  room.value({"resume", run}, 4);
  if (status == "awaiting_time") return;
  room.simulator.advance(3600);
  room.value({"resume", run}, 5);
  if (status == "awaiting_attestation") return;
  room.value(
      {"attest", run, "heard", "--pass", "--note", "heard it twice", "--key", "carla", "--yes"});
  room.value({"sign-off", run, "--key", "carla", "--yes"});
}

EvidenceFiles EvidenceFixture::exported(const std::string& name) {
  live_to("done");
  room.value({"export", run, "--to", name});
  return read(name);
}

EvidenceFiles EvidenceFixture::read(const std::string& name) const {
  EvidenceFiles files;
  const auto flaw = read_evidence(room.folder + "/" + name, files);
  INFO((flaw ? flaw->what : ""));
  REQUIRE_FALSE(flaw);
  return files;
}

std::string EvidenceFixture::sign(const std::string& document, const std::string& key) const {
  room.write("to-sign", document);
  std::filesystem::remove(room.folder + "/to-sign.sig");
  const Ran ran = run_process(
      {{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f", key, "to-sign"},
       room.folder});
  INFO(ran.out << ran.err);
  REQUIRE(ran.code == 0);
  return room.read("to-sign.sig");
}

void EvidenceFixture::write(const std::string& name, const EvidenceFiles& files) const {
  std::filesystem::remove_all(room.folder + "/" + name);
  for (const auto& [path, bytes] : files) room.write(name + "/" + path, bytes);
}

Verdict verdict_of(const EvidenceFiles& files, const std::string& signers) {
  VerifyOptions options;
  Result<AllowedSigners> outside = AllowedSigners{};
  if (!signers.empty()) {
    outside = parse_allowed_signers(signers, "outside");
    REQUIRE(outside);
    options.signers = &*outside;
  }
  options.version = kVersion;
  options.pages = [](Dossier& dossier) { add_pages(dossier, standard_catalogue()); };
  return verify_evidence(files, options);
}

int code_of(const Verdict& verdict) {
  return verdict.wrong ? 1 : verdict.end.is_signed ? 0 : 10;
}

namespace {

// What is written from the records.
bool is_written(const std::string& path) {
  for (const char* end : {".md", ".html", ".txt"})
    if (path.ends_with(end)) return true;
  return path == "evidence.json" || path.starts_with("plan") || path.starts_with("snapshots/") ||
         path.starts_with("captured/") || path.starts_with("logs/") ||
         path.starts_with("trust/engine-");
}

struct ByHand {
  std::string folder;  // to be removed
  Ran ran;
};

ByHand checked_by_hand(const EvidenceFiles& files, std::string signers) {
  char name[] = "/tmp/countersign-folder-XXXXXX";
  const std::string folder = mkdtemp(name);
  const auto write = [](const std::string& path, const std::string& bytes) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  };
  for (const auto& [path, bytes] : files) write(folder + "/evidence/" + path, bytes);
  if (signers.empty())
    for (const auto& [path, bytes] : files)
      if (path.starts_with("trust/allowed_signers-")) signers = bytes;
  write(folder + "/signers", signers);
  return {folder, run_process({{"sh", COUNTERSIGN_SOURCE_DIR "/docs/verify.sh",
                                folder + "/evidence", folder + "/signers"}})};
}

}  // namespace

Verdict judged(const EvidenceFiles& files, const std::string& signers) {
  const Verdict verdict = verdict_of(files, signers);
  const auto [folder, ran] = checked_by_hand(files, signers);
  INFO("verify says: " << (verdict.wrong
                               ? verdict.wrong->file + " " + std::to_string(verdict.wrong->record) +
                                     ": " + verdict.wrong->what
                               : verdict.word()));
  INFO("docs/verify.sh says: " << ran.code << " " << ran.out << ran.err);
  const bool agrees =
      ran.code == code_of(verdict) || (verdict.wrong && is_written(verdict.wrong->file));
  INFO("the folder is kept: " << folder);
  CHECK(agrees);
  if (agrees) std::filesystem::remove_all(folder);
  return verdict;
}

EvidenceFiles sealed(EvidenceFiles files) {
  files[kManifest] = manifest_of(files);
  return files;
}

Forgery::Forgery(const EvidenceFiles& files) : whole_(files) {
  REQUIRE_FALSE(read_chain(files, records));
  for (const auto& [path, bytes] : files)
    if (path.rfind("documents/", 0) == 0) documents_[path.substr(10)] = bytes;
}

Record& Forgery::record(const std::string& kind, std::size_t nth) {
  for (Record& one : records)
    if (one.kind == kind && nth-- == 0) return one;
  FAIL("there is no record of kind " + kind);
  return records.front();
}

void Forgery::erase(const std::string& kind, std::size_t nth) {
  const Record& one = record(kind, nth);
  records.erase(records.begin() + (&one - records.data()));
}

void Forgery::move(const std::string& kind, std::size_t by, std::size_t nth) {
  const auto at = records.begin() + (&record(kind, nth) - records.data());
  const auto to = at + static_cast<std::ptrdiff_t>(by);
  const Time time = to->time;
  std::rotate(at, at + 1, to + 1);
  to->time = time;
}

std::string Forgery::put(const std::string& bytes) {
  const std::string sha256 = sha256_hex(bytes);
  documents_[sha256] = bytes;
  return sha256;
}

const std::string& Forgery::document(const std::string& sha256) const {
  return documents_.at(sha256);
}

// What no program of ours would write: the chain and its label as the forger has them, the rest as
// it was.
EvidenceFiles Forgery::by_hand(const std::vector<Record>& chain) const {
  EvidenceFiles files = whole_;
  files[kJournal].clear();
  files[kHashes].clear();
  write_chain(chain, files);
  json label = json::parse(files.at("evidence.json"));
  label["records"] = chain.size();
  label["journal"] = chain.back().hash;
  files["evidence.json"] = canonical(label);
  for (const auto& [sha256, bytes] : documents_) files["documents/" + sha256] = bytes;
  return files;
}

EvidenceFiles Forgery::files() const {
  std::vector<Record> chain = records;
  std::string previous(64, '0');
  std::int64_t seq = 0;
  for (Record& one : chain) {
    one.seq = ++seq;
    one.previous = previous;
    one.hash = previous = sha256_hex(canonical(to_json(one)));
  }
  Result<Dossier> dossier = dossier_of(chain, Kept(documents_), kVersion);
  if (!dossier) return sealed(by_hand(chain));
  add_pages(*dossier, standard_catalogue());
  return sealed(std::move(dossier->files));
}

}  // namespace countersign::archive
