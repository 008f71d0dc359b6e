#include "repl/notify/mail_message.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>

#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::size_t kLine = 76;  // of base64, as MIME wants it
constexpr std::size_t kWord = 45;  // bytes of one encoded word: 60 of base64 and its frame
constexpr std::size_t kLongestAddress = 254;

std::string wrapped(const std::string& base64) {
  std::string out;
  for (std::size_t at = 0; at < base64.size(); at += kLine)
    out += base64.substr(at, kLine) + "\r\n";
  return out;
}

// Whole characters: a word that ends inside of one is shown as nonsense.
std::size_t whole_characters(const std::string& text, std::size_t from, std::size_t most) {
  std::size_t end = std::min(from + most, text.size());
  while (end < text.size() && end > from + 1 &&
         (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return end - from;
}

std::string encoded_words(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = whole_characters(text, at, kWord);
    out += (out.empty() ? "" : "\r\n ") + std::string("=?UTF-8?B?") +
           base64_encode(text.substr(at, size)) + "?=";
    at += size;
  }
  return out;
}

// In English whatever the locale, and in UTC.
std::string date(Time now) {
  static const char* const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = now;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays[parts.tm_wday],
                parts.tm_mday, kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

// Names of files are ours; what else came here would be one of a document, with a blank at most.
std::string file_name(const std::string& name) {
  std::string out;
  for (const char c : name)
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_'
               ? c
               : '_';
  return out;
}

std::string part(const std::string& type, const std::string& bytes, const std::string& name = "") {
  std::string out = "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n";
  if (!name.empty())
    out += "Content-Disposition: attachment; filename=\"" + file_name(name) + "\"\r\n";
  return out + "\r\n" + wrapped(base64_encode(bytes));
}

}  // namespace

bool is_mail_address(const std::string& text) {
  const std::size_t at = text.find('@');
  if (at == std::string::npos || at == 0 || text.size() > kLongestAddress ||
      text.find('@', at + 1) != std::string::npos)
    return false;
  static const std::string kBesides = "!#$%&'*+-/=?^_`{|}~.";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool plain = c < 0x80 && std::isalnum(c) != 0;
    const bool good =
        i == at || plain ||
        (i < at ? kBesides.find(text[i]) != std::string::npos : text[i] == '.' || text[i] == '-');
    if (!good) return false;
  }
  // No word of a program that is handed the address begins with a hyphen.
  return text[0] != '-' && text[at + 1] != '.' && text[at + 1] != '-' && text.back() != '.' &&
         text.find("..") == std::string::npos && at + 1 < text.size();
}

std::string mail_message(const Notice& notice, const std::string& from, const std::string& to,
                         Time now, const std::string& id) {
  const std::string outer = "=_" + id + "_o", inner = "=_" + id + "_i";
  std::string out =
      "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + encoded_words(notice.subject) +
      "\r\nDate: " + date(now) + "\r\nMessage-ID: <" + id + from.substr(from.find('@')) +
      ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
      "Content-Type: multipart/mixed; boundary=\"" +
      outer + "\"\r\n\r\n--" + outer + "\r\nContent-Type: multipart/alternative; boundary=\"" +
      inner + "\"\r\n\r\n--" + inner + "\r\n" + part("text/plain; charset=utf-8", notice.text) +
      "--" + inner + "\r\n" + part("text/html; charset=utf-8", notice.html) + "--" + inner +
      "--\r\n";
  for (const auto& [name, bytes] : notice.attached)
    out += "--" + outer + "\r\n" + part("application/octet-stream", bytes, name);
  return out + "--" + outer + "--\r\n";
}

}  // namespace countersign
