// Text as it stands inside an element or an attribute of XML.
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// &, <, > and " as entities.
std::string xml_escaped(std::string_view text);

}  // namespace countersign
