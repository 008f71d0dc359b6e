// Lists, read page by page until their end or a limit. What is never read to an end (too many
// pages, too many bytes, too long) is an error of kind transport, not part of a list.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "interpreter/clock.h"
#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

std::string with_parameter(const std::string& url, const std::string& parameter);
// How many items to ask for in one page of at most `largest`.
std::size_t page_size(std::optional<std::size_t> limit, std::size_t largest);
// Moves a page's items into `all`; false once the limit is reached.
bool take_items(json& items, json& all, std::optional<std::size_t> limit);
// The text at `key` of an object, or "".
std::string text_in(const json& value, const char* key);
Error without_list(const std::string& url, const std::string& key);

// What the reading of one list has cost so far.
class PageBudget {
 public:
  // `clock`, by which the time is measured, outlives it.
  PageBudget(const std::string& url, Clock& clock);
  // Counts a page that was read. Errors: transport, the list is beyond what is read.
  Status count(const json& page);

 private:
  Error beyond(const std::string& what) const;

  std::string host_;
  std::size_t pages_ = 0, bytes_ = 0;
  Timer timer_;
};

// The links from page to page.
class PageWalk {
 public:
  explicit PageWalk(const std::string& first);
  // Where the link to a next page leads, or why it is not followed. The credential would go along.
  // Errors: refused, for another host; transport, for pages that go round in a circle.
  Result<std::string> next(std::string link, const std::string& endpoint);

 private:
  std::string host_;
  std::set<std::string> seen_;
};

}  // namespace countersign
