#include "repl/views/changes_view.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/marker.h"
#include "repl/views/escape.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMostLines = 14;
constexpr std::size_t kMostFields = 8;
constexpr std::size_t kValue = 110;

std::string unescaped(std::string segment) {
  for (std::size_t at = 0; (at = segment.find("~1", at)) != std::string::npos; ++at)
    segment.replace(at, 2, "/");
  for (std::size_t at = 0; (at = segment.find("~0", at)) != std::string::npos; ++at)
    segment.replace(at, 2, "~");
  return segment;
}

// What people call a thing stands in its state before, then in the state that is made, then in what
// the operation is told; its key is the last resort.
std::string name_of(const Intent& intent) {
  static const char* names[] = {"friendly_name", "unique_name", "phone_number", "description",
                                "name",          "folder",      "path",         "key"};
  const auto named = [](const json& value) -> std::string {
    if (!value.is_object() || marked(value) != nullptr) return "";
    for (const char* name : names)
      if (const json one = value.value(name, json()); one.is_string() && one != "")
        return one.get<std::string>();
    return "";
  };
  for (const json& state : {intent.before.value_or(json()), intent.after.value_or(json())})
    if (const std::string name = named(state); !name.empty()) return name;
  const std::string key = unescaped(intent.target.substr(intent.target.rfind('/') + 1));
  const std::string told = named(intent.arguments);
  // An environment entry is named by its key, whatever file it is in.
  return intent.arguments.is_object() && intent.arguments.contains("key") ? key
         : told.empty()                                                   ? key
                                                                          : told;
}

std::string short_path(const std::string& path, const std::string& below) {
  if (path == below) return "";
  if (path.rfind(below + "/", 0) != 0) return path;
  return unescaped(path.substr(below.size() + 1));
}

// What follows from the change itself: shown, but not in the way.
bool counts_along(const std::string& path) {
  return path == "sha256" || path == "size" || path == "revision" || path == "live_revision";
}

// A whole record that comes or goes: its fields, one below the other.
void record(Page& page, std::size_t indent, const json& value, char sign, Tone tone) {
  const std::string mark = std::string(1, sign) + " ";
  if (!value.is_object() || value.empty() || marked(value) != nullptr) {
    page.line(indent, {{mark, tone}, {brief(value, 120), tone}}, 4);
    return;
  }
  std::size_t shown = 0;
  for (const auto& [key, one] : value.items()) {
    if (one.is_null() || one == "" || (one.is_structured() && one.empty())) continue;
    if (++shown > kMostFields) continue;
    page.line(indent, {{mark, tone}, {key + ": "}, {brief(one, 70), tone}}, 4);
  }
  if (shown > kMostFields)
    page.line(indent,
              {{mark, tone},
               {"and " + std::to_string(shown - kMostFields) + " more fields", Tone::faint}});
}

// What cannot be computed beforehand is shown by what the operation is told to do.
void told(Page& page, std::size_t indent, const Intent& intent) {
  for (const auto& [key, value] : intent.arguments.items())
    page.line(indent, {{"· " + key + ": ", Tone::faint}, {brief(value, kValue)}}, 4);
}

}  // namespace

std::string in_words(const Intent& intent, const Catalogue& catalogue) {
  const Row* row = catalogue.find(intent.operation);
  const std::string summary = row && !row->summary.empty() ? row->summary : intent.operation;
  const std::string subject = name_of(intent);
  return subject.empty() ? summary : summary + " (" + shortened(visible(subject), 70) + ")";
}

void difference_lines(Page& page, std::size_t indent, const json& diff, const std::string& below) {
  std::size_t shown = 0, left_out = 0;
  std::string aside;
  for (const json& one : diff) {
    const std::string path = short_path(one.value("path", ""), below);
    const std::string op = one.value("op", "");
    const std::string label = path.empty() ? "" : path + ": ";
    if (counts_along(path) && diff.size() > 1 && op == "replace") {
      aside += (aside.empty() ? "" : ", ") + path + " " + plain(one["from"], 14) + " → " +
               plain(one["to"], 14);
      continue;
    }
    if (++shown > kMostLines) {
      ++left_out;
      continue;
    }
    if (op == "add" && path.empty())
      record(page, indent, one["to"], '+', Tone::added);
    else if (op == "remove" && path.empty())
      record(page, indent, one["from"], '-', Tone::removed);
    else if (op == "add")
      page.line(indent, {{"+ ", Tone::added}, {label}, {brief(one["to"], kValue), Tone::added}}, 4);
    else if (op == "remove")
      page.line(indent,
                {{"- ", Tone::removed}, {label}, {brief(one["from"], kValue), Tone::removed}}, 4);
    else
      page.line(indent,
                {{"~ ", Tone::warning},
                 {label},
                 {brief(one["from"], kValue), Tone::removed},
                 {" → "},
                 {brief(one["to"], kValue), Tone::added}},
                4);
  }
  if (left_out > 0)
    page.line(indent,
              {{"and " + std::to_string(left_out) + " more differences; --json shows them all",
                Tone::faint}});
  if (!aside.empty()) page.line(indent, {{"  along with it: " + aside, Tone::faint}}, 4);
}

namespace {

// A declared program: which file is started, and what of it nobody signs.
void program_lines(Page& page, std::size_t indent, const json& before) {
  if (!before.is_object() || !before.contains("not_covered")) return;
  const json program = before.value("program", json::object());
  page.line(indent,
            {{"· program: ", Tone::faint},
             {visible(program.value("path", "")) + ", sha256 " + plain(program["sha256"], 64)}},
            4);
  std::string list;
  for (const json& one : before["not_covered"])
    list += (list.empty() ? "" : "; ") + visible(one.get<std::string>());
  page.line(indent, {{"· not covered by the signature: ", Tone::faint}, {list, Tone::warning}}, 4);
}

}  // namespace

void intent_lines(Page& page, std::size_t indent, const Intent& intent,
                  const Catalogue& catalogue) {
  const std::string n = std::to_string(intent.n);
  const bool destroys = intent.effect == "destroy" || !intent.irreversible.empty();
  Spans spans = {
      {n + std::string(n.size() < 3 ? 4 - n.size() : 1, ' '), destroys ? Tone::bad : Tone::strong},
      {in_words(intent, catalogue)}};
  if (destroys) spans.push_back({" — cannot be undone", Tone::bad});
  page.line(indent, spans, 4);
  const std::size_t inner = indent + 4;
  if (intent.before && intent.after) {
    json diff = difference(*intent.before, *intent.after);
    for (json& one : diff) {
      // What comes or goes as a whole is an addition or a removal.
      if (one["path"] != "" || one["op"] != "replace") continue;
      if (one["from"].is_null()) one["op"] = "add";
      if (one["to"].is_null()) one["op"] = "remove";
    }
    const Row* row = catalogue.find(intent.operation);
    if (diff.empty() && row != nullptr && row->settle == Settle::ask)
      told(page, inner, intent);  // what it brings about is not in its target: a program, a message
    else if (diff.empty())
      page.line(inner, {{"it is so already: nothing changes", Tone::faint}});
    else
      difference_lines(page, inner, diff, "");
  } else {
    told(page, inner, intent);
  }
  if (intent.before) program_lines(page, inner, *intent.before);
  if (intent.known_after > 0)
    page.line(inner, {{"what it starts from is known after operation " +
                           std::to_string(intent.known_after),
                       Tone::faint}});
}

}  // namespace countersign
