#include "repl/views/html.h"

#include "interpreter/digest.h"
#include "interpreter/percent.h"
#include "repl/views/escape.h"
#include "stdlib/http/xml.h"

namespace countersign {
namespace {

std::string escaped(std::string_view words, bool lines = false) {
  std::string out;
  for (const char c : xml_escaped(visible(words, lines))) {
    if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

}  // namespace

// The policy lets the page load nothing at all, whatever might get into it.
Html::Html(std::string_view title, std::string_view style)
    : text_(
          "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
          escaped(title) + "</title>\n<style>" + std::string(style) +
          "</style>\n</head>\n<body>\n") {}

void Html::open(const char* tag, const char* css_class) {
  text_ += std::string("<") + tag;
  if (*css_class != '\0') text_ += std::string(" class=\"") + css_class + "\"";
  text_ += ">";
  open_.push_back(tag);
}

void Html::close() {
  text_ += std::string("</") + open_.back() + ">";
  const std::string_view tag = open_.back();
  if (tag != "span" && tag != "strong" && tag != "code" && tag != "td" && tag != "a") text_ += "\n";
  open_.pop_back();
}

void Html::text(std::string_view words) {
  text_ += escaped(words);
}

void Html::element(const char* tag, std::string_view words, const char* css_class) {
  open(tag, css_class);
  text(words);
  close();
}

void Html::block(std::string_view words) {
  while (!words.empty() && words.back() == '\n') words.remove_suffix(1);
  open("pre");
  text_ += escaped(words, true);
  close();
}

void Html::file(std::string_view path) {
  text_ += "<a href=\"" + percent_encode(path, "/") + "\">" + escaped(path) + "</a>";
}

void Html::download(std::string_view name, std::string_view bytes) {
  text_ += "<a download=\"" + escaped(name) + "\" href=\"data:application/octet-stream;base64," +
           base64_encode(std::string(bytes)) + "\">" + escaped(name) + "</a>";
}

std::string Html::page() && {
  return std::move(text_) + "</body>\n</html>\n";
}

}  // namespace countersign
