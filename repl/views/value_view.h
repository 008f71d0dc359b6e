// Any JSON value as people read it: a table where it is a list of like records, a tree otherwise.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "repl/views/page.h"

namespace countersign {

using json = nlohmann::json;

std::string value_text(const json& value, const Style& style);

// A value on one line of at most `most` columns, texts in quotes; what is marked (secrets, results
// of earlier operations) in words.
std::string brief(const json& value, std::size_t most = 60);
// As brief, texts without quotes.
std::string plain(const json& value, std::size_t most = 60);

}  // namespace countersign
