// Any JSON value as people read it: a table where it is a list of like records, a tree otherwise.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "interpreter/authorizer.h"
#include "repl/views/page.h"

namespace countersign {

using json = nlohmann::json;

// How much of a value is shown, and how.
struct Showing {
  std::size_t from = 0;                   // entries of a list, lines of anything else, to leave out
  std::size_t most = SIZE_MAX;            // of them to show
  std::optional<Time> now = {};           // moments are shown in local time, with their age then
  std::string whole = "--json shows it";  // what shows the rest of what is cut
};

std::string value_text(const json& value, const Style& style, const Showing& showing = {});

// How many entries or lines `showing` counts in.
std::size_t extent(const json& value, const Style& style, const Showing& showing);

// Whether a moment stands anywhere in it, so that `now` matters.
bool has_moments(const json& value);

// What a placeholder, template or handle is, in words.
std::string marked_words(const json& value);

// A value on one line of at most `most` columns, texts in quotes; what is marked (secrets, results
// of earlier operations) in words.
std::string brief(const json& value, std::size_t most = 60);
// As brief, texts without quotes.
std::string plain(const json& value, std::size_t most = 60);

}  // namespace countersign
