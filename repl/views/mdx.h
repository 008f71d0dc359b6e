// Text from elsewhere as part of an MDX page (Docusaurus): shown as it is, never as markup, JSX,
// JavaScript or a directive. Line breaks and runs of spaces become one space.
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// In a sentence or a table's cell. Addresses of http and https become links, whole and absolute.
std::string in_mdx(std::string_view text);
// As in_mdx, for text that begins a block: it begins no list, heading, import or the like.
std::string block_in_mdx(std::string_view text);
// As code where nothing in it could end the code or a table's cell; else as in_mdx.
std::string code_in_mdx(std::string_view text);
// As a value of the front matter: a YAML text in double quotes.
std::string in_front_matter(std::string_view text);

}  // namespace countersign
