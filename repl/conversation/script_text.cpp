#include "repl/conversation/script_text.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "interpreter/placeholder.h"

namespace countersign {
namespace {

constexpr std::size_t kMostReads = 60;  // of a line; a loop over a thousand calls is not evidence
constexpr std::size_t kWidth = 96;

bool is_word(const std::string& text) {
  static const std::set<std::string> reserved = {
      "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
      "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
      "repeat",   "return", "then", "true", "until",  "while"};
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  for (const char c : text)
    if (!(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_')) return false;
  return reserved.count(text) == 0;
}

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\%03u", static_cast<unsigned>(byte));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// "/a/0" of a placeholder's path, as Lua reaches it.
std::string steps_of(const std::string& pointer) {
  std::string out;
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string step = pointer.substr(at + 1, end - at - 1);
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"~1", "/"}, {"~0", "~"}})
      for (std::size_t i = 0; (i = step.find(from, i)) != std::string::npos; i += 1)
        step.replace(i, 2, to);
    const bool number = !step.empty() && step.size() < 9 &&
                        step.find_first_not_of("0123456789") == std::string::npos;
    out += number          ? "[" + std::to_string(std::stoi(step) + 1) + "]"
           : is_word(step) ? "." + step
                           : "[" + in_quotes(step) + "]";
    at = end;
  }
  return out;
}

std::optional<std::string> mark_text(const json& value) {
  const json& mark = *marked(value);
  if (mark.contains("placeholder"))
    return "r" + std::to_string(mark["placeholder"].get<int>()) +
           steps_of(mark.value("path", std::string()));
  if (!mark.contains("template")) return std::nullopt;
  std::string out;
  for (const json& part : mark["template"]) {
    const auto text = lua_text(part);
    if (!text) return std::nullopt;
    out += (out.empty() ? "" : " .. ") + *text;
  }
  return out;
}

// The lines of a text, each behind `before`.
std::string each_line(const std::string& text, const std::string& before) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += before + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

std::string call_text(const std::string& operation, const std::string& arguments) {
  return operation + " " + arguments;
}

bool mentions(const std::string& text, const std::string& name) {
  const auto part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; ++at) {
    const bool begins = at == 0 || !part(text[at - 1]);
    const std::size_t end = at + name.size();
    if (begins && (end == text.size() || !part(text[end]))) return true;
  }
  return false;
}

bool begins_with_word(const std::string& text, const std::string& word) {
  const std::size_t at = text.find_first_not_of(" \t\n");
  return at != std::string::npos && text.compare(at, word.size(), word) == 0 &&
         mentions(text.substr(at, word.size() + 1), word);
}

// Whether a later line speaks of this one's value: by its number, or as the last one.
bool used_later(const std::vector<InputLine>& lines, std::size_t at) {
  if (lines[at].kept.empty()) return false;
  bool last = true;
  for (std::size_t later = at + 1; later < lines.size(); ++later) {
    if (mentions(lines[later].text, lines[at].kept)) return true;
    if (last && mentions(lines[later].text, "_")) return true;
    last = last && lines[later].kept.empty();
  }
  return false;
}

// The typed lines as statements of one function, results by the names that later lines use.
std::string statements(const std::vector<InputLine>& lines, const std::string& indent) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const InputLine& one = lines[i];
    const bool used = used_later(lines, i);
    // What was only looked at is of no use; what would be refused in a read phase neither.
    if (one.changes || (one.expression && !used && one.reads.empty())) continue;
    const std::size_t end = one.text.find_last_not_of(" \t\n;");
    const char last = end == std::string::npos ? ' ' : one.text[end];
    const bool a_call = last == ')' || last == '}' || last == '"' || last == '\'';
    std::string text = one.text;
    if (one.expression && (used || !a_call))
      text = one.kept.empty() ? "local _ = " + text : one.kept + " = " + text;
    else if (mentions(text, "return") && !one.kept.empty())
      text = one.kept + " = (function()\n" + each_line(text, "  ") + "end)()";
    else if (begins_with_word(text, "local"))
      text = "do\n" + each_line(text, "  ") + "end";
    out += each_line(text, indent);
    if (used) out += indent + "_ = " + one.kept + "\n";
  }
  return out;
}

// The names that were given to what was read, as fields of a table: "number = number, …".
std::string read_names(const std::vector<InputLine>& lines) {
  std::set<std::string> names;
  std::string out;
  for (const InputLine& one : lines) {
    const std::size_t equals = one.text.find('=');
    if (one.changes || one.reads.empty() || equals == std::string::npos ||
        one.text.compare(equals, 2, "==") == 0)
      continue;
    const std::string name = one.text.substr(0, one.text.find_last_not_of(' ', equals - 1) + 1);
    if (equals > 0 && is_word(name) && names.insert(name).second)
      out += (out.empty() ? "" : ", ") + name + " = " + name;
  }
  return out;
}

// The statements, with what they need declared before them. `of`: what they are handed.
std::string body_text(const std::vector<InputLine>& lines, const std::vector<std::string>& globals,
                      const std::string& of, const std::string& indent) {
  const std::string text = statements(lines, indent);
  std::string names;
  for (const std::string& name : globals)
    if (is_word(name) && name != "profile" && mentions(text, name))
      names += (names.empty() ? "" : ", ") + name;
  std::string out;
  if (mentions(text, "profile")) out += indent + "local profile = " + of + ".profile\n";
  if (!names.empty()) out += indent + "local " + names + "\n";
  return out + text;
}

std::string head_comment(const ScriptHead& head, const std::string& what) {
  return "-- " + what + " of " + head.account_sid + ", typed on " + head.date + ".\n";
}

}  // namespace

std::optional<std::string> lua_text(const json& value, std::size_t indent) {
  if (marked(value) != nullptr) return mark_text(value);
  if (value.is_null()) return std::string("json.null");
  if (value.is_string()) return in_quotes(value.get<std::string>());
  if (!value.is_structured()) return value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (value.empty()) return std::string(value.is_array() ? "json.decode \"[]\"" : "{}");
  std::vector<std::string> parts;
  for (const auto& [key, one] : value.items()) {
    const auto text = lua_text(one, indent + 2);
    if (!text) return std::nullopt;
    parts.push_back(value.is_array() ? *text
                    : is_word(key)   ? key + " = " + *text
                                     : "[" + in_quotes(key) + "] = " + *text);
  }
  std::string flat;
  for (const std::string& part : parts) flat += (flat.empty() ? "{ " : ", ") + part;
  flat += flat.empty() ? "{}" : " }";
  if (indent + flat.size() <= kWidth && flat.find('\n') == std::string::npos) return flat;
  std::string tall = "{\n";
  for (const std::string& part : parts) tall += std::string(indent + 2, ' ') + part + ",\n";
  return tall + std::string(indent, ' ') + "}";
}

Result<std::string> draft_runbook(const ScriptHead& head, const std::vector<InputLine>& lines,
                                  const PlannedPhase& draft, const Catalogue& catalogue) {
  if (intents_of(draft).empty())
    return Error{"usage", "the draft is empty", "type what is to be changed first"};
  std::set<int> used;
  std::vector<std::string> targets;
  for (const Intent* intent : intents_of(draft)) {
    used.merge(operations_in(intent->arguments));
    if (!has_placeholder(json(intent->target))) targets.push_back(intent->target);
    if (const Row* row = catalogue.find(intent->operation))
      targets.insert(targets.end(), row->affects.begin(), row->affects.end());
  }
  std::string reads;
  for (const InputLine& line : lines) {
    if (!line.drafted || line.reads.empty()) continue;
    reads += each_line(line.text, "      -- > ");
    std::size_t written = 0;
    for (const Answered& one : line.reads) {
      const auto arguments = lua_text(one.arguments, 6);
      // The snapshots are the runbook's own.
      if (!arguments || one.operation.rfind("snapshot.", 0) == 0) continue;
      if (++written > kMostReads) break;
      reads += "      " + call_text(one.operation, *arguments) + "\n";
    }
  }
  std::string changes, why;
  for (const PlanStep& step : draft.steps) {
    if (step.intents.empty()) continue;
    if (step.title != draft.title) changes += "      step " + in_quotes(step.title) + "\n";
    for (const Intent& intent : step.intents) {
      const auto arguments = lua_text(intent.arguments, 6);
      if (!arguments)
        return Error{"usage",
                     "operation " + std::to_string(intent.n) + ", " + intent.operation +
                         ", is told something that only a runbook can pass on: a secret or a "
                         "document",
                     "`:save runbook NAME` writes what was typed; go on from there",
                     intent.operation};
      changes += "      " +
                 (used.count(intent.n) != 0 ? "local r" + std::to_string(intent.n) + " = "
                                            : std::string()) +
                 call_text(intent.operation, *arguments) + "\n";
    }
  }
  json paths = json::array();
  std::sort(targets.begin(), targets.end());
  for (const std::string& one : targets)
    if (paths.empty() || paths.back() != one) paths.push_back(one);
  return head_comment(head, "A draft for the account") +
         "return runbook {\n"
         "  name = " +
         in_quotes(head.name) +
         ",\n"
         "  title = " +
         in_quotes(head.title) +
         ",\n"
         "  parameters = { client = param.profile { why = \"The account that it was drafted for\" "
         "} },\n"
         "  rails = { rails.snapshot_first },\n"
         "  procedure = {\n"
         "    read \"look\" (function(run)\n"
         "      check(run.profile.account_sid == " +
         in_quotes(head.account_sid) + ", \"it is the account that the draft was made for\")\n" +
         reads +
         "      return { pre = snapshot.capture { label = \"PRE\" } }\n"
         "    end),\n"
         "    mutate(\"change\", { title = " +
         in_quotes(head.title) + " }) (function()\n" + changes +
         "    end),\n"
         "    read \"verify\" (function(run)\n"
         "      local post = snapshot.capture { label = \"POST\" }\n"
         "      local changed = snapshot.diff(run.look.pre, post)\n"
         "      check(snapshot.only(changed, " +
         lua_text(paths, 6).value_or("{}") +
         "), \"nothing else changed\")\n"
         "      return { post = post }\n"
         "    end),\n"
         "  },\n"
         "}\n";
}

std::string runbook_skeleton(const ScriptHead& head, const std::vector<InputLine>& lines,
                             const std::vector<std::string>& globals) {
  const std::string names = read_names(lines);
  const bool known = head.account_sid.rfind("AC", 0) == 0;
  return head_comment(head, "Made of a conversation about the account") +
         "return runbook {\n"
         "  name = " +
         in_quotes(head.name) +
         ",\n"
         "  title = " +
         in_quotes(head.title) +
         ",\n"
         "  authority = { operator = " +
         in_quotes(head.operator_role) + ", approver = " + in_quotes(head.approver_role) +
         " },\n"
         "  parameters = { client = param.profile { why = \"Which account\" } },\n"
         "  read_first = { \"What the account is used for, and by whom\" },\n"
         "  rails = { rails.snapshot_first },\n"
         "  procedure = {\n"
         "    read \"look\" (function(run)\n"
         "      check(run.profile.account_sid " +
         (known ? "== " + in_quotes(head.account_sid) : std::string("~= nil")) +
         ", \"it is the account that was looked at\")\n" +
         body_text(lines, globals, "run", "      ") +
         "      return { pre = snapshot.capture { label = \"PRE\" }" +
         (names.empty() ? "" : ", " + names) +
         " }\n"
         "    end),\n"
         "    -- Changes stand in a phase of their own: mutate(\"change\", { title = \"…\" }) "
         "(function(run) … end),\n"
         "    -- and what must be true afterwards in a read phase behind it.\n"
         "  },\n"
         "  done = { proven \"it is the account that was looked at\" },\n"
         "  variants = { [\"Another case\"] = \"A runbook of its own\" },\n"
         "}\n";
}

std::string symptom_skeleton(const ScriptHead& head, const std::vector<InputLine>& lines,
                             const std::vector<std::string>& globals) {
  const std::string names = read_names(lines);
  return head_comment(head, "Made of a conversation about the account") +
         "return symptom {\n"
         "  name = " +
         in_quotes(head.name) +
         ",\n"
         "  title = " +
         in_quotes(head.title) +
         ",\n"
         "  severity = \"medium\",\n"
         "  last_verified = " +
         in_quotes(head.date) +
         ",\n"
         "  matches = { " +
         in_quotes(head.title) +
         " },\n"
         "  -- The most frequent cause first; each has a slug that `diagnose` names.\n"
         "  causes = { cause { \"unknown\", \"The cause is not known yet\", tell = \"We are "
         "looking into it\" } },\n"
         "  look = function(case)\n" +
         body_text(lines, globals, "case", "    ") + "    return {" +
         (names.empty() ? "" : " " + names + " ") +
         "}\n"
         "  end,\n"
         "  diagnose = function(case)\n"
         "    return finding { cause = \"unknown\", evidence = \"\" }\n"
         "  end,\n"
         "}\n";
}

}  // namespace countersign
