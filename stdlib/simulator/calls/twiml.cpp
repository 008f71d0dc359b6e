// None of the libraries in use reads XML, and TwiML is a small part of it: no document types, no
// namespaces, no processing instructions behind the first line.
#include "stdlib/simulator/calls/twiml.h"

#include <cctype>
#include <cstdlib>

namespace countersign::simulator {
namespace {

constexpr int kDeepest = 16;

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  // One element; false where the text is none.
  bool element(Verb& verb, int depth = 0) {
    if (depth > kDeepest || !take("<")) return false;
    verb.name = word();
    if (verb.name.empty() || !attributes(verb)) return false;
    if (take("/>")) return true;
    return take(">") && content(verb, depth);
  }

  // Spaces, comments and the declaration between elements.
  void skip() {
    for (;;) {
      while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
      if (ahead("<!--"))
        jump("-->");
      else if (ahead("<?"))
        jump("?>");
      else
        return;
    }
  }

  bool at_end() const { return at_ >= text_.size(); }

 private:
  bool ahead(const char* wanted) const {
    return text_.compare(at_, std::char_traits<char>::length(wanted), wanted) == 0;
  }
  bool take(const char* wanted) {
    if (!ahead(wanted)) return false;
    at_ += std::char_traits<char>::length(wanted);
    return true;
  }
  void jump(const char* behind) {
    std::size_t end = text_.find(behind, at_);
    at_ = end == std::string::npos ? text_.size() : end + std::char_traits<char>::length(behind);
  }
  std::string word() {
    std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) ||
                                  text_[at_] == '-' || text_[at_] == '_' || text_[at_] == ':'))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Text up to `end`, entities resolved; false where one is unknown.
  bool decoded(std::size_t end, std::string& out) {
    while (at_ < end) {
      if (text_[at_] != '&') {
        out += text_[at_++];
        continue;
      }
      std::size_t semicolon = text_.find(';', at_);
      if (semicolon == std::string::npos || semicolon > end) return false;
      std::string name = text_.substr(at_ + 1, semicolon - at_ - 1);
      static const std::map<std::string, std::string> kKnown = {
          {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"#39", "'"}};
      auto known = kKnown.find(name);
      if (known == kKnown.end()) return false;
      out += known->second;
      at_ = semicolon + 1;
    }
    return true;
  }

  bool attributes(Verb& verb) {
    for (;;) {
      skip();
      if (ahead(">") || ahead("/>")) return true;
      std::string name = word();
      skip();
      if (name.empty() || !take("=")) return false;
      skip();
      char quote = at_end() ? '\0' : text_[at_];
      std::size_t end =
          quote == '"' || quote == '\'' ? text_.find(quote, at_ + 1) : std::string::npos;
      if (end == std::string::npos) return false;
      ++at_;
      if (!decoded(end, verb.attributes[name])) return false;
      ++at_;
    }
  }

  bool content(Verb& verb, int depth) {
    for (;;) {
      std::size_t open = text_.find('<', at_);
      if (open == std::string::npos || !decoded(open, verb.text)) return false;
      if (ahead("<!--")) {
        jump("-->");
      } else if (take("<![CDATA[")) {
        std::size_t end = text_.find("]]>", at_);
        if (end == std::string::npos) return false;
        verb.text += text_.substr(at_, end - at_);
        at_ = end + 3;
      } else if (take("</")) {
        if (word() != verb.name) return false;
        skip();
        return take(">");
      } else {
        Verb inner;
        if (!element(inner, depth + 1)) return false;
        if (std::islower(static_cast<unsigned char>(inner.name[0]))) verb.text += inner.text;
        verb.inner.push_back(std::move(inner));
      }
    }
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

std::string trimmed(const std::string& text) {
  std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void trim(Verb& verb) {
  verb.text = trimmed(verb.text);
  for (Verb& inner : verb.inner) trim(inner);
}

}  // namespace

std::string Verb::get(const std::string& attribute, const std::string& otherwise) const {
  auto found = attributes.find(attribute);
  return found == attributes.end() ? otherwise : found->second;
}

double Verb::number(const std::string& attribute, double otherwise) const {
  auto found = attributes.find(attribute);
  return found == attributes.end() ? otherwise : std::atof(found->second.c_str());
}

std::optional<std::vector<Verb>> parse_twiml(const std::string& text) {
  Reader reader(text);
  reader.skip();
  if (reader.at_end()) return std::vector<Verb>();
  Verb response;
  if (!reader.element(response) || response.name != "Response") return std::nullopt;
  reader.skip();
  if (!reader.at_end()) return std::nullopt;
  trim(response);
  return std::move(response.inner);
}

}  // namespace countersign::simulator
