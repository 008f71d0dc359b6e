// A page of HTML. Everything that is put on it is escaped here, so that no view can forget to.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

class Html {
 public:
  // `title` stands in the head; `style` is ours and is taken as it is.
  Html(std::string_view title, std::string_view style);

  void open(const char* tag, const char* css_class = "");
  void close();                       // what was opened last
  void text(std::string_view words);  // made visible (escape.h), then escaped
  // A whole element with text in it.
  void element(const char* tag, std::string_view words, const char* css_class = "");
  // Text of several lines, as it stands.
  void block(std::string_view words);
  // A link to another file of the same folder.
  void file(std::string_view path);
  // A link that saves `bytes` under that name: the page holds them itself.
  void download(std::string_view name, std::string_view bytes);

  std::string page() &&;

 private:
  std::string text_;
  std::vector<const char*> open_;
};

}  // namespace countersign
