#include "repl/views/changes_view.h"

#include <algorithm>

#include "interpreter/marker.h"
#include "repl/views/escape.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMostLines = 14;
constexpr std::size_t kMostFields = 8;

// What people call a thing stands in its state or in the arguments; its key is the last resort.
std::string name_of(const json& operation) {
  static const char* names[] = {"friendly_name", "unique_name", "phone_number",
                                "name",          "path",        "key"};
  const json& arguments = operation["arguments"];
  for (const json& change : operation.value("diff", json::array()))
    for (const char* side : {"from", "to"})
      if (change.contains(side) && change[side].is_object() &&
          change["path"] == operation["target"])
        for (const char* name : names)
          if (const json value = change[side].value(name, json()); value.is_string() && value != "")
            return value.get<std::string>();
  for (const char* name : names)
    if (arguments.is_object())
      if (const json value = arguments.value(name, json()); value.is_string() && value != "")
        return value.get<std::string>();
  const std::string target = operation.value("target", "");
  std::string last = target.substr(target.rfind('/') + 1);
  for (std::size_t at = 0; (at = last.find("~1", at)) != std::string::npos;)
    last.replace(at, 2, "/");
  return last;
}

std::string short_path(const std::string& path, const std::string& below) {
  if (path == below) return "";
  if (path.rfind(below + "/", 0) != 0) return path;
  std::string rest = path.substr(below.size() + 1);
  for (std::size_t at = 0; (at = rest.find("~1", at)) != std::string::npos;)
    rest.replace(at, 2, "/");
  return rest;
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

}  // namespace

std::string in_words(const json& operation, const Catalogue& catalogue) {
  const std::string name = operation.value("operation", "");
  const Row* row = catalogue.find(name);
  std::string summary = row && !row->summary.empty() ? row->summary : name;
  const std::string subject = name_of(operation);
  return subject.empty() ? summary : summary + " (" + shortened(visible(subject), 60) + ")";
}

void difference_lines(Page& page, std::size_t indent, const json& diff, const std::string& below) {
  std::size_t shown = 0;
  for (const json& one : diff) {
    if (++shown > kMostLines) break;
    const std::string path = short_path(one.value("path", ""), below);
    const std::string op = one.value("op", "");
    const std::string label = path.empty() ? "" : path + ": ";
    const bool whole = path.empty();
    if (op == "add" && whole) {
      record(page, indent, one["to"], '+', Tone::added);
    } else if (op == "remove" && whole) {
      record(page, indent, one["from"], '-', Tone::removed);
    } else if (op == "add") {
      page.line(indent, {{"+ ", Tone::added}, {label}, {brief(one["to"], 90), Tone::added}}, 4);
    } else if (op == "remove") {
      page.line(indent, {{"- ", Tone::removed}, {label}, {brief(one["from"], 90), Tone::removed}},
                4);
    } else {
      page.line(indent,
                {{"~ ", Tone::warning},
                 {label},
                 {brief(one["from"], 60), Tone::removed},
                 {" → "},
                 {brief(one["to"], 60), Tone::added}},
                4);
    }
  }
  if (diff.size() > kMostLines)
    page.line(indent, {{"and " + std::to_string(diff.size() - kMostLines) +
                            " more differences; --json shows them all",
                        Tone::faint}});
}

void operation_lines(Page& page, std::size_t indent, const json& operation,
                     const Catalogue& catalogue) {
  const std::string n = std::to_string(operation["n"].get<int>());
  const bool destroys = operation["effect"] == "destroy" || operation.contains("irreversible");
  Spans spans = {{n + (n.size() < 2 ? "   " : "  "), destroys ? Tone::bad : Tone::strong},
                 {in_words(operation, catalogue)}};
  if (destroys) spans.push_back({" — cannot be undone", Tone::bad});
  // The number's column is kept free below it.
  page.line(indent, spans, 4);
  const std::size_t inner = indent + 4;
  const json diff = operation.value("diff", json::array());
  const bool known = !operation["before_sha256"].is_null() && !operation["after_sha256"].is_null();
  if (!diff.empty()) {
    difference_lines(page, inner, diff, operation.value("target", ""));
  } else if (known) {
    page.line(inner, {{"it is so already: nothing changes", Tone::faint}});
  } else {
    // What cannot be projected is shown by what it is told to do.
    for (const auto& [key, value] : operation["arguments"].items())
      page.line(inner, {{"· " + key + ": ", Tone::faint}, {brief(value, 100)}}, 4);
    if (operation["known_after"].is_null())
      page.line(inner, {{"what it changes cannot be computed beforehand", Tone::faint}});
  }
  if (operation["known_after"].is_number())
    page.line(inner, {{"what it starts from is known after operation " +
                           std::to_string(operation["known_after"].get<int>()),
                       Tone::faint}});
}

}  // namespace countersign
