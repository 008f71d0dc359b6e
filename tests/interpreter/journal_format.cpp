// The form of every kind of record: what is written is what is read, byte for byte, and what has
// not the form is refused by record, kind and field.
#include "interpreter/journal_format.h"

#include <fstream>

#include "interpreter/canonical.h"
#include "interpreter/run_state.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

struct Sample {
  const char* kind;
  const char* body;
};

const char* kAnswer =
    R"("document":"d1","signature":"d2","type":"decision","verdict":"approve","principal":"c@x",
       "person":"c","roles":["ceo"],"reference":"R-1","reason":"","trust":{"policy":"d3"})";

// Every kind, with every field.
std::vector<std::pair<std::string, json>> samples() {
  const std::vector<Sample> all = {
      {"run.started",
       R"({"version":1,"run":"r","runbook":{"name":"n","title":"t","chunk":"c","path":"/p","folder":"f",
       "sha256":"s","head":{"procedure":[]}},"prelude":{"dsl":"d"},"rows":{"a.b.c":"d"},
       "parameters":{"p":1},"secrets":{"s":"env:S"},"profile":{"name":"x"},"account":"AC",
       "endpoint":{"origin":"o"},"systems":[{"name":"s"}],"instance":"","snapshots":{"scopes":["a"],"volatile":["/b"]},
       "home":"h","closing":"k","principal":"o@x"})"},
      {"module", R"({"name":"n","chunk":"c","sha256":"s","path":"/p"})"},
      {"items", R"({"wanted":[true,false]})"},
      {"phase.started", R"({"phase":"p","kind":"mutate","holes":["a"]})"},
      {"phase.finished", R"({"phase":"p","value":null})"},
      {"phase.skipped", R"({"phase":"p"})"},
      {"plan", R"({"document":"d"})"},
      {"plan.voided", R"({"why":""})"},
      {"request", R"({"document":"d","signature":"s","trust":{"policy":"p"},"baselines":"b"})"},
      {"decision", R"({ANSWER,"not_before":1,"not_after":2,
       "break_glass":{"reason":"r","review":"v"}})"},
      {"consumed", R"({"request_sha256":"r","home":"h","token":"t"})"},
      {"intent", R"({"key":"k","phase":"p","n":1,"operation":"o","target":"/t",
       "arguments":{"a":1},"where":"w:1","before":[null]})"},
      {"outcome", R"({"key":"k","operation":"o","arguments_sha256":"a","value":null,"made":"/m",
       "settled":"person","error":{"kind":"provider","message":"m","status":500}})"},
      {"settled", R"({ANSWER,"key":"k","verdict":"not-applied","by":"c"})"},
      {"settled", R"({ANSWER,"key":"k","verdict":"applied","by":"c","corrects":"d4"})"},
      {"settled", R"({"key":"k","verdict":"not-applied","by":"state"})"},
      {"probe", R"({"key":"k","found":"not applied"})"},
      {"step", R"({"key":"k","phase":"p","where":"w:1","title":"t"})"},
      {"check", R"({"key":"k","phase":"p","where":"w:1","title":"t","ok":true,"detail":{"a":1}})"},
      {"note", R"({"key":"k","phase":"p","where":"w:1","text":"t"})"},
      {"finding", R"({"key":"k","phase":"p","where":"w:1","symptom":"s","title":"t","cause":"c",
       "severity":"high","evidence":["e"],"escalation":"x","inform":"ceo","affects":["a"],
       "fix":"none","tell":"t","look_again":"6h","adjacent":{"profile":"p","state":"s"}})"},
      {"bracket", R"({"phase":"p","side":"after","document":"d","baselines":"b",
       "reverted":{"x":"r"}})"},
      {"wait.started", R"({"phase":"p","seconds":60,"until":160})"},
      {"wait.condition", R"({"phase":"p","attempt":2,"until":160})"},
      {"wait.look", R"({"phase":"p","attempt":2,"next":160})"},
      {"attestation", R"({ANSWER,"item":"i"})"},
      {"sign_off", R"({ANSWER})"},
      {"status", R"({"status":"awaiting_time","error":{"kind":"refused","message":"m","hint":"h",
       "operation":"o","where":"w"},"halted":true,"opens":5,"why":"w"})"},
      {"obligation", R"({"item":"attest","slug":"s","text":"t","why":"w","role":"r","not_by":"n",
       "foreign":"p","paths":[{"path":"/a"}]})"},
      {"latch", R"({"latches":["l"],"accounts":["a"],"rule":"r","cause":"c","finding":"f"})"},
      {"evidence.voided", R"({"by":"r","at":1,"phases":["p"],"items":["i"]})"},
      {"adopted", R"({"home":"h","closing":"","why":"w"})"},
      {"adopted", R"({ANSWER,"home":"h","closing":"k"})"},
      {"undo", R"({"signed":true,"error":{"kind":"check","message":"m"},"phases":["p_undo"],
       "stays":["s"]})"},
      {"run.reopened", R"({"way":"replan","by":"o","status":"failed","error":null,"phases":["p"],
       "items":["i"],"drops_undo":true,"undo_anew":false,"rows":{"a.b.c":"d"}})"},
      {"run.reopened", R"({"way":"correct","by":"c","status":"failed","error":{"kind":"check",
       "message":"m"},"phases":[],"items":[],"drops_undo":false,"undo_anew":false})"},
      {"taken_over", R"({"run":"r","runs":["r"],"head":"h","status":"cancelled","by":"o",
       "phases":{"p":{"value":1,"ended":5}},"skipped":["s"],"current":"c","confirmed":[{"n":1,
       "operation":"o","phase":"c","where":"w","arguments":{},"before":[1],"after":[2],
       "affects":["/a"],"target":"/t","made":"","built_on":[1,3]}],"results":{"1":{"sid":"x"}},
       "outcomes":{"k":{"n":1,"operation":"o","value":2}},"brackets":{"c":{"before":"d"}},
       "holes":{"c":["p"]},"checks":[{"title":"t"}],"notes":[],"findings":[],
       "failures":[{"n":2}],"began":1,"changed_at":2,"last_n":3})"},
      {"closed", R"({"document":"d","signature":"s"})"}};
  std::vector<std::pair<std::string, json>> out;
  for (const Sample& one : all) {
    std::string text = one.body;
    if (const std::size_t at = text.find("ANSWER"); at != std::string::npos)
      text.replace(at, 6, kAnswer);
    out.emplace_back(one.kind, json::parse(text));
  }
  return out;
}

json written(const JournalEntry& entry) {
  return std::visit([](const auto& one) { return to_json(one); }, entry);
}

std::string refusal(const std::string& kind, const json& body) {
  const Result<JournalEntry> entry = entry_of(Record{7, 0, kind, body, "", ""});
  if (entry) return "";
  CHECK(entry.error().kind == "state");
  return entry.error().message;
}

}  // namespace

TEST_CASE("every kind of record is written as it was read") {
  std::set<std::string> kinds;
  for (const auto& [kind, body] : samples()) {
    INFO(kind << " " << body.dump());
    kinds.insert(kind);
    const Result<JournalEntry> entry = entry_of(Record{7, 0, kind, body, "", ""});
    INFO((entry ? std::string() : entry.error().message));
    REQUIRE(entry);
    CHECK(canonical(written(*entry)) == canonical(body));
    CHECK(std::string(to_string(static_cast<RecordKind>(entry->index()))) == kind);
  }
  CHECK(kinds.size() == kTexts<RecordKind>.size());
}

TEST_CASE("records of the first version are written as they were read") {
  std::ifstream in(COUNTERSIGN_SOURCE_DIR "/tests/fixtures/evidence-0.1/journal.jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    json record = json::parse(line);
    const std::string kind = record["kind"];
    const Result<JournalEntry> entry = entry_of(Record{1, 0, kind, record["body"], "", ""});
    INFO(line);
    REQUIRE(entry);
    json again = written(*entry);
    // What came later is written with what it says where it is missing.
    for (const char* later : {"closing", "instance", "token"})
      if (!record["body"].contains(later)) again.erase(later);
    CHECK(again == record["body"]);
  }
  CHECK(count > 200);
}

TEST_CASE("a missing field is refused by record, kind and name, unless it may be missing") {
  // Fields that came later, and those that are there only where they apply.
  const std::map<std::string, std::set<std::string>> may_lack = {
      {"run.started", {"instance", "closing", "systems"}},
      {"module", {"path"}},
      {"phase.started", {"holes"}},
      {"request", {"signature", "baselines"}},
      {"decision", {"not_before", "not_after", "break_glass"}},
      {"consumed", {"home", "token"}},
      {"intent", {"before"}},
      {"outcome", {"arguments_sha256", "value", "error", "made", "settled"}},
      {"check", {"detail"}},
      {"finding",
       {"where", "symptom", "title", "evidence", "escalation", "inform", "affects", "fix", "tell",
        "look_again", "adjacent"}},
      {"bracket", {"baselines", "reverted"}},
      {"status", {"error", "halted", "opens", "why"}},
      {"obligation", {"role", "not_by", "foreign", "paths"}},
      {"latch", {"accounts", "finding"}},
      {"adopted", {"closing", "why", "signature"}},
      {"run.reopened", {"rows"}},
      {"settled", {"signature", "corrects"}},
      {"taken_over", {"runs"}}};
  for (const auto& [kind, body] : samples())
    for (const auto& [field, value] : body.items()) {
      json less = body;
      less.erase(field);
      INFO(kind << " without " << field);
      const auto may = may_lack.find(kind);
      const std::string said = refusal(kind, less);
      if (may != may_lack.end() && may->second.count(field) != 0)
        CHECK(said == "");
      else
        CHECK(said == "record 7 (" + kind + ") is malformed: \"" + field + "\" is missing");
    }
}

TEST_CASE("a field of another type is refused by record, kind and name") {
  struct Case {
    const char *kind, *field;
    json value;
    const char* said;
  };
  const std::vector<Case> cases = {
      {"intent", "n", "1", "\"n\" is not an integer"},
      {"intent", "n", 3000000000LL, "\"n\" is out of range"},
      {"intent", "before", 1, "\"before\" is not a list of one"},
      {"items", "wanted", json::array({1}), "\"wanted\"[1] is not true or false"},
      {"status", "status", "finished", "\"status\" is none of the known words"},
      {"status", "error", {{"message", "m"}}, "\"error\" is not an error with kind and message"},
      {"decision", "roles", "ceo", "\"roles\" is not a list"},
      {"decision", "verdict", "maybe", "\"verdict\" is none of the known words"},
      {"request", "trust", {{"policy", 1}}, "\"trust\".policy is not a string"},
      {"run.started", "runbook", {{"name", "n"}}, "\"runbook\": \"title\" is missing"},
      {"run.started", "parameters", 1, "\"parameters\" is not an object"},
      {"taken_over", "results", {{"x", 1}}, "\"results\".x is no number"},
      {"run.reopened", "way", "anew", "\"way\" is none of the known words"},
      {"run.reopened", "rows", {{"a.b.c", 1}}, "\"rows\".a.b.c is not a string"},
      {"settled", "corrects", 1, "\"corrects\" is not a string"},
      {"check", "ok", "yes", "\"ok\" is not true or false"}};
  for (const Case& one : cases)
    for (const auto& [kind, body] : samples()) {
      if (kind != one.kind) continue;
      json other = body;
      other[one.field] = one.value;
      CHECK(refusal(kind, other) == "record 7 (" + kind + ") is malformed: " + one.said);
    }
  CHECK(refusal("note", json::array()) ==
        "record 7 (note) is malformed: the body is not an object");
}

TEST_CASE("an unknown kind is refused, and a field that nobody knows is left alone") {
  CHECK(refusal("prophecy", json::object()) ==
        "record 7 is of a kind that this version does not know, \"prophecy\"");
  CHECK(refusal("plan.voided", {{"why", "w"}, {"more", 1}}) == "");
}

TEST_CASE("a run whose journal holds a malformed record is not opened") {
  for (const bool known : {true, false}) {
    const auto journal = Journal::in_memory();
    REQUIRE(journal->append(known ? "phase.started" : "prophecy", {{"phase", "p"}}, 1));
    const Result<RunState> state = RunState::of(*journal);
    REQUIRE_FALSE(state);
    CHECK(state.error().kind == "state");
    CHECK(state.error().message ==
          (known ? "record 1 (phase.started) is malformed: \"kind\" is missing"
                 : "record 1 is of a kind that this version does not know, \"prophecy\""));
  }
}
