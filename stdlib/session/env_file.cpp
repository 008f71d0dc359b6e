#include "stdlib/session/env_file.h"

#include <algorithm>
#include <cctype>

namespace countersign {
namespace {

bool is_key_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

std::size_t skip_blanks(const std::string& text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

std::size_t end_of_line(const std::string& text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

// Where a quoted value that begins at `at` ends, or npos: it may span lines, and a backslash keeps
// the quote.
std::size_t closing_quote(const std::string& text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == text[at])
      ++i;
    else if (text[i] == text[at])
      return i;
  }
  return std::string::npos;
}

// What follows a quoted value has to be blanks and a comment; else the quotes are part of a plain
// value.
bool ends_value(const std::string& text, std::size_t at) {
  at = skip_blanks(text, at);
  return at >= text.size() || text[at] == '#' || text[at] == '\n' ||
         (text[at] == '\r' && (at + 1 >= text.size() || text[at + 1] == '\n'));
}

std::string expanded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r'))
      out += text[++i] == 'n' ? '\n' : '\r';
    else
      out += text[i];
  }
  return out;
}

std::string value_of(const std::string& raw) {
  if (raw.size() < 2 || !is_quote(raw[0]) || raw.back() != raw[0]) return raw;
  const std::string inside = raw.substr(1, raw.size() - 2);
  return raw[0] == '"' ? expanded(inside) : inside;
}

bool plain_holds(const std::string& value) {
  if (value.empty()) return true;
  if (is_quote(value[0]) || is_blank(value[0]) || is_blank(value.back())) return false;
  return value.find_first_of("#\r\n") == std::string::npos;
}

std::string quoted(const std::string& value, char quote) {
  std::string inside = value;
  if (quote == '"') {
    inside.clear();
    for (const char c : value) inside += c == '\n' ? "\\n" : c == '\r' ? "\\r" : std::string(1, c);
  }
  return quote + inside + quote;
}

// The text for `value`, in the quotes that `raw` has where they can hold it; nothing where none
// can.
std::optional<std::string> written(const std::string& value, const std::string& raw) {
  std::vector<std::string> forms;
  const bool was_quoted = raw.size() >= 2 && is_quote(raw[0]) && raw.back() == raw[0];
  if (was_quoted) forms.push_back(quoted(value, raw[0]));
  if (plain_holds(value)) forms.push_back(value);
  for (const char quote : {'"', '\'', '`'}) forms.push_back(quoted(value, quote));
  for (const std::string& form : forms) {
    if (plain_holds(form) && form == value) return form;
    // Only what reads back as itself is written.
    if (!form.empty() && is_quote(form[0]) && closing_quote(form, 0) == form.size() - 1 &&
        value_of(form) == value)
      return form;
  }
  return std::nullopt;
}

}  // namespace

EnvFile::EnvFile(const std::string& text) {
  if (text.find("\r\n") != std::string::npos) line_end_ = "\r\n";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    const std::size_t line_end = end_of_line(text, at);
    Part part;
    if (at == 0 && text.rfind("\xEF\xBB\xBF", 0) == 0) at += 3;
    at = skip_blanks(text, at);
    if (text.compare(at, 6, "export") == 0 && at + 6 < text.size() && is_blank(text[at + 6]))
      at = skip_blanks(text, at + 6);
    const std::size_t key = at;
    while (at < text.size() && is_key_character(text[at])) ++at;
    const std::size_t key_end = at;
    at = skip_blanks(text, at);
    if (key_end > key && at < line_end && text[at] == '=') {
      part.key = text.substr(key, key_end - key);
      at = skip_blanks(text, at + 1);
      part.before = text.substr(begin, at - begin);
      std::size_t end = at;
      const std::size_t close =
          at < line_end && is_quote(text[at]) ? closing_quote(text, at) : std::string::npos;
      if (close != std::string::npos && ends_value(text, close + 1)) {
        end = close + 1;
      } else {
        while (end < line_end && text[end] != '#' && text[end] != '\r') ++end;
        while (end > at && is_blank(text[end - 1])) --end;
      }
      part.raw = text.substr(at, end - at);
      const std::size_t next = std::min(end_of_line(text, end) + 1, text.size());
      part.after = text.substr(end, next - end);
      at = next;
    } else {
      at = std::min(line_end + 1, text.size());
      part.before = text.substr(begin, at - begin);
    }
    parts_.push_back(std::move(part));
  }
}

std::string EnvFile::text() const {
  std::string out;
  for (const Part& part : parts_) out += part.before + part.raw + part.after;
  return out;
}

std::vector<std::string> EnvFile::keys() const {
  std::vector<std::string> keys;
  for (const Part& part : parts_)
    if (!part.key.empty() && std::find(keys.begin(), keys.end(), part.key) == keys.end())
      keys.push_back(part.key);
  return keys;
}

std::optional<std::string> EnvFile::find(const std::string& key) const {
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part)
    if (!key.empty() && part->key == key) return value_of(part->raw);
  return std::nullopt;
}

Status EnvFile::set(const std::string& key, const std::string& value) {
  if (key.empty() || !std::all_of(key.begin(), key.end(), is_key_character))
    return Error{"argument", "\"" + key + "\" is not the name of a variable"};
  if (value.find('\0') != std::string::npos)
    return Error{"argument", "the value of " + key + " holds a NUL"};
  const auto same = [&](const Part& part) { return part.key == key; };
  const auto last = std::find_if(parts_.rbegin(), parts_.rend(), same);
  const std::string raw = last == parts_.rend() ? "" : last->raw;
  const auto form = written(value, raw);
  if (!form)
    return Error{"argument", "the value of " + key + " cannot be written to an env file",
                 "no kind of quotes can hold it"};
  if (last != parts_.rend()) {
    last->raw = *form;
    // Programs differ on whether "#" right after a value begins a comment.
    if (!last->raw.empty() && last->after.rfind('#', 0) == 0) last->after.insert(0, " ");
    return Done{};
  }
  if (!parts_.empty()) {
    std::string& end = parts_.back().key.empty() ? parts_.back().before : parts_.back().after;
    if (end.empty() || end.back() != '\n') end += line_end_;
  }
  Part added;
  added.key = key;
  added.before = key + "=";
  added.raw = *form;
  added.after = line_end_;
  parts_.push_back(std::move(added));
  return Done{};
}

void EnvFile::erase(const std::string& key) {
  std::erase_if(parts_, [&](const Part& part) { return !part.key.empty() && part.key == key; });
}

}  // namespace countersign
