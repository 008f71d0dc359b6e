#include "stdlib/registry.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "stdlib/markdown.h"

namespace countersign {
namespace {

constexpr const char* kTombstone = "> **Cancelled:** ";

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || (c & 0x80) != 0;
}

bool names(const std::string& heading, const std::string& client) {
  const std::string text = lower(heading);
  const std::string word = lower(client);
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return true;
  }
  return false;
}

Result<MarkdownSection> section_of(const std::string& registry, const std::string& client) {
  if (client.empty()) return Error{"argument", "client: is empty"};
  std::vector<MarkdownSection> found;
  for (const MarkdownSection& section : outline(registry)) {
    if (section.level == 0 || !names(section.title, client)) continue;
    if (lower(section.title) == lower(client) &&
        (found.empty() || lower(found[0].title) != lower(client))) {
      found = {section};  // the very name goes before a heading that holds it
      continue;
    }
    const bool exact = !found.empty() && lower(found[0].title) == lower(client);
    if (exact && lower(section.title) != lower(client)) continue;
    const bool nested = !found.empty() && section.begin < found.back().end;
    if (!nested) found.push_back(section);
  }
  if (found.empty())
    return Error{"argument", "no section of the registry names \"" + client + "\"",
                 "a section's heading holds the client's name"};
  if (found.size() == 1) return found[0];
  std::string all;
  for (const MarkdownSection& section : found)
    all += (all.empty() ? "\"" : ", \"") + section.title + "\"";
  return Error{"argument", "several sections of the registry name \"" + client + "\": " + all};
}

// The byte at which line `line` begins.
std::size_t offset(const std::string& text, std::size_t line) {
  std::size_t at = 0;
  for (; line > 0 && at < text.size(); --line)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  return at;
}

bool has_date(const std::string& note) {
  const auto digit = [&](std::size_t at) {
    return std::isdigit(static_cast<unsigned char>(note[at])) != 0;
  };
  for (std::size_t i = 0; i + 10 <= note.size(); ++i)
    if (digit(i) && digit(i + 1) && digit(i + 2) && digit(i + 3) && note[i + 4] == '-' &&
        digit(i + 5) && digit(i + 6) && note[i + 7] == '-' && digit(i + 8) && digit(i + 9))
      return true;
  return false;
}

std::string line_end_of(const std::string& registry) {
  return registry.find("\r\n") == std::string::npos ? "\n" : "\r\n";
}

// `registry` with `block` behind the last line before `at` that is not blank, parted from it by a
// blank line; the blank ones that were there part it from what follows.
std::string behind(const std::string& registry, std::size_t at, const std::string& block) {
  const std::size_t last = registry.find_last_not_of(" \t\r\n", at == 0 ? 0 : at - 1);
  if (last == std::string::npos) return block;
  const std::size_t end = std::min(registry.find('\n', last), registry.size());
  const std::string head = registry.substr(0, end);
  const std::string rest = end < registry.size() ? registry.substr(end + 1) : "";
  const std::string line_end = line_end_of(registry);
  const std::string gap = !head.empty() && head.back() == '\r' ? "\n" : line_end;
  return head + gap + line_end + block + rest;
}

}  // namespace

Result<RegistrySection> registry_section(const std::string& registry, const std::string& client) {
  const auto section = section_of(registry, client);
  if (!section) return section.error();
  RegistrySection found;
  found.heading = section->title;
  const std::size_t begin = offset(registry, section->begin);
  found.text = registry.substr(begin, offset(registry, section->end) - begin);
  found.cancelled = found.text.find(kTombstone) != std::string::npos;
  return found;
}

Result<bool> registry_has(const std::string& registry, const std::string& client) {
  bool named = false;
  for (const MarkdownSection& section : outline(registry))
    named = named || (section.level != 0 && names(section.title, client));
  if (!named) return false;
  const auto section = section_of(registry, client);
  if (!section) return section.error();
  return true;
}

Result<std::string> with_tombstone(const std::string& registry, const std::string& client,
                                   const std::string& note) {
  const auto section = registry_section(registry, client);
  if (!section) return section.error();
  if (section->cancelled)
    return Error{"argument", "the registry has \"" + section->heading + "\" as cancelled already"};
  if (!has_date(note))
    return Error{"argument", "text: a tombstone says when (YYYY-MM-DD), and by whose word",
                 "such as \"2026-11-20, approved in <reference>, dev-log <folder>\""};
  const std::string line_end = line_end_of(registry);
  std::string stone;
  for (const std::string& line : lines_of(note))
    stone += (stone.empty() ? kTombstone : "> ") + line + line_end;
  return behind(registry, offset(registry, section_of(registry, client)->end), stone);
}

Result<std::string> with_section(const std::string& registry, const std::string& client,
                                 const std::string& text) {
  if (client.empty() || client.find_first_of("\r\n#") != std::string::npos)
    return Error{"argument", "client: \"" + client + "\" cannot be a heading"};
  const std::string line_end = line_end_of(registry);
  std::string section = "## " + client + line_end + line_end;
  for (const std::string& line : lines_of(text)) section += line + line_end;
  const auto there = registry_has(registry, client);
  if (!there) return there.error();
  if (*there)
    return Error{
        "argument",
        "the registry has a section \"" + section_of(registry, client)->title + "\" already",
        "registry.update adds to it"};
  return behind(registry, registry.size(), section);
}

Result<std::string> with_entry(const std::string& registry, const std::string& client,
                               const std::string& text) {
  const auto section = registry_section(registry, client);
  if (!section) return section.error();
  if (section->cancelled)
    return Error{"argument", "the registry has \"" + section->heading + "\" as cancelled"};
  std::string entry;
  for (const std::string& line : lines_of(text)) entry += line + line_end_of(registry);
  return behind(registry, offset(registry, section_of(registry, client)->end), entry);
}

}  // namespace countersign
