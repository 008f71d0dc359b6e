#include "stdlib/workspace/registry.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "stdlib/workspace/markdown.h"

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

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t`*_");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t`*_") + 1 - begin);
}

// The names that a heading gives, in lower case: "Acme West (acme-west): production" gives "acme
// west", "acme-west", "production".
std::vector<std::string> names_in(const std::string& heading) {
  static const std::vector<std::string> parting = {"(", ")", "[", "]", ":", ",",  ";",
                                                   "/", "|", "=", "–", "—", " - "};
  std::vector<std::string> names;
  std::string text = lower(heading), name;
  const auto end = [&] {
    name = trimmed(name);
    for (const std::string word : {"formerly ", "client "})
      if (name.rfind(word, 0) == 0) name = trimmed(name.substr(word.size()));
    if (!name.empty()) names.push_back(name);
    name.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto mark = std::find_if(parting.begin(), parting.end(), [&](const std::string& one) {
      return text.compare(at, one.size(), one) == 0;
    });
    if (mark == parting.end()) {
      name += text[at++];
    } else {
      end();
      at += mark->size();
    }
  }
  end();
  return names;
}

// How a heading names a client: by nothing but its name, by one of the names that it gives, or only
// by holding the word and saying no name in brackets: then it may be another's ("Acme West").
enum class Naming { no, holds, gives, is };

Naming naming(const std::string& heading, const std::string& client) {
  const std::string text = lower(heading);
  const std::string word = lower(client);
  if (text == word) return Naming::is;
  const std::vector<std::string> names = names_in(heading);
  if (std::find(names.begin(), names.end(), word) != names.end()) return Naming::gives;
  if (heading.find('(') != std::string::npos) return Naming::no;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return Naming::holds;
  }
  return Naming::no;
}

// The byte at which line `line` begins.
std::size_t offset(const std::string& text, std::size_t line) {
  std::size_t at = 0;
  for (; line > 0 && at < text.size(); --line)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  return at;
}

std::string text_of(const std::string& registry, const MarkdownSection& section) {
  const std::size_t begin = offset(registry, section.begin);
  return registry.substr(begin, offset(registry, section.end) - begin);
}

bool has_tombstone(const std::string& registry, const MarkdownSection& section) {
  return text_of(registry, section).find(kTombstone) != std::string::npos;
}

// The sections that name a client in the best way that there is; those below one of them are part
// of it. A client that came back has an active section beside its tombstones, which then count no
// more.
std::vector<MarkdownSection> sections_of(const std::string& registry, const std::string& client,
                                         Naming& best) {
  std::vector<std::pair<MarkdownSection, Naming>> all;
  for (const MarkdownSection& section : outline(registry))
    if (section.level != 0)
      if (const Naming how = naming(section.title, client); how != Naming::no)
        all.emplace_back(section, how);
  const auto active = [&](const auto& one) {
    return one.second != Naming::holds && !has_tombstone(registry, one.first);
  };
  if (std::any_of(all.begin(), all.end(), active))
    all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& one) { return !active(one); }),
              all.end());
  best = Naming::no;
  for (const auto& [section, how] : all) best = std::max(best, how);
  std::vector<MarkdownSection> found;
  for (const auto& [section, how] : all)
    if (how == best && (found.empty() || section.begin >= found.back().end))
      found.push_back(section);
  // Of a client that was cancelled more than once, the last time counts.
  if (best != Naming::holds && found.size() > 1 &&
      std::all_of(found.begin(), found.end(),
                  [&](const MarkdownSection& one) { return has_tombstone(registry, one); }))
    found = {found.back()};
  return found;
}

Result<MarkdownSection> section_of(const std::string& registry, const std::string& client) {
  if (client.empty()) return Error{"argument", "client: is empty"};
  Naming how = Naming::no;
  const std::vector<MarkdownSection> found = sections_of(registry, client, how);
  if (found.empty())
    return Error{"argument", "no section of the registry names \"" + client + "\"",
                 "a section's heading holds the client's name"};
  if (found.size() == 1 && how != Naming::holds) return found[0];
  if (found.size() == 1)
    return Error{"argument",
                 "no section of the registry names \"" + client + "\": \"" + found[0].title +
                     "\" only holds the word, and may be another client's",
                 "give the client's section a heading such as \"" + found[0].title + " (" + client +
                     ")\", if it is that one"};
  std::string all;
  for (const MarkdownSection& section : found)
    all += (all.empty() ? "\"" : ", \"") + section.title + "\"";
  return Error{"argument", "several sections of the registry name \"" + client + "\": " + all};
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
  const auto section = TRY(section_of(registry, client));
  RegistrySection found;
  found.heading = section.title;
  found.text = text_of(registry, section);
  found.cancelled = found.text.find(kTombstone) != std::string::npos;
  return found;
}

Result<bool> registry_has(const std::string& registry, const std::string& client) {
  Naming how = Naming::no;
  const std::vector<MarkdownSection> found = sections_of(registry, client, how);
  // A single heading that only holds the word is another's: "Acme West" is not "acme".
  if (found.empty() || (found.size() == 1 && how == Naming::holds)) return false;
  TRY(section_of(registry, client));
  return true;
}

Result<std::string> with_tombstone(const std::string& registry, const std::string& client,
                                   const std::string& note) {
  const auto section = TRY(registry_section(registry, client));
  if (section.cancelled)
    return Error{"argument", "the registry has \"" + section.heading + "\" as cancelled already"};
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
  const auto there = TRY(registry_has(registry, client));
  std::string heading = client;
  if (there) {
    const auto section = section_of(registry, client);
    if (!has_tombstone(registry, *section))
      return Error{"argument", "the registry has a section \"" + section->title + "\" already",
                   "registry.update adds to it"};
    // The tombstone stays where it is, under a heading of its own.
    const std::vector<MarkdownSection> all = outline(registry);
    const auto taken = [&](const std::string& title) {
      return std::any_of(all.begin(), all.end(), [&](const MarkdownSection& one) {
        return one.level != 0 && lower(one.title) == lower(title);
      });
    };
    for (int n = 2; taken(heading); ++n) heading = client + " (" + std::to_string(n) + ")";
  }
  const std::string line_end = line_end_of(registry);
  std::string section = "## " + heading + line_end + line_end;
  for (const std::string& line : lines_of(text)) section += line + line_end;
  return behind(registry, registry.size(), section);
}

Result<std::string> with_entry(const std::string& registry, const std::string& client,
                               const std::string& text) {
  const auto section = TRY(registry_section(registry, client));
  if (section.cancelled)
    return Error{"argument", "the registry has \"" + section.heading + "\" as cancelled"};
  std::string entry;
  for (const std::string& line : lines_of(text)) entry += line + line_end_of(registry);
  return behind(registry, offset(registry, section_of(registry, client)->end), entry);
}

}  // namespace countersign
