#include "repl/views/value_lines.h"

#include <algorithm>
#include <set>

#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "repl/views/contrast.h"
#include "repl/views/edits.h"
#include "repl/views/escape.h"
#include "repl/views/flow_lines.h"
#include "repl/views/number_order.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMostLines = 400;      // of one text
constexpr std::size_t kMostColumns = 2'000;  // of a text of one line
constexpr std::size_t kContext = 3;          // lines that both have, beside what differs

Tone tone_of(const std::string& sign) {
  return sign == "+" ? Tone::added : sign == "-" ? Tone::removed : Tone::plain;
}

Spans labelled(const std::string& sign, const std::string& label) {
  Spans spans = {{sign + " ", sign == "~"   ? Tone::warning
                              : sign == "·" ? Tone::faint
                                            : tone_of(sign)}};
  if (!label.empty()) spans.push_back({label + ":"});
  return spans;
}

bool is_plain_text(const json& value) {
  return value.is_string();
}

bool has_lines(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos;
}

bool ended(const std::string& text) {
  return !text.empty() && text.back() == '\n';
}

// What is left out says which text it was of.
std::string rest_of(const std::string& whole, const std::string& how_much) {
  return "… and " + how_much + " more, sha256 " + sha256_hex(whole).substr(0, 16) +
         ": `countersign plan RUN --full` shows them";
}

bool is_record(const json& value) {
  return value.is_object() && !value.empty() && marked(value) == nullptr;
}

// Records, lists and texts of several lines go below their label.
bool is_block(const json& value, const Detail& detail, std::size_t indent) {
  if (has_lines(value) || is_flow(value)) return true;
  if (!value.is_structured() || value.empty() || marked(value) != nullptr) return false;
  for (const auto& [key, one] : value.items())
    if (has_lines(one) || is_flow(one)) return true;
  return indent + columns(whole_value(value)) > detail.width;
}

bool all_texts(const json& list) {
  return std::all_of(list.begin(), list.end(), [](const json& one) {
    return one.is_string() && one.get_ref<const std::string&>().find('\n') == std::string::npos;
  });
}

std::vector<std::string> texts_of(const json& list) {
  std::vector<std::string> texts;
  for (const json& one : list) texts.push_back(one.get<std::string>());
  return texts;
}

// What a placeholder, template or handle is: a template as the text that it is, a document by the
// whole of its digest.
std::string whole_mark(const json& value) {
  const json& mark = *marked(value);
  if (mark.contains("template")) {
    std::string text;
    for (const json& part : mark["template"]) {
      if (part.is_string()) {
        const std::string words = part.get<std::string>();
        text += Quoting(words).part(0, words.size(), false);
      } else if (marked(part) != nullptr) {
        text += visible(marked_words(part));
      }
    }
    return "\"" + text + "\"";
  }
  const std::string kind = mark.value("handle", "");
  if (kind.empty() || kind == "secret") return visible(marked_words(value));
  const std::string label = mark.value("label", "");
  return visible("‹" + kind + (label.empty() ? "" : " " + label) + " " + mark.value("id", "") +
                 "›");
}

std::string joined(const std::string& label, const std::string& more) {
  return label.empty() ? more : label + "/" + more;
}

}  // namespace

std::string whole_value(const json& value) {
  if (marked(value) != nullptr) return whole_mark(value);
  if (value.is_string()) return in_quotes(value.get_ref<const std::string&>());
  if (value.is_null()) return "nothing";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_structured()) return value.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string text;
  for (const auto& [key, one] : value.items())
    text += (text.empty() ? "" : ", ") + (value.is_object() ? visible(key) + " = " : "") +
            whole_value(one);
  return value.is_array() ? "[" + text + "]" : "{" + text + "}";
}

std::string key_of(const json& list) {
  static const char* names[] = {
      "name",  "sid",  "unique_name", "friendly_name", "filter_friendly_name", "key",
      "event", "path", "id"};
  if (!list.is_array() || list.empty()) return "";
  for (const char* name : names) {
    std::set<std::string> seen;
    const bool tells = std::all_of(list.begin(), list.end(), [&](const json& one) {
      const json key = is_record(one) ? one.value(name, json()) : json();
      return key.is_string() && key != "" && seen.insert(key.get<std::string>()).second;
    });
    if (tells) return name;
  }
  return "";
}

void ValueLines::value(std::size_t indent, const std::string& sign, const std::string& label,
                       const json& value) {
  const bool fields = label.empty() && is_record(value);
  if (!fields && !is_block(value, detail_, indent + label.size() + 4)) {
    std::string shown = whole_value(value);
    std::string rest;
    if (!detail_.full && columns(shown) > kMostColumns) {
      rest = rest_of(shown, std::to_string(columns(shown) - kMostColumns) + " characters");
      shown = shortened(shown, kMostColumns);
    }
    Spans spans = labelled(sign, label);
    if (!label.empty()) spans.push_back({" "});
    spans.push_back({shown, tone_of(sign)});
    say(indent, std::move(spans));
    if (!rest.empty()) say(indent + 2, {{rest, Tone::warning}});
    return;
  }
  if (value.is_array()) return list(indent, sign, label, value);
  if (!label.empty()) say(indent, labelled(sign, label));
  const std::size_t below = label.empty() ? indent : indent + 2;
  if (is_flow(value))
    flow_lines(*this, below, sign, value);
  else if (value.is_string())
    text(below, sign, split_lines(value.get_ref<const std::string&>()),
         ended(value.get_ref<const std::string&>()));
  else
    record(below, sign, value);
}

void ValueLines::text(std::size_t indent, const std::string& sign,
                      const std::vector<std::string>& all, bool ended) {
  const Tone tone = tone_of(sign);
  const std::size_t shown = detail_.full ? all.size() : std::min(all.size(), kMostLines);
  for (std::size_t i = 0; i < shown; ++i)
    say(indent, {{sign + " ", tone}, {text_line(all[i]), tone}});
  if (shown < all.size()) {
    std::string whole;
    for (const std::string& one : all) whole += one + "\n";
    say(indent, {{rest_of(whole, std::to_string(all.size() - shown) + " lines"), Tone::warning}});
  } else if (!ended) {
    say(indent, {{"(its last line has no line end)", Tone::faint}});
  }
}

void ValueLines::record(std::size_t indent, const std::string& sign, const json& value) {
  std::size_t empty = 0;
  std::set<std::string, CountingOrder> keys;
  for (const auto& [key, one] : value.items()) keys.insert(key);
  for (const std::string& key : keys) {
    const json& one = value[key];
    // What a record has no value for is not in the way, but for those who want all of it.
    if (!detail_.full && (one.is_null() || one == "" || (one.is_structured() && one.empty())))
      ++empty;
    else
      this->value(indent, sign, key, one);
  }
  if (empty > 0)
    say(indent,
        {{"(" + std::to_string(empty) + (empty == 1 ? " field" : " fields") + " without a value)",
          Tone::faint}});
}

void ValueLines::list(std::size_t indent, const std::string& sign, const std::string& label,
                      const json& value) {
  if (!label.empty()) say(indent, labelled(sign, label));
  const std::size_t below = label.empty() ? indent : indent + 2;
  if (all_texts(value)) return text(below, sign, texts_of(value), true);
  const std::string key = key_of(value);
  for (std::size_t i = 0; i < value.size(); ++i)
    this->value(below, sign, key.empty() ? std::to_string(i + 1) : value[i][key].get<std::string>(),
                value[i]);
}

void ValueLines::replaced(std::size_t indent, const std::string& label, Spans from, Spans to) {
  const auto width = [](const Spans& spans) {
    std::size_t all = 0;
    for (const Span& span : spans) all += columns(visible(span.text));
    return all;
  };
  Spans spans = labelled("~", label);
  if (indent + columns(label) + width(from) + width(to) + 7 <= detail_.width) {
    spans.push_back({" "});
    for (Span& span : from) spans.push_back(std::move(span));
    spans.push_back({" → "});
    for (Span& span : to) spans.push_back(std::move(span));
    return say(indent, std::move(spans));
  }
  if (!label.empty()) say(indent, std::move(spans));
  const std::size_t below = label.empty() ? indent : indent + 2;
  from.insert(from.begin(), {"- ", Tone::removed});
  to.insert(to.begin(), {"+ ", Tone::added});
  say(below, std::move(from));
  say(below, std::move(to));
}

void ValueLines::texts(std::size_t indent, const std::string& label, const std::string& from,
                       const std::string& to) {
  const bool lines = from.find('\n') != std::string::npos || to.find('\n') != std::string::npos;
  if (!lines) {
    Contrast both =
        contrast(from, to, detail_.full ? SIZE_MAX : std::max<std::size_t>(detail_.width, 60) - 20);
    return replaced(indent, label, std::move(both.from), std::move(both.to));
  }
  line_difference(indent, label, split_lines(from), split_lines(to));
  if (ended(from) != ended(to))
    say(indent + 2, {{ended(from) ? "- the end of its last line" : "+ the end of its last line",
                      ended(from) ? Tone::removed : Tone::added}});
}

void ValueLines::line_difference(std::size_t indent, const std::string& label,
                                 const std::vector<std::string>& from,
                                 const std::vector<std::string>& to) {
  if (!label.empty()) say(indent, labelled("~", label));
  const std::size_t below = label.empty() ? indent : indent + 2;
  const std::vector<EditStep> steps = edits(from, to);
  std::vector<bool> near(steps.size(), detail_.full);
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].edit != Edit::keep)
      for (std::size_t k = i < kContext ? 0 : i - kContext; k <= i + kContext && k < near.size();
           ++k)
        near[k] = true;
  std::size_t skipped = 0, shown = 0;
  const auto flush = [&] {
    if (skipped > 0)
      say(below,
          {{"… " + std::to_string(skipped) + (skipped == 1 ? " line" : " lines") + " as before",
            Tone::faint}});
    skipped = 0;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!near[i]) {
      ++skipped;
      continue;
    }
    flush();
    if (!detail_.full && ++shown > kMostLines) {
      std::string whole;
      for (const std::string& one : to) whole += one + "\n";
      say(below, {{rest_of(whole, std::to_string(steps.size() - i) + " lines"), Tone::warning}});
      return;
    }
    const EditStep& step = steps[i];
    const std::string& line = step.edit == Edit::add ? to[step.to] : from[step.from];
    const Tone tone = step.edit == Edit::keep     ? Tone::faint
                      : step.edit == Edit::remove ? Tone::removed
                                                  : Tone::added;
    say(below, {{step.edit == Edit::keep     ? "  "
                 : step.edit == Edit::remove ? "- "
                                             : "+ ",
                 tone},
                {text_line(line), tone}});
  }
  flush();
}

// Entries without names: those that go are compared with those that come in their place.
void ValueLines::entries(std::size_t indent, const std::string& label, const json& from,
                         const json& to, const std::vector<EditStep>& steps) {
  const auto label_of = [&](std::size_t index) { return joined(label, std::to_string(index)); };
  for (std::size_t i = 0; i < steps.size();) {
    std::vector<std::size_t> gone, come;
    for (; i < steps.size() && steps[i].edit != Edit::keep; ++i)
      (steps[i].edit == Edit::remove ? gone : come)
          .push_back(steps[i].edit == Edit::remove ? steps[i].from : steps[i].to);
    const std::size_t both = std::min(gone.size(), come.size());
    for (std::size_t k = 0; k < both; ++k)
      difference(indent, label_of(gone[k]), from[gone[k]], to[come[k]]);
    for (std::size_t k = both; k < gone.size(); ++k)
      value(indent, "-", label_of(gone[k]), from[gone[k]]);
    for (std::size_t k = both; k < come.size(); ++k)
      value(indent, "+", label_of(come[k]), to[come[k]]);
    while (i < steps.size() && steps[i].edit == Edit::keep) ++i;
  }
}

void ValueLines::lists(std::size_t indent, const std::string& label, const json& from,
                       const json& to) {
  if (all_texts(from) && all_texts(to))
    return line_difference(indent, label, texts_of(from), texts_of(to));
  const std::string key = key_of(from.empty() ? to : from);
  const bool named = !key.empty() && (to.empty() || key_of(to) == key);
  std::vector<std::string> was, is;
  if (named) {
    for (const json& one : from) was.push_back(one[key].get<std::string>());
    for (const json& one : to) is.push_back(one[key].get<std::string>());
  } else {
    for (const json& one : from) was.push_back(one.dump());
    for (const json& one : to) is.push_back(one.dump());
  }
  const std::vector<EditStep> steps = edits(was, is);
  if (!named) return entries(indent, label, from, to, steps);
  std::set<std::string> gone, come;
  for (const EditStep& step : steps) {
    if (step.edit == Edit::remove) gone.insert(was[step.from]);
    if (step.edit == Edit::add) come.insert(is[step.to]);
  }
  bool moved = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const EditStep& step = steps[i];
    const auto label_of = [&](const json& one) {
      return joined(label, one[key].get<std::string>());
    };
    if (step.edit == Edit::keep) {
      difference(indent, label_of(from[step.from]), from[step.from], to[step.to]);
      continue;
    }
    if (step.edit == Edit::remove && come.count(was[step.from]) > 0) {
      // It is there still, at another place.
      moved = true;
      const auto now = std::find(is.begin(), is.end(), was[step.from]) - is.begin();
      difference(indent, label_of(from[step.from]), from[step.from],
                 to[static_cast<std::size_t>(now)]);
      continue;
    }
    if (step.edit == Edit::add && gone.count(is[step.to]) > 0) continue;
    if (step.edit == Edit::remove)
      value(indent, "-", label_of(from[step.from]), from[step.from]);
    else
      value(indent, "+", label_of(to[step.to]), to[step.to]);
  }
  if (!moved) return;
  say(indent, labelled("~", joined(label, "their order")));
  line_difference(indent + 2, "", was, is);
}

void ValueLines::difference(std::size_t indent, const std::string& label, const json& from,
                            const json& to) {
  // One secret may be held under two names.
  if (countersign::difference(from, to).empty()) return;
  const bool mark = marked(from) != nullptr || marked(to) != nullptr;
  if (!mark && is_flow(from) && is_flow(to)) return flow_difference(*this, indent, label, from, to);
  if (!mark && from.is_object() && to.is_object()) {
    std::set<std::string, CountingOrder> keys;
    for (const json* side : {&from, &to})
      for (const auto& [key, one] : side->items()) keys.insert(key);
    for (const std::string& key : keys) {
      const std::string below = joined(label, key);
      if (!to.contains(key))
        value(indent, "-", below, from[key]);
      else if (!from.contains(key))
        value(indent, "+", below, to[key]);
      else
        difference(indent, below, from[key], to[key]);
    }
    return;
  }
  if (!mark && from.is_array() && to.is_array()) return lists(indent, label, from, to);
  if (is_plain_text(from) && is_plain_text(to))
    return texts(indent, label, from.get_ref<const std::string&>(),
                 to.get_ref<const std::string&>());
  if (!is_block(from, detail_, indent + 4) && !is_block(to, detail_, indent + 4))
    return replaced(indent, label, {{whole_value(from), Tone::removed}},
                    {{whole_value(to), Tone::added}});
  value(indent, "-", label, from);
  value(indent, "+", label, to);
}

std::size_t room_beside(const Page& page, std::size_t indent) {
  constexpr std::size_t least = 40;
  const std::size_t width = page.style().width;
  return width > indent + least ? width - indent : least;
}

void put(Page& page, std::size_t indent, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    std::string all;
    for (const Span& span : line.spans) all += span.text;
    // Where a line is broken one blank is lost: only where there is one.
    if (all.find("  ") == std::string::npos)
      page.line(indent + line.indent, line.spans, 4);
    else
      page.unbroken(indent + line.indent, line.spans);
  }
}

}  // namespace countersign
