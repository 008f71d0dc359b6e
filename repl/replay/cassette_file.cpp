#include "repl/replay/cassette_file.h"

#include <functional>
#include <set>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "repl/input.h"
#include "repl/replay/personal_data.h"

namespace countersign {
namespace {

constexpr int kVersion = 1;

// Handles of what is kept as a document, anywhere inside.
void documents_in(const json& value, std::set<std::string>& names) {
  if (is_handle(value, "snapshot") || is_handle(value, "document")) {
    names.insert(handle_id(value));
    return;
  }
  if (value.is_structured())
    for (const json& part : value) documents_in(part, names);
}

json answers_of(const WalkedRun& walked) {
  json out = json::array();
  for (const RecordedCall& one : walked.answered) {
    json answer = {
        {"phase", one.phase}, {"operation", one.operation}, {"arguments", one.arguments}};
    if (one.answer)
      answer["value"] = *one.answer;
    else
      answer["error"] = to_json(one.answer.error());
    out.push_back(std::move(answer));
  }
  return out;
}

json phases_of(const RecordedRun& run, const WalkedRun& walked) {
  json out = json::array();
  for (const WalkedPhase& one : walked.phases) {
    json phase = {{"name", one.name}};
    if (const auto at = run.times.find(one.name); at != run.times.end())
      phase["began"] = at->second;
    if (run.skipped.count(one.name) != 0) phase["skipped"] = true;
    const auto done = run.carried_out.find(one.name);
    if (done != run.carried_out.end()) {
      json operations = json::array();
      int n = done->second.first;
      for (const auto& [operation, arguments] : done->second.operations) {
        json entry = {{"n", n}, {"operation", operation}, {"arguments", arguments}};
        if (const auto result = run.results.find(n); result != run.results.end())
          entry["result"] = result->second;
        operations.push_back(std::move(entry));
        ++n;
      }
      phase["carried_out"] = operations;
      phase["value"] = done->second.value;
    }
    out.push_back(std::move(phase));
  }
  return out;
}

json documents_of(const RecordedRun& run, const json& cassette) {
  std::set<std::string> names;
  documents_in(cassette, names);
  json out = json::object();
  for (const std::string& name : names)
    if (const Result<std::string> text = run.scripts->get(name)) out[name] = *text;
  return out;
}

// As the engine writes it: what looks like a document of JSON stays one.
json documents_without(const json& documents, PersonalData& people) {
  json out = json::object();
  for (const auto& [name, text] : documents.items()) {
    const Result<json> data = parse_json(text.get_ref<const std::string&>());
    out[name] = data ? json(canonical(people.without(*data))) : people.without(text);
  }
  return out;
}

// Reads a cassette, and says which part of it is not as it should be.
class CassetteReader {
 public:
  CassetteReader(std::string path, const json& whole) : path_(std::move(path)), whole_(whole) {}

  Result<CassetteFile> read() {
    if (!whole_.is_object() || whole_.value("type", json()) != "countersign-cassette")
      return Error{"config", "\"" + path_ + "\" is no cassette",
                   "`countersign new scenario --from-run RUN` writes one"};
    const json version = whole_.value("version", json());
    if (version != kVersion)
      return Error{"config",
                   "the cassette \"" + path_ + "\" is of another version: " + version.dump(),
                   "use the version of Countersign that wrote it"};
    TRY(about());
    TRY(answers());
    TRY(documents());
    return std::move(out_);
  }

 private:
  Error wrong(const std::string& what) const {
    return {"config", "the cassette \"" + path_ + "\" is damaged: " + what,
            "docs/formats/cassette.md says what is in one"};
  }

  Status about() {
    const json run = whole_.value("run", json::object());
    if (!run.is_object()) return wrong("run is no object");
    for (const char* key : {"profile", "account"})
      if (!whole_.contains(key) || !whole_[key].is_string()) return wrong(std::string("no ") + key);
    json facts = run.value("profile", json());
    if (!facts.is_object()) facts = {{"name", whole_["profile"]}, {"adjacent", json::array()}};
    json& started = out_.run.started;
    started = {{"run", run.value("id", json()).is_string() ? run["id"] : json("recorded")},
               {"parameters", object(run, "parameters")},
               {"profile", facts},
               {"account", whole_["account"]},
               {"endpoint", object(run, "endpoint")},
               {"snapshots", object(run, "snapshots")},
               {"prelude", json::object()},
               {"runbook", json::object()}};
    out_.run.began = run.value("began", json()).is_number_integer() ? run["began"].get<Time>() : 0;
    return Done{};
  }

  static json object(const json& table, const char* key) {
    json value = table.value(key, json());
    return value.is_object() ? value : json::object();
  }

  Result<RecordedAnswer> answer(const json& one, std::size_t nth) const {
    const std::string name = "answers[" + std::to_string(nth) + "]";
    if (!one.is_object() || !one.value("operation", json()).is_string())
      return wrong(name + " names no operation");
    if (one.contains("value") == one.contains("error"))
      return wrong(name + " has not either value or error");
    RecordedAnswer out;
    const json phase = one.value("phase", json());
    if (phase.is_string()) out.phase = phase.get<std::string>();
    out.operation = one["operation"].get<std::string>();
    out.arguments_sha256 = arguments_digest(one.value("arguments", json::object()));
    if (one.contains("value")) {
      out.value = one["value"];
    } else {
      const json& error = one["error"];
      if (!error.is_object() || !error.value("kind", json()).is_string() ||
          !error.value("message", json()).is_string())
        return wrong(name + ": error has no kind or message");
      out.value = error_from_json(error);
    }
    return std::move(out);
  }

  Status answers() {
    const json list = whole_.value("answers", json()), phases = whole_.value("phases", json());
    if (!list.is_array()) return wrong("answers is no list");
    std::vector<RecordedAnswer> all;
    for (const json& one : list) {
      RecordedAnswer next = TRY(answer(one, all.size()));
      all.push_back(std::move(next));
    }
    std::vector<bool> taken(all.size(), false);
    const auto add = [&](const std::string& phase) {
      for (std::size_t i = 0; i < all.size(); ++i)
        if (!taken[i] && all[i].phase == phase) {
          taken[i] = true;
          out_.run.answers.add(all[i]);
        }
    };
    if (phases.is_array())
      for (const json& one : phases) {
        if (!one.is_object() || !one.value("name", json()).is_string())
          return wrong("a phase has no name");
        const std::string name = one["name"].get<std::string>();
        out_.run.answers.phase_begins(name);
        add(name);
        TRY(phase(name, one));
        out_.run.answers.phase_ends(name);
      }
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!taken[i]) {
        if (!all[i].phase.empty()) return wrong("there is no phase \"" + all[i].phase + "\"");
        out_.run.answers.add(all[i]);
      }
    return Done{};
  }

  Status phase(const std::string& name, const json& one) {
    RecordedRun& run = out_.run;
    if (one.value("began", json()).is_number_integer()) run.times[name] = one["began"].get<Time>();
    if (one.value("skipped", json()) == true) run.skipped.insert(name);
    if (!one.contains("carried_out")) return Done{};
    if (!one["carried_out"].is_array() || one["carried_out"].empty())
      return wrong("phase \"" + name + "\": carried_out is no list of operations");
    CarriedOut done;
    done.first = 0;
    for (const json& entry : one["carried_out"]) {
      if (!entry.is_object() || !entry.value("operation", json()).is_string() ||
          !entry.value("n", json()).is_number_integer())
        return wrong("phase \"" + name + "\": an operation has no name or number");
      const int n = entry["n"].get<int>();
      if (done.first == 0) done.first = n;
      done.operations.emplace_back(entry["operation"].get<std::string>(),
                                   entry.value("arguments", json::object()));
      if (entry.contains("result")) run.results[n] = entry["result"];
    }
    done.value = one.value("value", json());
    run.carried_out[name] = std::move(done);
    run.answers.changed();
    return Done{};
  }

  Status documents() {
    const json all = whole_.value("documents", json::object());
    if (!all.is_object()) return wrong("documents is no object");
    for (const auto& [name, text] : all.items()) {
      if (!text.is_string()) return wrong("the document " + name + " is no text");
      out_.documents[name] = text.get<std::string>();
    }
    out_.run.scripts = Journal::in_memory();
    return Done{};
  }

  std::string path_;
  const json& whole_;
  CassetteFile out_;
};

}  // namespace

std::string NamedDocuments::put(const std::string& bytes) {
  const std::string name = sha256_hex(bytes);
  texts_[name] = bytes;
  return name;
}

Result<std::string> NamedDocuments::get(const std::string& name) const {
  const auto at = texts_.find(name);
  if (at != texts_.end()) return at->second;
  return Error{"state", "the recording has no document " + name.substr(0, 12)};
}

json cassette_of(const RecordedRun& run, const WalkedRun& walked, const std::string& recorded,
                 bool redact) {
  const json& started = run.started;
  json out = {{"type", "countersign-cassette"},
              {"version", kVersion},
              {"profile", started["profile"].value("name", "")},
              {"account", started.value("account", "")},
              {"recorded", recorded},
              {"run",
               {{"id", started.value("run", "")},
                {"runbook", started["runbook"].value("name", "")},
                {"parameters", started.value("parameters", json::object())},
                {"profile", started["profile"]},
                {"endpoint", started.value("endpoint", json::object())},
                {"snapshots", started.value("snapshots", json::object())},
                {"began", run.began}}},
              {"phases", phases_of(run, walked)},
              {"answers", answers_of(walked)}};
  json documents = documents_of(run, out);
  if (redact) {
    PersonalData people;
    out = people.without(out);
    documents = documents_without(documents, people);
  }
  out["documents"] = std::move(documents);
  return out;
}

Result<CassetteFile> read_cassette(const std::string& path) {
  const std::string text = TRY(read_input(path));
  const Result<json> whole = parse_json(text);
  if (!whole)
    return Error{"config", "\"" + path + "\" is not JSON: " + whole.error().message,
                 "docs/formats/cassette.md says what a cassette is"};
  return CassetteReader(path, *whole).read();
}

}  // namespace countersign
