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

std::string who(const json& body) {
  return text_at(body, "person") + " (" + text_at(body, "principal") + ")";
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
      tell(record.kind, record.body);
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

  void tell(const std::string& kind, const json& body) {
    if (kind == "run.started")
      say(EventTone::plain, text_at(body, "principal").empty()
                                ? "The run is started"
                                : text_at(body, "principal") + " starts the run");
    else if (kind == "phase.started")
      chapter(text_at(body, "phase"), text_at(body, "kind"));
    else if (kind == "check")
      say(body.value("ok", false) ? EventTone::good : EventTone::bad, text_at(body, "title"),
          body.value("ok", false) || body.value("detail", json()).is_null()
              ? ""
              : plain(body["detail"], 300));
    else if (kind == "note")
      say(EventTone::plain, text_at(body, "text"));
    else if (kind == "finding")
      say(EventTone::bad, "Found: " + text_at(body, "cause"), text_at(body, "symptom"));
    else if (kind == "step")
      say(EventTone::step, text_at(body, "title"));
    else if (kind == "plan" || kind == "request" || kind == "plan.voided")
      planning(kind, body);
    else if (kind == "intent")
      intents_[text_at(body, "key")] = body;
    else if (kind == "outcome")
      outcome(body);
    else if (kind == "wait.started")
      waiting(body);
    else if (kind == "phase.finished")
      finished(body);
    else if (body.contains("principal") && body.contains("verdict"))
      answered(kind, body);
    else if (kind == "settled")
      say(EventTone::plain, "Looked at what is there: the operation was not carried out");
    else if (kind == "bracket" && text_at(body, "side") == "after")
      say(EventTone::plain, "Everything is captured again and compared with what was signed");
    else if (kind == "run.reopened")
      say(EventTone::plain,
          text_at(body, "way") == "replan"    ? "What is left is planned anew"
          : text_at(body, "way") == "correct" ? "The run is opened again"
                                              : "What failed is looked at again",
          "asked by " + text_at(body, "by"));
    else if (kind == "status")
      status(body);
    else if (kind == kClosed)
      say(EventTone::plain, "The engine closes the run with its own key",
          "no person's signature covers its end");
    else if (kind == "obligation" || kind == "latch" || kind == "evidence.voided" ||
             kind == "adopted" || kind == "undo" || kind == "taken_over")
      other(kind, body);
  }

  void planning(const std::string& kind, const json& body) {
    between("Plan and decision");
    if (kind == "plan") {
      plan_ = plan_ == nullptr ? dossier_.plans.data() : plan_ + 1;
      const int count = plan_->then.plan ? plan_->then.plan->count() : 0;
      say(EventTone::plain, count == 0   ? "Nothing is to be changed"
                            : count == 1 ? "1 change is planned"
                                         : std::to_string(count) + " changes are planned");
    } else if (kind == "request") {
      const std::string sha256 = text_at(body, "document");
      say(body.contains("signature") ? EventTone::signature : EventTone::plain,
          "A decision is asked for, until " + moment_of(plan_->then.decide_by),
          "request " + sha256);
    } else {
      say(EventTone::bad, "The plan no longer counts", text_at(body, "why"));
    }
  }

  void outcome(const json& body) {
    const auto begun = intents_.find(text_at(body, "key"));
    if (begun == intents_.end()) return;
    const int n = begun->second.value("n", 0);
    const Intent* intent = plan_ && plan_->then.plan ? plan_->then.plan->intent(n) : nullptr;
    const std::string words = std::to_string(n) + ". " +
                              (intent ? in_words(*intent, catalogue_) : text_at(body, "operation"));
    const std::string settled = text_at(body, "settled");
    if (body.contains("error"))
      say(EventTone::bad, words, text_at(body["error"], "message"));
    else
      say(EventTone::good, words,
          settled.empty()       ? ""
          : settled == "person" ? "settled by a person"
                                : "found to be done when the run went on");
    intents_.erase(begun);
  }

  void waiting(const json& body) {
    chapter(text_at(body, "phase"), "wait");
    say(EventTone::plain, "Waits " + duration_text(body.value("seconds", Time{0})) + ", until " +
                              moment_of(body.value("until", Time{0})));
  }

  void finished(const json& body) {
    for (const json& entry : dossier_.state.head().value("procedure", json::array()))
      if (entry.value("name", "") == text_at(body, "phase") && entry.value("phase", "") == "wait")
        say(EventTone::plain, "The wait is over");
  }

  void answered(const std::string& kind, const json& body) {
    const std::string verdict = text_at(body, "verdict"), reason = text_at(body, "reason");
    const bool good = verdict == "approve" || verdict == "pass" || verdict == "applied";
    std::string text, detail = reason;
    if (kind == "decision") {
      between("Plan and decision");
      text = (good ? "Approved by " : "Rejected by ") + who(body);
      if (const std::string reference = text_at(body, "reference"); !reference.empty())
        detail = "written approval: " + reference + (reason.empty() ? "" : "; " + reason);
      if (body.contains("break_glass"))
        detail += (detail.empty() ? "" : "; ") + std::string("past the quorum: ") +
                  text_at(body["break_glass"], "reason");
    } else if (kind == "attestation") {
      between("What people looked at");
      text = item_text(text_at(body, "item")) + (good ? ": attested by " : ": found wanting by ") +
             who(body);
    } else if (kind == "sign_off") {
      between("What people looked at");
      text = "Signed off by " + who(body);
    } else if (kind == "settled") {
      text =
          (body.contains("corrects") ? "What had been settled is corrected by " : "Settled by ") +
          who(body) + ": the operation was " +
          (verdict == "applied" ? "carried out" : "not carried out");
    } else {
      text = kind + " " + verdict + " by " + who(body);
    }
    say(good || kind != "decision" ? EventTone::signature : EventTone::bad, text, detail);
  }

  std::string item_text(const std::string& slug) const {
    for (const json& item : dossier_.state.head().value("done", json::array()))
      if (item.value("slug", "") == slug) return text_at(item, "text");
    for (const Record& record : dossier_.records)
      if (record.kind == "obligation" && text_at(record.body, "slug") == slug)
        return text_at(record.body, "text");
    return slug;
  }

  void status(const json& body) {
    const std::string is = text_at(body, "status");
    const std::string message = body.contains("error") ? text_at(body["error"], "message") : "";
    if (is == "done")
      say(EventTone::good, "The run is done");
    else if (is == "failed" || is == "drifted" || is == "in_doubt")
      say(EventTone::bad, "The run stops: " + is, message);
    else if (is == "cancelled" || is == "rejected")
      say(EventTone::bad, "The run ends: " + is, message);
  }

  void other(const std::string& kind, const json& body) {
    std::string detail;
    if (kind == "evidence.voided")
      detail = "another run, " + text_at(body, "by") + ", changed the account since";
    if (kind == "latch")
      detail =
          text_at(body, "cause") + ": other runs may not change it (" + text_at(body, "rule") + ")";
    for (const char* key : {"text", "why", "reason"})
      if (const std::string text = text_at(body, key); !text.empty())
        detail += (detail.empty() ? "" : ": ") + text;
    if (kind == "taken_over")
      detail = "what run " + text_at(body, "run") + " did, at the word of " + text_at(body, "by") +
               "; its own evidence proves that";
    say(EventTone::bad,
        kind == "obligation"        ? "A check is owed"
        : kind == "evidence.voided" ? "Earlier evidence no longer counts"
        : kind == "adopted"         ? "The run is taken over"
        : kind == "taken_over"      ? "It goes on with another run's work"
        : kind == "undo"            ? "Earlier changes are to be undone"
                                    : "An incident",
        detail);
  }

  const Dossier& dossier_;
  const Catalogue& catalogue_;
  const Record* now_ = nullptr;
  const PlanPaper* plan_ = nullptr;
  std::map<std::string, json> intents_;
  std::vector<TimelineSection> chapters_;
};

// Whether the obligation still is one: a corrected settlement takes back what followed from it.
bool is_asked(const RunState& state, const std::string& slug) {
  return std::any_of(state.obligations.begin(), state.obligations.end(),
                     [&](const json& one) { return one.value("slug", "") == slug; });
}

Time time_of_check(const Dossier& dossier, const std::string& title) {
  for (const Record& record : dossier.records)
    if (record.kind == "check" && text_at(record.body, "title") == title &&
        record.body.value("ok", false))
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
  const auto answered = [&](Item& item, const std::string& kind, const std::string& slug,
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
      answered(item, "attestation", text_at(done[i], "slug"));
    } else if (kind == "sign_off") {
      answered(item, "sign_off", "", text_at(done[i], "role"));
    } else if (const Time time = time_of_check(dossier, item.text); time > 0) {
      item = {item.text, "passed", "the run itself, by a check", time};
    }
    items.push_back(std::move(item));
  }
  for (const Record& record : dossier.records) {
    if (record.kind != "obligation" || !is_asked(state, text_at(record.body, "slug"))) continue;
    Item item{text_at(record.body, "text"), "open", "", 0};
    answered(item, "attestation", text_at(record.body, "slug"));
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
  static const std::map<std::string, std::string> waits = {
      {"running", "it is under way"},
      {"awaiting_decision", "it waits for a decision"},
      {"awaiting_time", "it waits for its time"},
      {"awaiting_attestation", "it waits for a person's check or the closing signature"},
      {"in_doubt", "it is not known whether an operation was carried out"},
      {"drifted", "what is there is not what was signed"}};
  const auto at = waits.find(state.status);
  return at == waits.end() ? state.status : "not finished: " + at->second;
}

}  // namespace countersign
