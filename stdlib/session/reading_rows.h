// The ways in which a row reads: one thing that must be there, one that may be missing; lists are
// read as their system pages them.
#pragma once
#include "stdlib/session/arguments.h"

namespace countersign {

// What a reading row says about itself.
struct Reading {
  std::string name;
  std::string credential;
  std::string url;  // with {argument}s, see `filled`
  Fields fields = {};
  std::string result, summary;
};

// A row without a carrier yet.
Row reading_row(const Reading& reading);
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
