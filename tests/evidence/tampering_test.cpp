// What somebody can do to an evidence folder, with and without recomputing all that needs no key.
#include <algorithm>
#include <cstdlib>

#include "approvals/evidence/chain.h"
#include "approvals/evidence/manifest.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "tests/evidence/evidence_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using archive::EvidenceFixture;
using archive::Forgery;
using archive::judged;
using archive::sealed;
using archive::verdict_of;

namespace {

bool has(const Verdict& verdict, const std::string& words) {
  UNSCOPED_INFO("wrong: " << (verdict.wrong ? verdict.wrong->file + " " +
                                                  std::to_string(verdict.wrong->record) + ": " +
                                                  verdict.wrong->what
                                            : "nothing"));
  return verdict.wrong && verdict.wrong->what.find(words) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at + 1));
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

bool long_tests() {
  return std::getenv("COUNTERSIGN_LONG_TESTS") != nullptr;
}

}  // namespace

TEST_CASE("every byte that is flipped is found, and its file named") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  REQUIRE_FALSE(verdict_of(files).wrong);
  std::size_t flipped = 0;
  EvidenceFiles work = files;
  for (const auto& [path, bytes] : files) {
    const std::size_t stride =
        long_tests() ? 1 : std::max<std::size_t>(1, bytes.size() / (path == kManifest ? 200 : 12));
    std::string& there = work[path];
    for (std::size_t at = 0; at < bytes.size(); at += stride, ++flipped) {
      there[at] = static_cast<char>(there[at] ^ 1);
      const Verdict verdict = verdict_of(work);
      there[at] = bytes[at];
      if (verdict.wrong && (path == kManifest || verdict.wrong->file == path)) continue;
      INFO(path << " byte " << at);
      CHECK(verdict.wrong);
      CHECK((verdict.wrong && verdict.wrong->file == path));
    }
  }
  if (long_tests()) WARN(flipped << " bytes flipped in " << files.size() << " files");
}

// Whoever recomputes the manifest is found by the journal, the digests, or what follows from them.
TEST_CASE("every byte that is flipped under a recomputed manifest is found") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  std::size_t flipped = 0;
  EvidenceFiles work = files;
  for (const auto& [path, bytes] : files) {
    if (path == kManifest) continue;
    const std::size_t most = long_tests() ? 100 : 6;
    const std::size_t stride = std::max<std::size_t>(1, bytes.size() / most);
    for (std::size_t at = 0; at < bytes.size(); at += stride, ++flipped) {
      work[path][at] = static_cast<char>(bytes[at] ^ 1);
      const Verdict verdict = verdict_of(sealed(work));
      work[path][at] = bytes[at];
      if (verdict.wrong && !verdict.wrong->file.empty()) continue;
      // Who wrote the folder is only said by it; what differs then is that pages are not compared.
      if (path == "evidence.json" && !verdict.unchecked.empty()) continue;
      INFO(path << " byte " << at);
      CHECK(verdict.wrong);
    }
  }
  if (long_tests()) WARN(flipped << " bytes flipped under a recomputed manifest");
}

TEST_CASE("files that are missing or were added are named") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  for (const auto& [path, bytes] : files) {
    EvidenceFiles less = files;
    less.erase(path);
    INFO(path);
    CHECK(judged(less).wrong->file == path);
    if (path == kManifest) continue;
    const Verdict verdict = judged(sealed(less));
    CHECK(verdict.wrong);
  }
  for (const std::string path :
       {"extra.json", "documents/extra", "decisions/02-approve-olive.json"}) {
    EvidenceFiles more = files;
    more[path] = "{}";
    INFO(path);
    CHECK(judged(more).wrong->file == path);
    CHECK(judged(sealed(more)).wrong->file == path);
  }
  EvidenceFiles more = files;
  more["documents/" + sha256_hex("stray")] = "stray";
  CHECK(judged(sealed(more)).wrong->file == "documents/" + sha256_hex("stray"));
}

TEST_CASE("records that were removed, added, moved or exchanged are named by their number") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  const std::vector<std::string> lines = lines_of(files.at(kJournal));
  const auto with = [&](const std::vector<std::string>& changed) {
    EvidenceFiles work = files;
    work[kJournal] = joined(changed);
    const Verdict verdict = judged(sealed(work));
    return verdict.wrong ? verdict.wrong->record : -1;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO("record " << i + 1);
    std::vector<std::string> removed = lines, doubled = lines, swapped = lines;
    removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(i));
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    CHECK(with(removed) == static_cast<std::int64_t>(i) + 1);
    CHECK(with(doubled) == static_cast<std::int64_t>(i) + 2);
    if (i + 1 == lines.size()) continue;
    std::swap(swapped[i], swapped[i + 1]);
    CHECK(with(swapped) == static_cast<std::int64_t>(i) + 1);
  }
}

TEST_CASE("a recomputed chain fails where somebody signed") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  CHECK_FALSE(judged(Forgery(files).files()).wrong);  // what is recomputed unchanged is the same

  Forgery early(files);
  early.record("check").body["title"] = "the number is somebody else's";
  CHECK(has(judged(early.files()), "the request says something else about \"journal\""));

  Forgery late(files);
  late.record("outcome", 3).body["value"] = json::object();
  const Verdict verdict = judged(late.files());
  CHECK(verdict.wrong);
  CHECK(verdict.wrong->record > 0);

  // What was looked at before somebody attested is covered by that; what came after, by the
  // sign-off.
  Forgery seen(files);
  seen.record("check", 1).body["detail"] = "and it shines";
  CHECK(has(judged(seen.files()), "the attestation does not belong here"));
  Forgery closing(files);
  Record more = closing.record("check", 1);
  more.time = closing.record("attestation").time;
  closing.records.insert(closing.records.begin() + closing.record("attestation").seq, more);
  CHECK(has(judged(closing.files()), "the sign-off does not hold"));

  Forgery plan(files);
  json request = json::parse(plan.document(plan.record("request").body["document"]));
  request["plan"]["phases"][0]["steps"][0]["operations"][0]["arguments"]["friendly_name"] = "Mine";
  const std::string sha256 = plan.put(canonical(request));
  plan.record("request").body["document"] = sha256;
  CHECK(has(judged(plan.files()), "the request says something else about \"plan\""));

  Forgery note(files);
  note.record("attestation").body["reason"] = "heard it three times";
  CHECK(has(judged(note.files()), "\"reason\""));
}

TEST_CASE("what was carried out is what was signed, or the record is named") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  const auto with = [&](const std::function<void(Forgery&)>& change) {
    Forgery forgery(files);
    change(forgery);
    return judged(forgery.files());
  };
  const auto erase = [](Forgery& f, const std::string& kind, std::size_t nth = 0) {
    f.records.erase(f.records.begin() + (f.record(kind, nth).seq - 1));
  };
  CHECK(
      has(with([](Forgery& f) { f.record("intent").body["arguments"]["friendly_name"] = "Mine"; }),
          "not those that were signed: /friendly_name"));
  CHECK(
      has(with([](Forgery& f) { f.record("intent").body["operation"] = "twilio.numbers.delete"; }),
          "the signed plan has operation 1 (twilio.numbers.update)"));
  CHECK(has(with([](Forgery& f) { f.record("intent").body["target"] = "/numbers/PN0"; }),
            "the signed plan has operation 1"));
  CHECK(has(
      with([](Forgery& f) { f.record("intent").body["before"][0]["friendly_name"] = "Another"; }),
      "started from something else than was signed"));
  CHECK(has(with([](Forgery& f) {
              const Record copy = f.record("intent");
              f.records.insert(f.records.begin() + f.record("bracket", 1).seq - 1, copy);
            }),
            "the signed plan has no further operation"));
  CHECK(has(with([&](Forgery& f) {
              const std::string key = f.record("intent").body["key"];
              std::erase_if(f.records, [&](const Record& one) {
                return (one.kind == "intent" || one.kind == "outcome") && one.body["key"] == key;
              });
            }),
            "ended without operation 1"));
  CHECK(has(with([&](Forgery& f) { erase(f, "consumed"); }), "without an approved request"));
  CHECK(has(with([&](Forgery& f) { erase(f, "decision"); }), "did not allow the plan"));
  CHECK(has(with([&](Forgery& f) {
              const Record copy = f.record("consumed");
              f.records.insert(f.records.begin() + copy.seq, copy);
            }),
            "counts once"));
  CHECK(has(with([&](Forgery& f) {
              const Record copy = f.record("decision");
              f.records.insert(f.records.begin() + copy.seq, copy);
            }),
            "taken in already"));
  CHECK(has(with([](Forgery& f) {
              json after = json::parse(f.document(f.record("bracket", 1).body["document"]));
              after["flows"] = json::object();
              f.record("bracket", 1).body["document"] = f.put(canonical(after));
            }),
            "something is there that was not signed: /flows"));
  CHECK(has(with([](Forgery& f) { f.record("wait.started").body["seconds"] = 60; }),
            "was signed for 1 h and made 1 min"));
  CHECK(has(with([&](Forgery& f) { erase(f, "sign_off"), erase(f, "attestation"); }),
            "nobody attested"));
  CHECK(has(with([&](Forgery& f) { erase(f, "sign_off"); }), "nobody signed it off"));
  CHECK(has(with([&](Forgery& f) { erase(f, "sign_off"), erase(f, "check", 1); }),
            "the attestation does not belong here"));
  CHECK(has(with([&](Forgery& f) {
              erase(f, "sign_off"), erase(f, "attestation"), erase(f, "check", 1);
            }),
            "has passed"));
  CHECK(has(with([](Forgery& f) {
              Record more = f.record("check");
              more.time = f.record("sign_off").time;
              f.records.insert(f.records.end() - 1, more);
            }),
            "came after the run was signed off"));
  CHECK(has(with([](Forgery& f) { f.record("outcome", 2).body["settled"] = "person"; }),
            "nobody signed that"));
  CHECK(has(with([](Forgery& f) { f.record("outcome", 2).body["settled"] = "lookup"; }),
            "only by a person"));
  CHECK(has(with([](Forgery& f) {
              f.records.push_back(f.records.back());
              f.records.back().body = {{"status", "failed"}, {"error", {{"message", "x"}}}};
            }),
            "the run had ended before it"));
  CHECK(has(with([](Forgery& f) {
              for (Record& one : f.records)
                if (one.kind == "intent" || one.seq > f.record("intent").seq) one.time += 200'000;
            }),
            ""));
}

TEST_CASE("a record of a kind that is not known was written by a newer version") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  Forgery forgery(files);
  forgery.record("check").kind = "prophecy";
  const Verdict verdict = judged(forgery.files());
  CHECK(has(verdict, "newer version"));
  CHECK(verdict.wrong->record == forgery.record("prophecy").seq);
}

TEST_CASE("decisions and people are exchanged for nothing") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  const std::string signers = archive.room.read("allowed_signers");
  CHECK(judged(files, signers).word() == "authentic");

  // Of another run, by the same person.
  const EvidenceFiles other = archive.exported("other");
  Forgery exchanged(files), donor(other);
  const json theirs = donor.record("decision").body;
  for (const char* part : {"document", "signature"})
    exchanged.record("decision").body[part] = exchanged.put(donor.document(theirs[part]));
  CHECK(has(judged(exchanged.files()), "is about the run"));

  // Somebody else's key under the same name: consistent in itself, and not what is known outside.
  archive.room.key("mallory");
  const std::string own = "olive@connie.example " + archive.room.read("olive.pub") +
                          "carla@connie.example " + archive.room.read("mallory.pub");
  Verdict verdict = judged(files, own);
  CHECK(verdict.word() == "wrong");
  CHECK(has(verdict, "it lets \"carla@connie.example\" sign"));
  CHECK(verdict.wrong->file.rfind("trust/allowed_signers-", 0) == 0);
  // Known outside, but not for long enough, or not for this.
  CHECK(has(judged(files, "olive@connie.example " + archive.room.read("olive.pub") +
                              "carla@connie.example valid-before=\"20260101Z\" " +
                              archive.room.read("carla.pub")),
            "not for as long"));
  CHECK(has(judged(files, "olive@connie.example " + archive.room.read("olive.pub") +
                              "carla@connie.example namespaces=\"git\" " +
                              archive.room.read("carla.pub")),
            "countersign-request"));

  // The key was revoked by then.
  Forgery revoked(files);
  const std::string key = archive.room.read("carla.pub");
  const std::string list = revoked.put("# countersign revocations\n" + key);
  for (Record& one : revoked.records)
    if (one.kind == "decision" || one.kind == "attestation" || one.kind == "sign_off")
      one.body["trust"]["revoked"] = list;
  CHECK(has(judged(revoked.files()), "is revoked"));
  // Revoked at first, and then not.
  Forgery shrunk(files);
  const std::string longer =
      shrunk.put("# countersign revocations\nSHA256:" + std::string(43, 'A') + "\n");
  shrunk.record("decision").body["trust"]["revoked"] = longer;
  CHECK(has(judged(shrunk.files()), "such a list only grows"));

  // Another policy, by which anybody may approve.
  Forgery policy(files);
  std::string text = policy.document(policy.record("request").body["trust"]["policy"]);
  text.replace(text.find("separation = true"), 17, "separation = false");
  const std::string sha256 = policy.put(text);
  for (Record& one : policy.records)
    if (one.body.contains("trust")) one.body["trust"]["policy"] = sha256;
  CHECK(has(judged(policy.files()), "the request names other trust files"));
  json request = json::parse(policy.document(policy.record("request").body["document"]));
  request["trust"]["policy"] = sha256;
  policy.record("request").body["document"] = policy.put(canonical(request));
  CHECK(has(judged(policy.files()), "the request does not hold"));

  // A decision said to be somebody else's.
  Forgery named(files);
  named.record("decision").body["person"] = "olive";
  CHECK(has(judged(named.files()), "\"person\""));
}
