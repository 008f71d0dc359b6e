#include "repl/views/value_view.h"

#include <algorithm>

#include "interpreter/placeholder.h"
#include "repl/views/escape.h"
#include "repl/views/time_view.h"

namespace countersign {
namespace {

constexpr std::size_t kColumns = 7;
constexpr std::size_t kEnough = 4;  // of those that tell something: no others beside them
constexpr std::size_t kCell = 36;
constexpr int kDeepest = 12;
constexpr std::size_t kInner = 12;  // entries of a list inside of something else

bool small(const json& value) {
  return !value.is_structured() || value.empty() || marked(value) != nullptr;
}

std::string scalar(const json& value) {
  if (marked(value) != nullptr) return marked_words(value);
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

// How late a field stands in a row: what names a record and says how it is comes first, what is the
// same in all of them and what only leads elsewhere comes last.
std::size_t rank_of(const std::string& name, bool constant) {
  static const std::vector<std::string> first = {
      "sid",    "id",       "name", "friendly_name",     "key",    "value",     "revision",
      "status", "from",     "to",   "assignment_status", "state",  "published", "start_time",
      "time",   "priority", "age",  "unique_name",       "domain", "path",      "date_created"};
  const auto at = std::find(first.begin(), first.end(), name);
  if (at != first.end()) return static_cast<std::size_t>(at - first.begin());
  const auto ends = [&](const std::string& with) {
    return name.size() > with.size() && name.ends_with(with);
  };
  std::size_t rank = first.size();
  if (name.rfind("date_", 0) == 0) rank += 1;
  if (ends("_sid")) rank += 2;
  if (name == "url" || ends("_url") || ends("_uri") || name == "uri" || ends("_formatted"))
    rank += 3;
  return constant ? rank + 10 : rank;
}

// A field of a list's records; `idle`: it tells nothing where others tell the records apart.
struct Column {
  std::string name;
  std::size_t rank = 0;
  bool idle = false;
};

std::vector<Column> columns_of(const json& list) {
  std::vector<std::string> names;
  for (const json& one : list)
    for (const auto& [key, value] : one.items())
      if (small(value) && value != "" && !value.is_null() &&
          std::find(names.begin(), names.end(), key) == names.end())
        names.push_back(key);
  const auto constant = [&](const std::string& name) {
    return std::all_of(list.begin(), list.end(), [&](const json& one) {
      return one.value(name, json()) == list.front().value(name, json());
    });
  };
  std::vector<Column> ranked;
  for (const std::string& name : names) {
    const std::size_t rank = rank_of(name, constant(name));
    ranked.push_back({name, rank, rank > rank_of("date_updated", false)});
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Column& a, const Column& b) { return a.rank < b.rank; });
  return ranked;
}

// One value being put on a page.
class Drawing {
 public:
  Drawing(Page& page, const Showing& showing) : page_(page), showing_(showing) {}

  void table(const json& list, std::size_t indent, std::size_t from, std::size_t most);
  void list(const json& list, std::size_t indent, int depth, std::size_t from, std::size_t most);
  void tree(const json& value, std::size_t indent, int depth);
  std::string words(const json& value) const;

 private:
  void entry(const std::string& name, const json& one, std::size_t indent, int depth);
  std::string cell(const json& record, const std::string& name) const {
    return record.contains(name) ? shortened(visible(words(record[name])), kCell) : std::string();
  }
  // Lists inside of something else are cut short where only a part is shown anyway.
  std::size_t inner() const { return showing_.most == SIZE_MAX ? SIZE_MAX : kInner; }

  Page& page_;
  const Showing& showing_;
};

std::string Drawing::words(const json& value) const {
  if (value.is_structured() && marked(value) == nullptr) return "none";
  if (showing_.now && value.is_string())
    if (const auto moment = moment_in(value.get_ref<const std::string&>()))
      return local_moment(*moment, *showing_.now);
  return scalar(value);
}

// "12–24 of 340 records", "340 records"
std::string part(std::size_t from, std::size_t shown, std::size_t all, const std::string& what) {
  if (from == 0 && shown == all) return std::to_string(all) + " " + what;
  return std::to_string(from + 1) + "–" + std::to_string(from + shown) + " of " +
         std::to_string(all) + " " + what;
}

void Drawing::table(const json& list, std::size_t indent, std::size_t from, std::size_t most) {
  const std::vector<Column> all = columns_of(list);
  std::vector<std::string> names;
  std::size_t used = indent;
  const std::size_t end = most > list.size() - from ? list.size() : from + most;
  // One that is too wide leaves its place to those behind it.
  for (const auto& [name, rank, idle] : all) {
    if (idle && names.size() >= kEnough) break;
    std::size_t width = columns(visible(name));
    for (std::size_t i = from; i < end; ++i) width = std::max(width, columns(cell(list[i], name)));
    if (names.size() == kColumns) break;
    if (!names.empty() && used + width > page_.style().width) continue;
    used += width + 2;
    names.push_back(name);
  }
  const std::size_t left_out = all.size() - names.size();
  std::vector<std::vector<Span>> rows(1);
  for (const std::string& name : names) rows[0].push_back({name, Tone::faint});
  for (std::size_t i = from; i < end; ++i) {
    std::vector<Span> row;
    for (const std::string& name : names) row.emplace_back(cell(list[i], name));
    rows.push_back(std::move(row));
  }
  page_.table(indent, rows);
  std::string note = part(from, end - from, list.size(), "records");
  if (left_out > 0)
    note += ", " + std::to_string(left_out) + " more fields in each: " + showing_.whole;
  page_.line(indent, {{note, Tone::faint}});
}

void Drawing::entry(const std::string& name, const json& one, std::size_t indent, int depth) {
  if (small(one)) {
    const std::string text = words(one);
    if (text.find('\n') != std::string::npos) {
      page_.line(indent, {{name, Tone::faint}});
      page_.block(indent + 2, text);
    } else {
      page_.line(indent, {{name + "  ", Tone::faint}, {text}});
    }
    return;
  }
  page_.line(indent, {{name, Tone::faint}});
  if (is_table(one))
    table(one, indent + 2, 0, inner());
  else if (one.is_array())
    list(one, indent + 2, depth + 1, 0, inner());
  else
    tree(one, indent + 2, depth + 1);
}

void Drawing::list(const json& list, std::size_t indent, int depth, std::size_t from,
                   std::size_t most) {
  if (depth > kDeepest) {
    page_.line(indent, {{"…", Tone::faint}});
    return;
  }
  const std::size_t end = most > list.size() - from ? list.size() : from + most;
  for (std::size_t i = from; i < end; ++i)
    if (small(list[i]))
      page_.line(indent, {{words(list[i])}});
    else
      entry(std::to_string(i + 1), list[i], indent, depth);
  if (end - from < list.size())
    page_.line(indent, {{part(from, end - from, list.size(), "entries"), Tone::faint}});
}

void Drawing::tree(const json& value, std::size_t indent, int depth) {
  if (depth > kDeepest) {
    page_.line(indent, {{"…", Tone::faint}});
    return;
  }
  for (const auto& [key, one] : value.items()) entry(key, one, indent, depth);
}

std::size_t line_count(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string lines_of(const std::string& text, std::size_t from, std::size_t most) {
  std::size_t begin = 0, end = 0;
  for (std::size_t line = 0; end < text.size() && (most == SIZE_MAX || line < from + most);
       ++line) {
    end = text.find('\n', end);
    end = end == std::string::npos ? text.size() : end + 1;
    if (line + 1 == from) begin = end;
  }
  return from == 0 ? text.substr(0, end) : text.substr(begin, end - begin);
}

}  // namespace

std::string marked_words(const json& value) {
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
      text += part.is_string() ? part.get<std::string>() : marked(part) ? marked_words(part) : "";
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

std::string value_text(const json& value, const Style& style, const Showing& showing) {
  Page page(style);
  Drawing drawing(page, showing);
  if (value.is_null()) return "";
  if (value.is_array() && !value.empty()) {
    if (is_table(value))
      drawing.table(value, 0, showing.from, showing.most);
    else
      drawing.list(value, 0, 0, showing.from, showing.most);
    return page.text();
  }
  // A text is what it is, moment or not.
  if (value.is_string())
    page.block(0, value.get<std::string>());
  else if (small(value))
    page.line(0, {{drawing.words(value)}});
  else
    drawing.tree(value, 0, 0);
  return lines_of(page.text(), showing.from, showing.most);
}

std::size_t extent(const json& value, const Style& style, const Showing& showing) {
  if (value.is_array() && !value.empty()) return value.size();
  Showing all = showing;
  all.from = 0;
  // Lines of a page are counted as they stand on pages: inner lists cut short.
  if (all.most != SIZE_MAX) all.most = SIZE_MAX - 1;
  return line_count(value_text(value, style, all));
}

bool has_moments(const json& value) {
  if (value.is_string()) return moment_in(value.get_ref<const std::string&>()).has_value();
  return value.is_structured() && std::any_of(value.begin(), value.end(), has_moments);
}

std::string plain(const json& value, std::size_t most) {
  if (!value.is_structured() || marked(value) != nullptr)
    return shortened(visible(scalar(value)), most);
  return brief(value, most);
}

std::string brief(const json& value, std::size_t most) {
  std::string text;
  if (marked(value) != nullptr) {
    text = marked_words(value);
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
