#include "repl/conversation/repl_session.h"

#include <algorithm>
#include <cctype>

#include "interpreter/clock.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/vault.h"
#include "repl/conversation/help.h"
#include "repl/conversation/script_text.h"
#include "repl/exit_code.h"
#include "repl/views/changes_view.h"
#include "repl/views/error_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

using ReplOutput = ReplSession::ReplOutput;

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

ReplOutput plainly(std::string text, json value) {
  ReplOutput said;
  said.text = std::move(text);
  said.value = {{"value", std::move(value)}};
  return said;
}

// "number.sid": what it means is asked for, so that it means nothing is said too.
bool only_names(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '[' || c == ']';
  });
}

bool is_script_name(const std::string& name) {
  return !name.empty() && name.size() <= 60 && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '_';
         });
}

}  // namespace

ReplSession::ReplSession(ReplDependencies surroundings) : all_(std::move(surroundings)) {
  all_.exploration.answered = [this](const HostCall& call, const Result<json>& result) {
    json arguments = call.arguments;
    if (Session* session = all_.exploration.session()) session->vault().scrub(arguments);
    if (cassette_) cassette_->add(call.name, arguments, result);
    if (result) reads_.push_back({call.name, std::move(arguments)});
  };
}

PromptInfo ReplSession::where() const {
  PromptInfo where = all_.where;
  where.drafting = all_.exploration.drafting();
  where.changes = intents_of(all_.exploration.draft()).size();
  return where;
}

std::string ReplSession::prompt(char guard) const {
  if (in_chunk()) return "... ";
  return prompt_text(where(), all_.style(), guard);
}

Completion ReplSession::complete(const std::string& line) {
  return countersign::complete(begun_, line, all_.catalogue,
                               [this](const json& path) { return all_.exploration.names(path); });
}

ReplOutput ReplSession::failed(Error error) const {
  ReplOutput said;
  said.text = error_text(error, all_.style());
  said.value = {{"error", error_json(error)}};
  said.code = exit_code(error);
  return said;
}

ReplOutput ReplSession::line(const std::string& text, bool last) {
  ReplOutput said = answer(text, last);
  // The net under everything that is shown: a draft holds what was typed into it.
  said.text = all_.scrub(said.text);
  if (Session* session = all_.exploration.session()) session->vault().scrub(said.value);
  return said;
}

ReplOutput ReplSession::answer(const std::string& text, bool last) {
  if (in_chunk()) return chunk(text, last);
  const std::string line = trimmed(text);
  if (line.empty()) return {};
  if (line[0] == ':' && line.rfind("::", 0) != 0 && line.rfind(":help", 0) != 0)
    return command(line);
  if (std::string query; asks_for_help(line, query)) return help(query);
  if (leaves(line)) {
    ReplOutput said;
    said.then = Then::leave;
    return said;
  }
  return chunk(text, last);
}

// "quit", where nothing that was typed has that name.
bool ReplSession::leaves(const std::string& line) {
  for (const char* word : {"quit", "exit"})
    if (line == word || line == std::string(word) + "()") {
      const std::vector<std::string> names = all_.exploration.names(json::array());
      return std::find(names.begin(), names.end(), word) == names.end();
    }
  return false;
}

// The globals that were there before anything was typed are the language's.
void ReplSession::know_language() {
  if (!language_.empty()) return;
  const std::vector<std::string> names = all_.exploration.names(json::array());
  language_.insert(names.begin(), names.end());
}

std::vector<std::string> ReplSession::names_given() {
  std::vector<std::string> names = all_.exploration.names(json::array());
  names.erase(std::remove_if(names.begin(), names.end(),
                             [&](const std::string& name) { return language_.count(name) != 0; }),
              names.end());
  for (int i = 1; i <= results_; ++i) names.push_back("_" + std::to_string(i));
  names.emplace_back("_");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

ReplOutput ReplSession::chunk(const std::string& text, bool last) {
  know_language();
  // Where nothing more comes, no line does.
  if (!last || !text.empty()) begun_ += (begun_.empty() ? "" : "\n") + text;
  const std::string kept = "_" + std::to_string(results_ + 1);
  reads_.clear();
  const int first = static_cast<int>(noted_);
  const PhaseResult ending = all_.exploration.say({"line", "line", begun_ + "\n"}, last, kept);
  ReplOutput said;
  if (ending.kind == PhaseResult::incomplete) {
    said.then = Then::more;
    return said;
  }
  InputLine typed;
  typed.text = trimmed(begun_);
  const bool lines = begun_.find('\n') != std::string::npos;
  begun_.clear();
  Status taped = cassette_ ? cassette_->keep() : Status(Done{});
  if (ending.kind != PhaseResult::finished) {
    Error error = ending.error;
    // Of one line there is no need to say which.
    if (error.where.rfind("line:", 0) == 0)
      error.where = lines ? "line " + error.where.substr(5) + " of what was typed" : "";
    if (error.kind == "interrupted") {
      error.message =
          "broken off; what this line had set so far is gone, everything before it is kept";
      error.hint.clear();
    }
    const Row* row = all_.catalogue.find(error.operation);
    if (error.kind == "refused" && row != nullptr && row->effect != Effect::read &&
        all_.exploration.recorded())
      error.hint =
          "what a run recorded is only looked at; `countersign replay` shows what a "
          "changed script would have planned";
    else if (error.kind == "refused" && row != nullptr && row->effect != Effect::read &&
             !all_.exploration.drafting())
      error.hint = all_.exploration.session() != nullptr
                       ? "type :plan first: changes are then collected in a draft, and :request "
                         "files it for a decision"
                       : "choose an account with --profile; :plan then collects changes in a draft";
    said = failed(error);
  } else {
    typed.expression = ending.expression;
    typed.drafted = all_.exploration.drafting();
    typed.reads = std::move(reads_);
    // An address that did not answer at the beginning may do so by now.
    if (!all_.where.known && !typed.reads.empty() && !all_.exploration.recorded())
      if (const Result<json> endpoint = all_.exploration.session()->endpoint()) {
        all_.where.known = true;
        all_.where.simulated = endpoint->value("simulated", false);
      }
    if (!ending.value.is_null() || !ending.what.empty()) {
      typed.kept = kept;
      ++results_;
    }
    const PlannedPhase& draft = all_.exploration.draft();
    int next = first;
    for (const Intent* intent : intents_of(draft)) next = std::max(next, intent->n);
    noted_ = static_cast<std::size_t>(next);
    typed.changes = next > first;
    if (typed.changes) {
      said = plainly(drafted_text(draft, first + 1, all_.catalogue, all_.style()), ending.value);
    } else if (!ending.what.empty()) {
      said = plainly(value_text(json(ending.what), all_.style()), json(ending.what));
      if (only_names(typed.text) && !topics_about(all_.catalogue, typed.text, 1).empty() &&
          help(typed.text).code == 0)
        said = help(typed.text);
    } else if (ending.value.is_null()) {
      if (only_names(typed.text)) said = plainly("nil\n", nullptr);
    } else {
      said = shown(ending.value);
    }
    if (!typed.kept.empty() && said.value.is_object()) said.value["kept"] = kept;
    typed_.push_back(std::move(typed));
  }
  if (const int lost = all_.exploration.lost(); lost > 0)
    said.text += std::to_string(lost) + (lost == 1 ? " earlier line" : " earlier lines") +
                 " could not be walked again: what " + (lost == 1 ? "it" : "they") +
                 " had set is gone\n";
  if (!taped) said.text += failed(taped.error()).text;
  return said;
}

ReplOutput ReplSession::shown(const json& value) {
  last_ = value;
  shown_ = 0;
  ReplOutput said = more("");
  said.value = {{"value", value}};
  return said;
}

ReplOutput ReplSession::more(const std::string& rest) {
  if (last_.is_null())
    return failed({"usage", "there is no value that goes on", "type an expression first"});
  Showing showing;
  showing.from = shown_;
  showing.most = rest == "all" ? SIZE_MAX - shown_ : all_.page();
  showing.whole = "`_[1]` shows the first whole";
  if (has_moments(last_)) showing.now = all_.exploration.now();
  const Style style = all_.style();
  const std::size_t all = extent(last_, style, showing);
  if (shown_ > 0 && shown_ >= all)
    return failed({"usage", "that was all of it", "the value is still `_`"});
  ReplOutput said = plainly(value_text(last_, style, showing), last_);
  shown_ = showing.most > all - shown_ ? all : shown_ + showing.most;
  if (shown_ < all) {
    Page page(style);
    page.line(0, {{std::to_string(all - shown_) + " more " +
                       (last_.is_array() ? "entries" : "lines") + ": ",
                   Tone::faint},
                  {":more", Tone::strong},
                  {" goes on, ", Tone::faint},
                  {":more all", Tone::strong},
                  {" shows the rest", Tone::faint}});
    said.text += page.text();
  }
  // A moment alone is a text, and stays one; what it means stands below.
  if (last_.is_string() && showing.now) {
    Page page(style);
    page.line(0, {{"= " + value_text(json::array({last_}), {false, 200}, showing), Tone::faint}});
    std::string below = page.text();
    said.text += below.replace(below.find("\\n"), 2, "");
  }
  return said;
}

ReplOutput ReplSession::help(const std::string& query) {
  const Style style = all_.style();
  if (query.empty()) {
    json commands = json::array();
    for (const Topic& one : conversation_commands())
      commands.push_back({{"name", one.name}, {"use", one.use}, {"summary", one.summary}});
    return plainly(help_text(style), std::move(commands));
  }
  if (const Row* row = all_.catalogue.find(query))
    return plainly(row_text(*row, style), describe(*row));
  for (const std::string& name : {query, ":" + query})
    if (const Topic* one = topic(name))
      return plainly(topic_text(*one, style), {{"name", one->name}, {"summary", one->summary}});
  std::vector<Topic> found;
  for (const Row& row : all_.catalogue.rows())
    if (row.name.rfind(query + ".", 0) == 0) found.push_back({row.name, "", row.summary});
  if (found.empty()) found = topics_about(all_.catalogue, query);
  if (found.empty()) {
    const auto near = all_.catalogue.near(query);
    return failed({"usage", "nothing here speaks of \"" + query + "\"",
                   did_you_mean(near, "help alone says what there is")});
  }
  json value = json::array();
  for (const Topic& one : found) value.push_back({{"name", one.name}, {"summary", one.summary}});
  return plainly(topics_text(found, style), std::move(value));
}

ReplOutput ReplSession::command(const std::string& line) {
  const std::size_t space = line.find_first_of(" \t");
  const std::string name = line.substr(0, space);
  const std::string rest = space == std::string::npos ? "" : trimmed(line.substr(space));
  const auto alone = [&](const char* word = nullptr) {
    return rest.empty() || (word != nullptr && rest == word);
  };
  ReplOutput said;
  if (name == ":more" && alone("all")) return more(rest);
  if (name == ":plan" && alone("drop")) return plan(rest);
  if (name == ":request" && alone()) return request();
  if (name == ":save") return save(rest);
  if (name == ":cassette") return cassette(rest);
  if ((name == ":quit" || name == ":q" || name == ":exit") && alone()) {
    said.then = Then::leave;
    return said;
  }
  std::vector<std::string> names;
  for (const Topic& one : conversation_commands()) {
    if (one.name.find(' ') == std::string::npos) names.push_back(one.name);
    if (one.name == name)
      return failed(
          {"usage", name + ": \"" + rest + "\" is not expected here", "it is " + one.use});
  }
  return failed({"usage", "there is no command \"" + name + "\"",
                 did_you_mean(name, names, ":help lists them")});
}

ReplOutput ReplSession::plan(const std::string& rest) {
  Exploration& exploration = all_.exploration;
  if (exploration.recorded())
    return failed({"usage", "what a run recorded is only looked at: there is nothing to change",
                   "`countersign replay RUN --with FILE` shows what a changed script would have "
                   "planned"});
  if (exploration.session() == nullptr)
    return failed({"usage", "no account is chosen, so there is nothing to change",
                   "start with --profile NAME"});
  if (rest == "drop") {
    if (!exploration.drafting()) return failed({"usage", "there is no draft", ":plan begins one"});
    exploration.drop_draft();
    return plainly("The draft is forgotten; nothing was changed.\n", json::object());
  }
  exploration.begin_draft();
  Plan plan;
  plan.phases.push_back(exploration.draft());
  return plainly(draft_text(exploration.draft(), all_.catalogue, all_.style()), plan_json(plan));
}

std::string ReplSession::date() {
  return iso_time(all_.exploration.now()).substr(0, 10);
}

ReplOutput ReplSession::request() {
  Exploration& exploration = all_.exploration;
  if (!exploration.drafting())
    return failed({"usage", "there is no draft to file", ":plan begins one"});
  const auto intents = intents_of(exploration.draft());
  ScriptHead head{"draft", "", all_.where.account, date()};
  if (!intents.empty()) head.title = in_words(*intents.front(), all_.catalogue);
  if (intents.size() > 1) head.title += ", and " + std::to_string(intents.size() - 1) + " more";
  const Result<std::string> script =
      draft_runbook(head, typed_, exploration.draft(), all_.catalogue);
  if (!script) return failed(script.error());
  if (all_.scrub(*script) != *script)
    return failed({"refused", "a secret stands in the draft in the clear, and drafts are kept",
                   "pass it on as a handle, in a runbook: `:save runbook NAME`"});
  std::string name = iso_time(all_.clock.now());
  name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == ':' || c == '-'; }),
             name.end());
  std::string path = all_.drafts + "/draft-" + name + ".lua";
  Status written = write_new_file(path, *script);
  for (int n = 2; !written && n < 10; ++n) {
    path = all_.drafts + "/draft-" + name + "-" + std::to_string(n) + ".lua";
    written = write_new_file(path, *script);
  }
  if (!written) return failed(written.error());
  const Result<Reply> reply = all_.run(path);
  if (!reply) {
    ReplOutput said = failed(reply.error());
    said.text += "The draft is still here; its runbook is " + path + "\n";
    return said;
  }
  ReplOutput said = plainly(reply->text, reply->value);
  said.code = reply->code;
  if (reply->value.is_object() && reply->value.value("error", json()).is_null()) {
    // That it waits for a decision is what was asked for.
    if (said.code == kAwaitsDecision) said.code = kDone;
    exploration.drop_draft();
    said.text += "The draft is filed as run " + reply->value.value("run", "") +
                 ", its runbook is " + path + "\n";
  }
  return said;
}

ReplOutput ReplSession::save(const std::string& rest) {
  const std::size_t space = rest.find(' ');
  const std::string kind = rest.substr(0, space);
  const std::string name = space == std::string::npos ? "" : trimmed(rest.substr(space));
  if ((kind != "runbook" && kind != "symptom") || name.empty())
    return failed({"usage", ":save needs to know what as, and by which name",
                   ":save runbook NAME, or :save symptom NAME"});
  if (!is_script_name(name))
    return failed({"usage", "\"" + name + "\" is not the name of a script",
                   "lower-case letters, digits, - and _"});
  const bool any =
      std::any_of(typed_.begin(), typed_.end(), [](const InputLine& one) { return !one.changes; });
  if (!any)
    return failed({"usage", "nothing was typed yet that could be saved",
                   "type what is of use first; lines that fail are left out"});
  ScriptHead head{name, name, all_.where.account.empty() ? "no account" : all_.where.account,
                  date()};
  head.operator_role = all_.operator_role;
  head.approver_role = all_.approver_role;
  const std::vector<std::string> globals = names_given();
  const std::string text = all_.scrub(kind == "runbook" ? runbook_skeleton(head, typed_, globals)
                                                        : symptom_skeleton(head, typed_, globals));
  const std::string path = name + ".lua";
  if (const Status written = write_new_file(path, text); !written) return failed(written.error());
  return plainly("Written: " + path + ", to be edited.\n", {{"file", path}});
}

ReplOutput ReplSession::cassette(const std::string& typed) {
  // A name may stand in quotes, as it would in Lua.
  const bool quotes =
      typed.size() >= 2 && (typed[0] == '"' || typed[0] == '\'') && typed.back() == typed[0];
  const std::string rest = quotes ? typed.substr(1, typed.size() - 2) : typed;
  if (quotes && rest.empty())
    return failed({"usage", "a file has a name", ":cassette FILE begins"});
  if (rest.empty()) {
    if (!cassette_) return failed({"usage", "nothing is being recorded", ":cassette FILE begins"});
    const std::string text = cassette_->path() + " has " + std::to_string(cassette_->size()) +
                             (cassette_->size() == 1 ? " answer" : " answers") + ".\n";
    const json value = {{"file", cassette_->path()}, {"answers", cassette_->size()}};
    cassette_.reset();
    return plainly(text, value);
  }
  if (cassette_)
    return failed({"usage", "\"" + cassette_->path() + "\" is being recorded already",
                   ":cassette alone ends it"});
  const Time now = all_.exploration.now();
  json about = {{"profile", all_.where.profile},
                {"account", all_.where.account},
                {"recorded", iso_time(now)},
                {"run", {{"began", now}}}};
  // What scenarios see as run.profile.
  if (Session* session = all_.exploration.session()) about["run"]["profile"] = session->facts();
  Result<Cassette> begun = Cassette::start(rest, std::move(about));
  if (!begun) return failed(begun.error());
  cassette_ = std::move(*begun);
  return plainly("Every answer from now on is recorded in " + rest + ", secrets redacted.\n",
                 {{"file", rest}});
}

}  // namespace countersign
