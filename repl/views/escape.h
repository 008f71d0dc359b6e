// Text from elsewhere, made safe to look at.
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// `text` with everything that could change what the rest of a terminal line looks like made
// visible: control characters, escape sequences, marks that change the direction of writing,
// characters without width, and bytes that are not UTF-8, each as \u{202E} or \x1B. Newlines too,
// unless `lines`.
std::string visible(std::string_view text, bool lines = false);

// How many columns of a terminal `text` takes, escaped already.
std::size_t columns(std::string_view text);

// At most `most` columns of it, with "…" where something was cut.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace countersign
