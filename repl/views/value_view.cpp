#include "repl/views/value_view.h"

#include <algorithm>

#include "interpreter/marker.h"
#include "repl/views/escape.h"

namespace countersign {
namespace {

constexpr std::size_t kColumns = 7;
constexpr std::size_t kCell = 36;
constexpr int kDeepest = 12;

// What a placeholder, template or handle is, in words.
std::string marked_text(const json& value) {
  const json& mark = *marked(value);
  if (mark.contains("placeholder")) {
    const int n = mark["placeholder"].get<int>();
    const std::string path = mark.value("path", "");
    // Where the thing itself is held by the engine, its place inside the mark is of no use to
    // people.
    if (n >= kHoles)
      return "‹" + (path.empty() ? "" : path.substr(1, path.find('/', 1) - 1) + ", ") +
             "known by then›";
    return "‹what operation " + std::to_string(n) + " returns" +
           (path.empty() ? "" : " at " + path) + "›";
  }
  if (mark.contains("template")) {
    std::string text;
    for (const json& part : mark["template"])
      text += part.is_string() ? part.get<std::string>() : marked(part) ? marked_text(part) : "";
    return text;
  }
  const std::string kind = mark.value("handle", "handle"), id = mark.value("id", "");
  if (kind == "secret") {
    // The key's id says which home made the fingerprint; equal ones can be told by the rest.
    const std::string print = mark.value("fingerprint", "");
    const std::size_t colon = print.find(':');
    const std::string hash = colon == std::string::npos ? print : print.substr(colon + 1);
    return "‹secret " + hash.substr(0, 10) + "›";
  }
  const std::string label = mark.value("label", "");
  return "‹" + kind + (label.empty() ? "" : " " + label) + " " + id.substr(0, 12) + "›";
}

bool small(const json& value) {
  return !value.is_structured() || value.empty() || marked(value) != nullptr;
}

std::string scalar(const json& value) {
  if (marked(value) != nullptr) return marked_text(value);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "—";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// A list of records: what they all have, as far as it fits into a row.
bool is_table(const json& list) {
  if (!list.is_array() || list.size() < 2) return false;
  return std::all_of(list.begin(), list.end(), [](const json& one) {
    return one.is_object() && marked(one) == nullptr && !one.empty();
  });
}

std::vector<std::string> columns_of(const json& list) {
  // Names and states first: what tells one record from another.
  static const std::vector<std::string> first = {"sid",    "id",   "name",        "friendly_name",
                                                 "status", "from", "to",          "start_time",
                                                 "state",  "time", "unique_name", "date_created"};
  std::vector<std::string> names, ordered;
  for (const json& one : list)
    for (const auto& [key, value] : one.items())
      if (small(value) && value != "" && !value.is_null() &&
          std::find(names.begin(), names.end(), key) == names.end())
        names.push_back(key);
  for (const std::string& name : first)
    if (std::find(names.begin(), names.end(), name) != names.end()) ordered.push_back(name);
  for (const std::string& name : names)
    if (std::find(ordered.begin(), ordered.end(), name) == ordered.end()) ordered.push_back(name);
  return ordered;
}

void table(Page& page, const json& list, std::size_t indent) {
  std::vector<std::string> names = columns_of(list);
  std::vector<std::size_t> widths;
  std::size_t used = indent, shown = 0;
  for (const std::string& name : names) {
    std::size_t width = columns(visible(name));
    for (const json& one : list)
      if (one.contains(name))
        width = std::max(width, columns(shortened(visible(scalar(one[name])), kCell)));
    if (shown == kColumns || (shown > 0 && used + width > page.style().width)) break;
    used += width + 2;
    ++shown;
  }
  const std::size_t left_out = names.size() - shown;
  names.resize(shown);
  std::vector<std::vector<Span>> rows(1);
  for (const std::string& name : names) rows[0].push_back({name, Tone::faint});
  for (const json& one : list) {
    std::vector<Span> row;
    for (const std::string& name : names)
      row.emplace_back(one.contains(name) ? shortened(visible(scalar(one[name])), kCell)
                                          : std::string());
    rows.push_back(std::move(row));
  }
  page.table(indent, rows);
  std::string note = std::to_string(list.size()) + " records";
  if (left_out > 0)
    note += ", " + std::to_string(left_out) + " more fields in each; --json shows them all";
  page.line(indent, {{note, Tone::faint}});
}

void tree(Page& page, const json& value, std::size_t indent, int depth) {
  if (depth > kDeepest) {
    page.line(indent, {{"…", Tone::faint}});
    return;
  }
  const auto entry = [&](const std::string& name, const json& one) {
    if (small(one)) {
      const std::string text = one.is_structured() && marked(one) == nullptr ? "none" : scalar(one);
      if (text.find('\n') != std::string::npos) {
        page.line(indent, {{name, Tone::faint}});
        page.block(indent + 2, text);
      } else {
        page.line(indent, {{name + "  ", Tone::faint}, {text}});
      }
      return;
    }
    page.line(indent, {{name, Tone::faint}});
    if (is_table(one))
      table(page, one, indent + 2);
    else
      tree(page, one, indent + 2, depth + 1);
  };
  if (value.is_array()) {
    int n = 0;
    for (const json& one : value) {
      ++n;
      if (small(one))
        page.line(indent, {{one.is_structured() && marked(one) == nullptr ? "none" : scalar(one)}});
      else
        entry(std::to_string(n), one);
    }
    return;
  }
  for (const auto& [key, one] : value.items()) entry(key, one);
}

}  // namespace

std::string value_text(const json& value, const Style& style) {
  Page page(style);
  if (value.is_null()) return "";
  if (value.is_string())
    page.block(0, value.get<std::string>());
  else if (small(value))
    page.line(0, {{value.is_structured() && marked(value) == nullptr ? "none" : scalar(value)}});
  else if (is_table(value))
    table(page, value, 0);
  else
    tree(page, value, 0, 0);
  return page.text();
}

std::string plain(const json& value, std::size_t most) {
  if (!value.is_structured() || marked(value) != nullptr)
    return shortened(visible(scalar(value)), most);
  return brief(value, most);
}

std::string brief(const json& value, std::size_t most) {
  std::string text;
  if (marked(value) != nullptr) {
    text = marked_text(value);
  } else if (value.is_string()) {
    const std::string whole = value.get<std::string>();
    text = "\"" + whole + "\"";
    // What is cut says how much of it there is.
    if (columns(visible(text)) > most)
      return shortened(visible(text), most > 24 ? most - 14 : 10) + "\" (" +
             std::to_string(whole.size()) + " bytes)";
  } else if (value.is_array() && !value.empty()) {
    for (const json& one : value) text += (text.empty() ? "[" : ", ") + brief(one, most);
    text += "]";
    if (columns(visible(text)) > most) return "a list of " + std::to_string(value.size());
  } else if (value.is_object() && !value.empty()) {
    for (const auto& [key, one] : value.items())
      text += (text.empty() ? "{" : ", ") + key + " = " + brief(one, most);
    text += "}";
    if (columns(visible(text)) > most) {
      text.clear();
      for (const auto& [key, one] : value.items()) text += (text.empty() ? "" : ", ") + key;
      text = std::to_string(value.size()) + (value.size() == 1 ? " entry (" : " entries (") +
             shortened(visible(text), most > 20 ? most - 14 : 8) + ")";
      return text;
    }
  } else {
    text = value.is_null() ? "nothing" : scalar(value);
  }
  return shortened(visible(text), most);
}

}  // namespace countersign
