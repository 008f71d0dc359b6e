#include "approvals/evidence/evidence_writer.h"

#include <set>

#include "approvals/signature_scheme.h"
#include "interpreter/canonical.h"
#include "interpreter/closing.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "interpreter/run.h"

namespace countersign {
namespace {

std::string two_digits(std::size_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

// "plan.json", then "plan-2.json".
std::string numbered(const std::string& name, std::size_t n) {
  const std::size_t dot = name.rfind('.');
  const std::string end = dot == std::string::npos ? "" : name.substr(dot);
  return n < 2 ? name : name.substr(0, dot) + "-" + std::to_string(n) + end;
}

std::string indented(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string folder_of(const std::string& type) {
  return type == "decision"      ? "decisions"
         : type == "attestation" ? "attestations"
         : type == "sign-off"    ? "sign-offs"
         : type == "settlement"  ? "settlements"
                                 : "answers";
}

std::string last_part(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// What a plan is shown with. A run may be planned often, and what its phases read may be large.
RunState face_of(const RunState& state) {
  RunState face;
  face.started = state.started;
  face.started_at = state.started_at;
  face.plan = state.plan;
  face.request = state.request;
  face.request_sha256 = state.request_sha256;
  face.decide_by = state.decide_by;
  face.findings = state.findings;
  face.status = state.status;
  return face;
}

class Compiler {
 public:
  Compiler(const Documents& documents, Dossier& out) : documents_(documents), out_(out) {}

  Status take(const Record& record) {
    const json& body = record.body;
    if (const Status applied = out_.state.apply(record, documents_); !applied) return applied;
    if (body.contains("trust"))
      if (const Status kept = trust(body["trust"]); !kept) return kept;
    if (const auto started = as<RunStartedRecord>(record)) return scripts(*started);
    if (const auto module = as<ModuleRecord>(record))
      return keep("runbook/modules/" + file_name(module->name) + ".lua", module->sha256);
    if (is<PlanRecord>(record)) return plan(record);
    if (const auto voided = as<PlanVoidedRecord>(record)) {
      if (!out_.plans.empty() && out_.plans.back().voided.empty())
        out_.plans.back().voided = voided->why.empty() ? "it was planned anew" : voided->why;
    } else if (is<RequestRecord>(record)) {
      return request(record);
    } else if (is<ConsumedRecord>(record)) {
      if (!out_.plans.empty()) out_.plans.back().consumed = record.time;
    } else if (const auto around = as<BracketRecord>(record)) {
      return bracket(record, *around);
    } else if (const auto closed = as<ClosedRecord>(record)) {
      return closing(record, *closed);
    } else if (const auto signed_answer = answer_in(record)) {
      return answer(record, *signed_answer);
    }
    captured(record, body, body.value("operation", "") == "command.run");
    return Done{};
  }

 private:
  // The document's bytes under a readable name.
  Status keep(const std::string& path, const std::string& sha256) {
    std::string bytes = TRY(documents_.get(sha256));
    out_.files[path] = std::move(bytes);
    return Done{};
  }

  // One that is free: the same bytes need no second file.
  std::string place(const std::string& path, const std::string& sha256) {
    for (std::size_t n = 1;; ++n) {
      const std::string name = numbered(path, n);
      // Some file systems do not tell "PRE" from "pre".
      std::string folded = name;
      for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      const auto taken = taken_.find(folded);
      if (taken != taken_.end() && taken->second != sha256) continue;
      taken_[folded] = sha256;
      return name;
    }
  }

  static std::string trust_path(const std::string& name, const std::string& sha256) {
    const std::string digest = "-" + sha256.substr(0, 12);
    return "trust/" + (name == "policy" ? "policy" + digest + ".toml" : file_name(name) + digest);
  }

  Status trust(const json& names) {
    for (const auto& [name, sha256] : names.items())
      if (const Status kept =
              keep(trust_path(name, sha256.get<std::string>()), sha256.get<std::string>());
          !kept)
        return kept;
    return Done{};
  }

  Status scripts(const RunStartedRecord& started) {
    for (const auto& [name, sha256] : started.prelude)
      if (const Status kept = keep("runbook/language/" + file_name(name) + ".lua", sha256); !kept)
        return kept;
    return keep("runbook/" + file_name(last_part(started.runbook.chunk)), started.runbook.sha256);
  }

  Status plan(const Record& record) {
    PlanPaper paper{.record = record.seq, .time = record.time};
    paper.path = numbered("plan.json", out_.plans.size() + 1);
    paper.then = face_of(out_.state);
    out_.files[paper.path] = indented(plan_view(out_.state));
    out_.plans.push_back(std::move(paper));
    return Done{};
  }

  Status request(const Record& record) {
    if (out_.plans.empty()) return Error{"state", "a request without a plan"};
    PlanPaper& plan = out_.plans.back();
    plan.then = face_of(out_.state);
    plan.request = static_cast<int>(out_.papers.size());
    out_.files[plan.path] = indented(plan_view(out_.state));
    const json& document = out_.state.terms;
    const json requester = document.value("requester", json::object());
    SignedDocument paper{.record = record.seq, .time = record.time, .kind = RecordKind::request};
    paper.path = numbered("request.json", out_.plans.size());
    paper.name_space = kRequestNamespace;
    paper.answer.principal = requester.value("principal", "");
    paper.answer.person = requester.value("person", "");
    // The page that was handed to people: what they read is what they decided on.
    if (const json page = document.value("plan_text", json()); page.is_string())
      if (const Status kept =
              keep("decisions/" + numbered("plan.txt", out_.plans.size()), page.get<std::string>());
          !kept)
        return kept;
    return file(record, std::move(paper));
  }

  Status answer(const Record& record, const SignedAnswer& taken) {
    SignedDocument paper{.record = record.seq, .time = record.time, .kind = *kind_of(record)};
    paper.answer = answer_of(taken);
    const Answer& answer = paper.answer;
    if (const auto attested = as<AttestationRecord>(record)) paper.item = attested->item;
    paper.name_space = kDecisionNamespace;
    const std::string folder = folder_of(answer.type);
    std::string name = two_digits(++count_[folder]);
    for (const std::string& part :
         {paper.item, paper.item.empty() ? answer.verdict : "", answer.person})
      if (!part.empty()) name += "-" + file_name(part);
    paper.path = folder + "/" + name + ".json";
    return file(record, std::move(paper));
  }

  Status closing(const Record& record, const ClosedRecord& closed) {
    ClosingPaper paper{.record = record.seq, .time = record.time};
    paper.path = numbered("closing.json", out_.closings.size() + 1);
    const std::string signers = "engine namespaces=\"" + std::string(kClosingNamespace) + "\" " +
                                out_.state.closing_key + "\n";
    paper.signers = "trust/engine-" + sha256_hex(signers).substr(0, 12);
    out_.files[paper.signers] = signers;
    if (const Status kept = keep(paper.path, closed.document); !kept) return kept;
    if (const Status kept = keep(paper.path + ".sig", closed.signature); !kept) return kept;
    if (const auto key = ssh_signatures().claimed_key(out_.files[paper.path + ".sig"]))
      paper.fingerprint = fingerprint(key->blob);
    out_.closings.push_back(std::move(paper));
    return Done{};
  }

  Status file(const Record& record, SignedDocument paper) {
    const json& body = record.body;
    if (const Status kept = keep(paper.path, body.at("document").get<std::string>()); !kept)
      return kept;
    const json trusted = body.value("trust", json::object());
    if (trusted.contains("allowed_signers"))
      paper.signers = trust_path("allowed_signers", trusted["allowed_signers"].get<std::string>());
    if (body.contains("signature")) {
      if (const Status kept = keep(paper.path + ".sig", body["signature"].get<std::string>());
          !kept)
        return kept;
      paper.is_signed = true;
      if (const auto key = ssh_signatures().claimed_key(out_.files[paper.path + ".sig"]))
        paper.fingerprint = fingerprint(key->blob);
    }
    out_.papers.push_back(std::move(paper));
    return Done{};
  }

  Status bracket(const Record& record, const BracketRecord& around) {
    const std::string& phase = around.phase;
    const bool before = around.side == BracketSide::before;
    const json state = TRY(document(around.document));
    const auto at = last_bracket_.find(phase);
    if (before || at == last_bracket_.end()) {
      last_bracket_[phase] = out_.brackets.size();
      out_.brackets.push_back(BracketPaper{.phase = phase});
    } else if (out_.brackets[at->second].after_record != 0) {
      // Looked at again after a difference was found: the phase began once.
      BracketPaper again = out_.brackets[at->second];
      last_bracket_[phase] = out_.brackets.size();
      out_.brackets.push_back(std::move(again));
    }
    const std::size_t n = last_bracket_[phase] + 1;
    BracketPaper& paper = out_.brackets[n - 1];
    const std::string name = "snapshots/" + two_digits(n) + "-" + file_name(phase);
    const std::string side = before ? "-PRE" : "-POST";
    if (around.baselines) {
      const json neighbours = TRY(document(*around.baselines));
      out_.files[name + "-adjacent" + side + ".json"] = indented(neighbours);
    }
    out_.files[name + side + ".json"] = indented(state);
    (before ? paper.before : paper.after) = name + side + ".json";
    (before ? paper.before_record : paper.after_record) = record.seq;
    (before ? paper.before_time : paper.after_time) = record.time;
    if (before) {
      states_[phase] = state;
      return Done{};
    }
    paper.diff = name + "-diff.json";
    paper.differences = difference(states_[phase], state);
    out_.files[paper.diff] = indented(paper.differences);
    return Done{};
  }

  Result<json> document(const std::string& sha256) const {
    const std::string bytes = TRY(documents_.get(sha256));
    return parse_json(bytes);
  }

  // Handles of documents anywhere in the record, each under the name it was captured by.
  void captured(const Record& record, const json& value, bool command) {
    if (is_handle(value, "snapshot") || is_handle(value, "document")) {
      const std::string id = handle_id(value);
      std::string label = marked(value)->value("label", "");
      std::string path;
      if (!label.empty()) {
        const std::string name = file_name(label);
        path = is_handle(value, "snapshot")          ? "captured/snapshot-" + name + ".json"
               : name.find('.') == std::string::npos ? "captured/" + name + ".txt"
                                                     : "captured/" + name;
      } else if (command) {
        label = command_of(record);
        path = "logs/" + file_name(label) + ".log";
      } else {
        return;
      }
      if (!seen_.insert(path + id).second) return;
      const Result<std::string> bytes = documents_.get(id);
      if (!bytes) return;  // said where all that records name is looked for
      path = place(path, id);
      out_.files[path] = *bytes;
      out_.captured.push_back({record.seq, label, path, bytes->size()});
      return;
    }
    if (value.is_structured())
      for (const json& part : value) captured(record, part, command);
  }

  // The declared command that an outcome is of: its intent has the arguments.
  std::string command_of(const Record& record) const {
    const json key = record.body.value("key", json());
    for (const Record& earlier : out_.records)
      if (const auto intent = as<IntentRecord>(earlier); intent && intent->key == key)
        return intent->arguments.value("name", "command");
    return "command";
  }

  const Documents& documents_;
  Dossier& out_;
  std::map<std::string, std::string> taken_;
  std::map<std::string, std::size_t> count_, last_bracket_;
  std::map<std::string, json> states_;  // before each phase
  std::set<std::string> seen_;
};

}  // namespace

Status paper(const std::vector<Record>& records, const Documents& documents, Dossier& out,
             std::size_t& at) {
  Compiler compiler(documents, out);
  for (at = 0; at < records.size(); ++at)
    if (const Status taken = compiler.take(records[at]); !taken) return taken;
  return Done{};
}

}  // namespace countersign
