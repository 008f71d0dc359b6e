#include "repl/views/changes_view.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "repl/views/escape.h"
#include "repl/views/flow_lines.h"
#include "repl/views/number_order.h"

namespace countersign {
namespace {

constexpr std::size_t kMostDifferences = 400;  // of a comparison that nobody signs
constexpr std::size_t kMostInputs = 40;        // of a program, where not everything is wanted

std::string unescaped(std::string segment) {
  for (std::size_t at = 0; (at = segment.find("~1", at)) != std::string::npos; ++at)
    segment.replace(at, 2, "/");
  for (std::size_t at = 0; (at = segment.find("~0", at)) != std::string::npos; ++at)
    segment.replace(at, 2, "~");
  return segment;
}

std::string text_of(const json& object, const char* key) {
  const json value = object.is_object() ? object.value(key, json()) : json();
  return value.is_string() ? value.get<std::string>() : std::string();
}

// A state of the operation's target; null where it is not known.
json state_of(const json& operation, const char* which) {
  const json state = operation.value(which, json());
  return state.is_array() && state.size() == 1 ? state[0] : json();
}

bool knows(const json& operation, const char* which) {
  return operation.value(which, json()).is_array();
}

// What people call a thing stands in its state before, then in the state that is made, then in what
// the operation is told; its key is the last resort.
std::string name_of(const json& operation) {
  static const char* names[] = {"friendly_name", "unique_name", "phone_number", "description",
                                "name",          "folder",      "path",         "key"};
  const auto named = [](const json& value) -> std::string {
    if (!value.is_object() || marked(value) != nullptr) return "";
    for (const char* name : names)
      if (const std::string one = text_of(value, name); !one.empty()) return one;
    return "";
  };
  for (const char* which : {"before", "after"})
    if (const std::string name = named(state_of(operation, which)); !name.empty()) return name;
  const std::string target = text_of(operation, "target");
  const std::string key = unescaped(target.substr(target.rfind('/') + 1));
  const json arguments = operation.value("arguments", json());
  const std::string told = named(arguments);
  // An environment entry is named by its key, whatever file it is in.
  return arguments.is_object() && arguments.contains("key") ? key : told.empty() ? key : told;
}

std::string short_path(const std::string& path, const std::string& below) {
  if (path == below) return "";
  if (path.rfind(below + "/", 0) != 0) return path;
  return unescaped(path.substr(below.size() + 1));
}

// What follows from the change itself: shown, but not in the way.
bool counts_along(const std::string& key) {
  return key == "sha256" || key == "size" || key == "revision" || key == "live_revision";
}

// Whether what an operation is told is what it makes: a document stands there by its digest.
bool makes(const json& told, const json& made) {
  if (told == made) return true;
  if (is_handle(told)) return made.is_string() && handle_id(told) == made;
  if (!told.is_object() || !made.is_object() || told.size() != made.size() || marked(told))
    return false;
  for (const auto& [key, one] : told.items())
    if (!made.contains(key) || !makes(one, made[key])) return false;
  return true;
}

// One operation being written down.
class Writer {
 public:
  Writer(const json& operation, const Detail& detail) : operation_(operation), lines_(detail) {}

  std::vector<Line> written() && {
    const json before = state_of(operation_, "before"), after = state_of(operation_, "after");
    const bool known = knows(operation_, "before") && knows(operation_, "after");
    if (lines_.detail().full)
      lines_.say(0, {{text_of(operation_, "operation") + " on " + text_of(operation_, "target"),
                      Tone::faint}});
    if (known && before != after)
      difference(before, after);
    else if (known && !told_only())
      lines_.say(0, {{"it is so already: nothing changes", Tone::faint}});
    arguments(known ? after : json());
    // What a program starts from is signed with it; of others only those who want everything ask.
    if (told_only() || (!known && lines_.detail().full)) starts_from(before);
    sources();
    if (const json after_n = operation_.value("known_after", json()); after_n.is_number())
      lines_.say(0,
                 {{"what it starts from is known after operation " + after_n.dump(), Tone::faint}});
    return std::move(lines_.lines());
  }

 private:
  // What it brings about is not in its target: a program, a message.
  bool told_only() const { return operation_.value("told_only", false); }

  void difference(json before, const json& after) {
    if (before.is_null()) return lines_.value(0, "+", "", after);
    if (after.is_null()) return lines_.value(0, "-", "", before);
    // A draft is made from what is live.
    if (before.is_object() && after.is_object() && !before.contains("draft") &&
        after.contains("draft") && is_flow(after["draft"]) &&
        is_flow(before.value("definition", json()))) {
      lines_.say(0, {{"a draft, compared with what is live:", Tone::faint}});
      before["draft"] = before["definition"];
    }
    json changed = before, made = after;
    std::vector<std::string> along;
    if (before.is_object() && after.is_object())
      for (const auto& [key, value] : after.items()) {
        if (!counts_along(key) || !before.contains(key) || before[key] == value) continue;
        along.push_back(key);
        changed.erase(key);
        made.erase(key);
      }
    if (changed == made) {  // nothing else differs: they are what is to be seen
      lines_.difference(0, "", before, after);
      return;
    }
    lines_.difference(0, "", changed, made);
    std::string aside;
    for (const std::string& key : along)
      aside += (aside.empty() ? "" : ", ") + key + " " + beside(before[key]) + " → " +
               beside(after[key]);
    if (!aside.empty()) lines_.say(0, {{"along with it: " + aside, Tone::faint}});
  }

  std::string beside(const json& value) const {
    if (!value.is_string() || lines_.detail().full) return whole_value(value);
    return shortened(visible(value.get<std::string>()), 14);
  }

  // What it is told, as far as that is not seen already in what it makes; all of it where
  // everything is wanted.
  void arguments(const json& after) {
    const json all = operation_.value("arguments", json::object());
    const std::string target = unescaped(text_of(operation_, "target")) + "/";
    for (const auto& [name, value] : all.items()) {
      const bool made = after.is_object() && after.contains(name) && makes(value, after[name]);
      const bool named = value.is_string() && !told_only() && knows(operation_, "after") &&
                         target.find("/" + value.get<std::string>() + "/") != std::string::npos;
      if (lines_.detail().full || !(made || named || in_lines(after, value)))
        lines_.value(0, "·", name, value);
    }
  }

  // Whether a text is what the lines of a file are going to be.
  static bool in_lines(const json& after, const json& value) {
    if (!value.is_string() || !after.is_object() || !after.contains("lines")) return false;
    std::string text = value.get<std::string>();
    if (!text.empty() && text.back() == '\n') text.pop_back();
    std::string made;
    for (const json& line : after["lines"])
      made += (made.empty() && &line == &after["lines"][0] ? "" : "\n") +
              (line.is_string() ? line.get<std::string>() : "");
    if (!made.empty() && made.back() == '\n') made.pop_back();
    return made == text;
  }

  // Of a program: what is started, and the files that it reads; of others what is there before.
  void starts_from(const json& before) {
    if (!before.is_object() || before.empty()) {
      if (!before.is_null()) lines_.value(0, "·", "starts from", before);
      return;
    }
    for (const auto& [key, value] : before.items()) {
      if (key != "inputs" || !value.is_object()) {
        lines_.value(0, "·", key, value);
        continue;
      }
      std::size_t shown = 0;
      for (const auto& [path, digest] : value.items())
        if (++shown <= kMostInputs || lines_.detail().full)
          lines_.value(0, "·", "reads " + path, digest);
      if (shown > kMostInputs && !lines_.detail().full)
        lines_.say(0, {{"… and " + std::to_string(shown - kMostInputs) +
                            " more files that it reads: `countersign plan RUN --full` shows them",
                        Tone::warning}});
    }
  }

  // The files that are part of what is signed beside the arguments.
  void sources() {
    const json all = operation_.value("sources", json::object());
    if (!all.is_object()) return;
    for (const auto& [name, source] : all.items())
      lines_.say(0, {{"· ", Tone::faint},
                     {name + ": "},
                     {text_of(source, "path")},
                     {" sha256 " + text_of(source, "sha256"), Tone::faint}});
  }

  const json& operation_;
  ValueLines lines_;
};

}  // namespace

json operation_json(const Intent& intent, const Catalogue& catalogue) {
  Plan one;
  one.phases.push_back({});
  one.phases[0].steps.push_back({"", {intent}});
  json operation = to_json(one)["phases"][0]["steps"][0]["operations"][0];
  describe_operation(operation, catalogue);
  return operation;
}

void describe_operation(json& operation, const Catalogue& catalogue) {
  const Row* row = catalogue.find(text_of(operation, "operation"));
  if (row == nullptr) return;
  operation["summary"] = row->summary;
  operation["told_only"] = row->settle == Settle::ask;
}

std::string in_words(const json& operation) {
  const std::string summary = text_of(operation, "summary"), name = text_of(operation, "operation"),
                    subject = name_of(operation);
  return (summary.empty() ? name : summary) +
         (subject.empty() ? "" : " (" + visible(subject) + ")");
}

std::string in_words(const Intent& intent, const Catalogue& catalogue) {
  json operation = {
      {"operation", intent.operation}, {"target", intent.target}, {"arguments", intent.arguments}};
  if (intent.before) operation["before"] = json::array({*intent.before});
  if (intent.after) operation["after"] = json::array({*intent.after});
  describe_operation(operation, catalogue);
  return in_words(operation);
}

bool is_final_change(const json& operation) {
  return text_of(operation, "effect") == "destroy" || !text_of(operation, "irreversible").empty();
}

std::vector<Line> operation_lines(const json& operation, const Detail& detail) {
  return Writer(operation, detail).written();
}

std::vector<Line> comparison_lines(const json& diff, const std::string& below,
                                   const Detail& detail) {
  ValueLines lines(detail);
  std::size_t shown = 0;
  std::vector<const json*> ordered;
  for (const json& one : diff) ordered.push_back(&one);
  std::stable_sort(ordered.begin(), ordered.end(), [](const json* a, const json* b) {
    return path_counts_before(a->value("path", ""), b->value("path", ""));
  });
  for (const json* each : ordered) {
    const json& one = *each;
    if (!detail.full && ++shown > kMostDifferences) continue;
    const std::string path = short_path(one.value("path", ""), below), op = one.value("op", "");
    if (op == "add")
      lines.value(0, "+", path, one["to"]);
    else if (op == "remove")
      lines.value(0, "-", path, one["from"]);
    else
      lines.difference(0, path, one["from"], one["to"]);
  }
  if (!detail.full && shown > kMostDifferences)
    lines.say(0, {{"and " + std::to_string(shown - kMostDifferences) +
                       " more differences; --json shows them all",
                   Tone::faint}});
  return std::move(lines.lines());
}

void difference_lines(Page& page, std::size_t indent, const json& diff, const std::string& below,
                      bool full) {
  put(page, indent, comparison_lines(diff, below, {full, room_beside(page, indent)}));
}

void operation_on(Page& page, std::size_t indent, const json& operation, bool full) {
  const std::string n = operation.value("n", json(0)).dump();
  const bool destroys = is_final_change(operation);
  Spans spans = {
      {n + std::string(n.size() < 3 ? 4 - n.size() : 1, ' '), destroys ? Tone::bad : Tone::strong},
      {in_words(operation)}};
  if (destroys) spans.push_back({" — cannot be undone", Tone::bad});
  page.line(indent, spans, 4);
  put(page, indent + 4, operation_lines(operation, {full, room_beside(page, indent + 4)}));
}

void intent_lines(Page& page, std::size_t indent, const Intent& intent,
                  const Catalogue& catalogue) {
  operation_on(page, indent, operation_json(intent, catalogue), false);
}

}  // namespace countersign
