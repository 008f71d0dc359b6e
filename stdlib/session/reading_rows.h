// The three ways in which a row reads: a list, one thing that must be there, one that may be
// missing.
#pragma once
#include "stdlib/session/arguments.h"

namespace countersign {

// What a reading row says about itself.
struct Reading {
  std::string name;
  Credential credential = Credential::api_key;
  std::string url;  // with {argument}s, see `filled`
  Fields fields = {};
  std::string result, summary;
};

// All pages; `key` is the list's name in the answer. Adds the argument `limit`.
Row listing(Reading reading, const std::string& key);
// Raises where the thing is missing.
Row fetching(Reading reading);
// null where the thing is missing.
Row finding(Reading reading);

// The optional argument `limit` of lists.
Parameter limit_parameter();
std::optional<std::size_t> limit_of(const json& arguments);

// `reading.url` filled, with the fields that have a wire name as its query.
Result<std::string> query_url(const std::string& url, const Fields& fields, const Call& call);

}  // namespace countersign
