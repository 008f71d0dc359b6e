#include "repl/views/mdx.h"

#include <algorithm>
#include <cctype>

#include "repl/views/escape.h"

namespace countersign {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return visible(out);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>{}|~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// An address as far as nothing in it needs an escape: what is not plain stands beside the link.
std::size_t address_end(std::string_view text, std::size_t at) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) || std::string_view("-._~:/?#@!$&+,;=%").find(static_cast<char>(c)) !=
                                  std::string_view::npos;
  };
  std::size_t end = at;
  while (end < text.size() && plain(static_cast<unsigned char>(text[end]))) ++end;
  while (end > at && std::string_view(".,;:!?").find(text[end - 1]) != std::string_view::npos)
    --end;
  return end;
}

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

}  // namespace

std::string in_mdx(std::string_view text) {
  const std::string shown = on_one_line(text);
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = shown.find("http"); at != std::string::npos; at = shown.find("http", at)) {
    const std::string_view rest = std::string_view(shown).substr(at);
    const std::size_t scheme = begins(rest, "https://") ? 8 : begins(rest, "http://") ? 7 : 0;
    if (scheme == 0) {
      at += 4;
      continue;
    }
    // As a link where nothing in it needs an escape, else as it is.
    const std::size_t end = address_end(shown, at);
    const std::size_t space = std::min(shown.find(' ', at), shown.size());
    const bool whole = end > at + scheme && shown.find_first_of("{<`|\\", end) >= space;
    const std::string address = shown.substr(at, (whole ? end : space) - at);
    out += escaped(std::string_view(shown).substr(done, at - done));
    if (whole)
      out += "[" + escaped(address) + "](" + address + ")";
    else
      out += address.find_first_of("`|\\") == std::string::npos ? "`" + address + "`"
                                                                : escaped(address);
    at += address.size();
    done = at;
  }
  return out + escaped(std::string_view(shown).substr(done));
}

std::string block_in_mdx(std::string_view text) {
  const std::string out = in_mdx(text);
  if (out.empty()) return out;
  const char first = out[0];
  // MDX takes a block that begins with these words for JavaScript.
  if (begins(out, "import") || begins(out, "export"))
    return (first == 'i' ? "&#105;" : "&#101;") + out.substr(1);
  if (std::string_view("#-+=:").find(first) != std::string_view::npos) return "\\" + out;
  std::size_t digits = 0;
  while (digits < out.size() && std::isdigit(static_cast<unsigned char>(out[digits]))) ++digits;
  if (digits > 0 && digits < out.size() && (out[digits] == '.' || out[digits] == ')'))
    return out.substr(0, digits) + "\\" + out.substr(digits);
  return out;
}

std::string code_in_mdx(std::string_view text) {
  const std::string shown = on_one_line(text);
  if (shown.empty() || shown.find_first_of("`|\\") != std::string::npos) return in_mdx(text);
  return "`" + shown + "`";
}

std::string in_front_matter(std::string_view text) {
  std::string out = "\"";
  for (const char c : on_one_line(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace countersign
