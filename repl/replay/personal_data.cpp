#include "repl/replay/personal_data.h"

#include <cctype>
#include <cstdio>

namespace countersign {
namespace {

constexpr std::size_t kFewestDigits = 8, kMostDigits = 15;  // of E.164, with the country's code

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool of_address(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '%' ||
         c == '+' || c == '-';
}

// How long the number is whose digits begin at `at`; 0: they are none.
std::size_t digits_at(const std::string& text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && digit(text[end])) ++end;
  const std::size_t count = end - at;
  return count >= kFewestDigits && count <= kMostDigits && text[at] != '0' ? count : 0;
}

// "+", or as URLs write it.
std::size_t plus_at(const std::string& text, std::size_t at) {
  if (text[at] == '+') return 1;
  return text.compare(at, 3, "%2B") == 0 || text.compare(at, 3, "%2b") == 0 ? 3 : 0;
}

// Where the domain that begins at `at` ends; `at`: it is none.
std::size_t domain_end(const std::string& text, std::size_t at) {
  std::size_t end = at, dot = std::string::npos;
  while (end < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-' ||
          (text[end] == '.' && end + 1 < text.size() &&
           std::isalnum(static_cast<unsigned char>(text[end + 1])) != 0))) {
    if (text[end] == '.') dot = end;
    ++end;
  }
  return dot == std::string::npos ? at : end;
}

}  // namespace

std::string PersonalData::number(const std::string& found) {
  std::string& made = numbers_[found];
  if (made.empty()) {
    char text[16];
    std::snprintf(text, sizeof text, "1555010%04u", static_cast<unsigned>(numbers_.size()));
    made = text;
  }
  return made;
}

std::string PersonalData::address(const std::string& found) {
  std::string& made = addresses_[found];
  if (made.empty()) made = "person" + std::to_string(addresses_.size()) + "@example.com";
  return made;
}

std::string PersonalData::without(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t plus = plus_at(text, at); plus > 0)
      if (const std::size_t count = digits_at(text, at + plus); count > 0) {
        out += text.substr(at, plus) + number(text.substr(at + plus, count));
        at += plus + count;
        continue;
      }
    if (text[at] == '@')
      if (const std::size_t end = domain_end(text, at + 1); end > at + 1) {
        std::size_t begin = out.size();
        while (begin > 0 && of_address(out[begin - 1])) --begin;
        if (begin < out.size()) {
          const std::string local = out.substr(begin);
          out.resize(begin);
          out += address(local + text.substr(at, end - at));
          at = end;
          continue;
        }
      }
    out += text[at++];
  }
  return out;
}

json PersonalData::without(const json& value) {
  if (value.is_string()) return without(value.get_ref<const std::string&>());
  if (value.is_array()) {
    json out = json::array();
    for (const json& one : value) out.push_back(without(one));
    return out;
  }
  if (!value.is_object()) return value;
  json out = json::object();
  for (const auto& [key, one] : value.items()) out[without(key)] = without(one);
  return out;
}

}  // namespace countersign
