#include "repl/views/timeline.h"

#include <algorithm>

#include "interpreter/clock.h"
#include "interpreter/closing.h"
#include "repl/views/changes_view.h"
#include "repl/views/plan_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

std::string text_at(const json& body, const char* key) {
  const json value = body.value(key, json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string who(const SignedAnswer& answer) {
  return answer.person + " (" + answer.principal + ")";
}

std::string title_of(const RunState& state, const std::string& phase) {
  for (const json& entry : state.head().value("procedure", json::array()))
    if (entry.value("name", "") == phase)
      if (const std::string title = text_at(entry, "title"); !title.empty()) return title;
  return phase;
}

class TimelineBuilder {
 public:
  TimelineBuilder(const Dossier& dossier, const Catalogue& catalogue)
      : dossier_(dossier), catalogue_(catalogue) {}

  std::vector<TimelineSection> tell() {
    chapters_.push_back({"The run begins", "", {}});
    for (const Record& record : dossier_.records) {
      now_ = &record;
      // What has not the form of a record `verify` says.
      if (const Result<JournalEntry> entry = entry_of(record))
        std::visit([this](const auto& one) { tell(one); }, *entry);
    }
    std::erase_if(chapters_, [](const TimelineSection& one) { return one.events.empty(); });
    return std::move(chapters_);
  }

 private:
  void say(EventTone mood, std::string text, std::string detail = "") {
    chapters_.back().events.push_back({now_->time, mood, std::move(text), std::move(detail)});
  }

  void chapter(const std::string& phase, const std::string& kind) {
    chapters_.push_back({title_of(dossier_.state, phase), kind, {}});
  }

  void between(const std::string& title) {
    if (chapters_.back().kind.empty() && chapters_.back().title == title) return;
    chapters_.push_back({title, "", {}});
  }

  void tell(const RunStartedRecord& one) {
    say(EventTone::plain,
        one.principal.empty() ? "The run is started" : one.principal + " starts the run");
  }
  void tell(const PhaseStartedRecord& one) { chapter(one.phase, to_string(one.kind)); }
  void tell(const CheckRecord& one) {
    const bool shown = !one.ok && one.detail && !one.detail->is_null();
    say(one.ok ? EventTone::good : EventTone::bad, one.title, shown ? plain(*one.detail, 300) : "");
  }
  void tell(const NoteRecord& one) { say(EventTone::plain, one.text); }
  void tell(const FindingRecord& one) {
    say(EventTone::bad, "Found: " + one.cause, one.symptom.value_or(""));
  }
  void tell(const StepRecord& one) { say(EventTone::step, one.title); }

  void tell(const PlanRecord&) {
    between("Plan and decision");
    plan_ = plan_ == nullptr ? dossier_.plans.data() : plan_ + 1;
    const int count = plan_->then.plan ? plan_->then.plan->count() : 0;
    say(EventTone::plain, count == 0   ? "Nothing is to be changed"
                          : count == 1 ? "1 change is planned"
                                       : std::to_string(count) + " changes are planned");
  }
  void tell(const RequestRecord& one) {
    between("Plan and decision");
    say(one.signature ? EventTone::signature : EventTone::plain,
        "A decision is asked for, until " + moment_of(plan_->then.decide_by),
        "request " + one.document);
  }
  void tell(const PlanVoidedRecord& one) {
    between("Plan and decision");
    say(EventTone::bad, "The plan no longer counts", one.why);
  }

  void tell(const IntentRecord& one) { intents_[one.key] = one.n; }
  void tell(const OutcomeRecord& one) {
    const auto begun = intents_.find(one.key);
    if (begun == intents_.end()) return;
    const int n = begun->second;
    const Intent* intent = plan_ && plan_->then.plan ? plan_->then.plan->intent(n) : nullptr;
    const std::string words =
        std::to_string(n) + ". " + (intent ? in_words(*intent, catalogue_) : one.operation);
    if (one.error)
      say(EventTone::bad, words, one.error->message);
    else
      say(EventTone::good, words,
          !one.settled                       ? ""
          : one.settled == SettledBy::person ? "settled by a person"
                                             : "found to be done when the run went on");
    intents_.erase(begun);
  }

  void tell(const WaitStartedRecord& one) {
    chapter(one.phase, to_string(PhaseKind::wait));
    say(EventTone::plain,
        "Waits " + duration_text(one.seconds) + ", until " + moment_of(one.until));
  }
  void tell(const PhaseFinishedRecord& one) {
    for (const json& entry : dossier_.state.head().value("procedure", json::array()))
      if (entry.value("name", "") == one.phase && phase_kind(entry) == PhaseKind::wait)
        say(EventTone::plain, "The wait is over");
  }

  void tell(const DecisionRecord& one) {
    const SignedAnswer& answer = one.answer;
    const bool good = answer.verdict == AnswerVerdict::approve;
    between("Plan and decision");
    std::string detail = answer.reason;
    if (!answer.reference.empty())
      detail = "written approval: " + answer.reference +
               (answer.reason.empty() ? "" : "; " + answer.reason);
    if (answer.break_glass)
      detail += (detail.empty() ? "" : "; ") + std::string("past the quorum: ") +
                answer.break_glass->reason;
    say(good ? EventTone::signature : EventTone::bad,
        (good ? "Approved by " : "Rejected by ") + who(answer), detail);
  }
  void tell(const AttestationRecord& one) {
    between("What people looked at");
    const bool good = one.answer.verdict == AnswerVerdict::pass;
    say(EventTone::signature,
        item_text(one.item) + (good ? ": attested by " : ": found wanting by ") + who(one.answer),
        one.answer.reason);
  }
  void tell(const SignOffRecord& one) {
    between("What people looked at");
    say(EventTone::signature, "Signed off by " + who(one.answer), one.answer.reason);
  }
  void tell(const SettledRecord& one) {
    if (!one.answer) {
      say(EventTone::plain, "Looked at what is there: the operation was not carried out");
      return;
    }
    const bool applied = one.verdict == AnswerVerdict::applied;
    say(EventTone::signature,
        (one.corrects ? "What had been settled is corrected by " : "Settled by ") +
            who(*one.answer) + ": the operation was " +
            (applied ? "carried out" : "not carried out"),
        one.answer->reason);
  }

  void tell(const BracketRecord& one) {
    if (one.side == BracketSide::after)
      say(EventTone::plain, "Everything is captured again and compared with what was signed");
  }
  void tell(const RunReopenedRecord& one) {
    say(EventTone::plain,
        one.way == Way::replan    ? "What is left is planned anew"
        : one.way == Way::correct ? "The run is opened again"
                                  : "What failed is looked at again",
        "asked by " + one.by);
  }
  void tell(const ClosedRecord&) {
    say(EventTone::plain, "The engine closes the run with its own key",
        "no person's signature covers its end");
  }

  void tell(const StatusRecord& one) {
    const std::string message = one.error ? one.error->message : "", is = to_string(one.status);
    if (one.status == RunStatus::done)
      say(EventTone::good, "The run is done");
    else if (one.status == RunStatus::failed || one.status == RunStatus::drifted ||
             one.status == RunStatus::in_doubt)
      say(EventTone::bad, "The run stops: " + is, message);
    else if (one.status == RunStatus::cancelled || one.status == RunStatus::rejected)
      say(EventTone::bad, "The run ends: " + is, message);
  }

  void tell(const ObligationRecord& one) {
    say(EventTone::bad, "A check is owed", one.text + ": " + one.why);
  }
  void tell(const LatchRecord& one) {
    say(EventTone::bad, "An incident",
        one.cause + ": other runs may not change it (" + one.rule + ")");
  }
  void tell(const EvidenceVoidedRecord& one) {
    say(EventTone::bad, "Earlier evidence no longer counts",
        "another run, " + one.by + ", changed the account since");
  }
  void tell(const AdoptedRecord& one) {
    if (one.answer)
      say(EventTone::signature,
          std::string("adopted ") + to_string(one.answer->verdict) + " by " + who(*one.answer),
          one.answer->reason);
    else
      say(EventTone::bad, "The run is taken over", one.why.value_or(""));
  }
  void tell(const TakenOverRecord& one) {
    say(EventTone::bad, "It goes on with another run's work",
        "what run " + one.run + " did, at the word of " + one.by +
            "; its own evidence proves that");
  }
  void tell(const UndoRecord&) { say(EventTone::bad, "Earlier changes are to be undone"); }

  // What is no event of its own: it stands in those around it.
  void tell(const ModuleRecord&) {}
  void tell(const ItemsRecord&) {}
  void tell(const PhaseSkippedRecord&) {}
  void tell(const ConsumedRecord&) {}
  void tell(const ProbeRecord&) {}
  void tell(const WaitConditionRecord&) {}
  void tell(const WaitLookRecord&) {}

  std::string item_text(const std::string& slug) const {
    for (const json& item : dossier_.state.head().value("done", json::array()))
      if (item.value("slug", "") == slug) return text_at(item, "text");
    for (const Record& record : dossier_.records)
      if (const auto one = as<ObligationRecord>(record); one && one->slug == slug) return one->text;
    return slug;
  }

  const Dossier& dossier_;
  const Catalogue& catalogue_;
  const Record* now_ = nullptr;
  const PlanPaper* plan_ = nullptr;
  std::map<std::string, int> intents_;  // numbers by key, of operations without outcome
  std::vector<TimelineSection> chapters_;
};

// Whether the obligation still is one: a corrected settlement takes back what followed from it.
bool is_asked(const RunState& state, const std::string& slug) {
  return std::any_of(state.obligations.begin(), state.obligations.end(),
                     [&](const json& one) { return one.value("slug", "") == slug; });
}

Time time_of_check(const Dossier& dossier, const std::string& title) {
  for (const Record& record : dossier.records)
    if (const auto check = as<CheckRecord>(record); check && check->ok && check->title == title)
      return record.time;
  return 0;
}

}  // namespace

std::vector<TimelineSection> timeline_of(const Dossier& dossier, const Catalogue& catalogue) {
  return TimelineBuilder(dossier, catalogue).tell();
}

std::vector<Item> checklist_of(const Dossier& dossier) {
  const RunState& state = dossier.state;
  std::vector<Item> items;
  // The last answer to an item is the one that counts.
  const auto answered = [&](Item& item, RecordKind kind, const std::string& slug,
                            const std::string& role = "") {
    for (const SignedDocument& paper : dossier.papers)
      if (paper.kind == kind && paper.item == slug &&
          (role.empty() ||
           std::count(paper.answer.roles.begin(), paper.answer.roles.end(), role) > 0)) {
        item.state = paper.answer.verdict == "pass" ? "passed" : "failed";
        item.by = paper.answer.person + " (" + paper.answer.principal + ")";
        item.time = paper.time;
      }
  };
  const json done = state.head().value("done", json::array());
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (i < state.wanted.size() && !state.wanted[i]) continue;
    Item item{text_at(done[i], "text"), "open", "", 0};
    const std::string kind = text_at(done[i], "item");
    if (kind == "attest") {
      answered(item, RecordKind::attestation, text_at(done[i], "slug"));
    } else if (kind == "sign_off") {
      answered(item, RecordKind::sign_off, "", text_at(done[i], "role"));
    } else if (const Time time = time_of_check(dossier, item.text); time > 0) {
      item = {item.text, "passed", "the run itself, by a check", time};
    }
    items.push_back(std::move(item));
  }
  for (const Record& record : dossier.records) {
    const auto owed = as<ObligationRecord>(record);
    if (!owed || !is_asked(state, owed->slug)) continue;
    Item item{owed->text, "open", "", 0};
    answered(item, RecordKind::attestation, owed->slug);
    items.push_back(std::move(item));
  }
  return items;
}

std::string moment_of(Time time) {
  return moment(iso_time(time));
}

bool is_finished(const RunState& state) {
  return is_final(state.status);
}

std::string standing_of(const RunState& state) {
  static const std::map<RunStatus, std::string> waits = {
      {RunStatus::running, "it is under way"},
      {RunStatus::awaiting_decision, "it waits for a decision"},
      {RunStatus::awaiting_time, "it waits for its time"},
      {RunStatus::awaiting_attestation, "it waits for a person's check or the closing signature"},
      {RunStatus::in_doubt, "it is not known whether an operation was carried out"},
      {RunStatus::drifted, "what is there is not what was signed"}};
  const auto at = waits.find(state.status);
  return at == waits.end() ? to_string(state.status) : "not finished: " + at->second;
}

}  // namespace countersign
