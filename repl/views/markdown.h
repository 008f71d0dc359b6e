// Text from elsewhere as part of a Markdown page: shown as it is, never as markup.
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// Made visible (escape.h), and what Markdown or HTML would take for itself escaped.
std::string in_markdown(std::string_view text);
// As code, where nothing in it could end the code; else as in_markdown.
std::string as_code(std::string_view text);

}  // namespace countersign
