#include "stdlib/twilio/script_number.h"

#include <cstdlib>
#include <limits>

#include "interpreter/canonical.h"

namespace countersign {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// [+-] digits [. digits] [e [+-] digits]: what JavaScript takes and strtod, which takes more,
// agrees on.
bool is_decimal(const std::string& text) {
  std::size_t at = text[0] == '+' || text[0] == '-' ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

double spelled(std::string text) {
  const char* blank = " \t\n\r\v\f";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string::npos) return 0;
  text = text.substr(first, text.find_last_not_of(blank) - first + 1);
  if (text.size() > 2 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    const int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
    const std::string digits =
        std::string("0123456789abcdefABCDEF").substr(0, base == 16 ? 22 : base);
    if (base != 0 && text.find_first_not_of(digits, 2) == std::string::npos) {
      double value = 0;
      for (const char c : text.substr(2))
        value = value * base + std::strtol(std::string(1, c).c_str(), nullptr, 16);
      return value;
    }
  }
  return is_decimal(text) ? std::strtod(text.c_str(), nullptr) : kNaN;
}

}  // namespace

double script_number(const nlohmann::json& value) {
  if (value.is_null()) return 0;
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return spelled(value.get<std::string>());
  return kNaN;
}

std::string script_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) return "[object Object]";
  if (!value.is_array()) return canonical(value);
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i)
    text += (i == 0 ? "" : ",") + (value[i].is_null() ? std::string() : script_text(value[i]));
  return text;
}

}  // namespace countersign
