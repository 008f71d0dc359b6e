#include "stdlib/http/paging.h"

#include <algorithm>

#include "stdlib/http/url.h"

namespace countersign {
namespace {

// What one list may cost. More than this is no list to be read whole, or has no end.
constexpr std::size_t kMostPages = 2'000;
constexpr std::size_t kMostBytes = 32u << 20;
constexpr std::chrono::seconds kMostTime{180};
constexpr std::size_t kPageSize = 200;  // without a limit; the providers' own default is 50

}  // namespace

std::string with_parameter(const std::string& url, const std::string& parameter) {
  return url + (url.find('?') == std::string::npos ? "?" : "&") + parameter;
}

std::size_t page_size(std::optional<std::size_t> limit, std::size_t largest) {
  return limit ? std::clamp<std::size_t>(*limit, 1, largest) : std::min(kPageSize, largest);
}

bool take_items(json& items, json& all, std::optional<std::size_t> limit) {
  for (json& item : items) {
    if (limit && all.size() >= *limit) return false;
    all.push_back(std::move(item));
  }
  return !limit || all.size() < *limit;
}

std::string text_in(const json& value, const char* key) {
  if (!value.is_object()) return {};
  const auto at = value.find(key);
  return at != value.end() && at->is_string() ? at->get<std::string>() : std::string();
}

Error without_list(const std::string& url, const std::string& key) {
  const auto place = split_url(url);
  return Error{
      "transport",
      (place ? place->host : "the provider") + " answered without the list \"" + key + "\"",
      "try again"};
}

PageBudget::PageBudget(const std::string& url, Clock& clock) : timer_(clock, kMostTime) {
  if (const auto place = split_url(url)) host_ = place->host;
}

Status PageBudget::count(const json& page) {
  bytes_ += page.dump(-1, ' ', false, json::error_handler_t::replace).size();
  if (++pages_ > kMostPages) return beyond("more than " + std::to_string(kMostPages) + " pages");
  if (bytes_ > kMostBytes) return beyond("more than " + std::to_string(kMostBytes >> 20) + " MiB");
  if (timer_.expired())
    return beyond("more than " + std::to_string(kMostTime.count()) + " seconds");
  return Done{};
}

Error PageBudget::beyond(const std::string& what) const {
  return {"transport", host_ + ": the list takes " + what + " to read",
          "narrow the request with its filters or a limit"};
}

PageWalk::PageWalk(const std::string& first)
    : host_(split_url(first) ? split_url(first)->host : std::string()) {}

Result<std::string> PageWalk::next(std::string link, const std::string& endpoint) {
  if (!link.empty() && link[0] == '/') link = "https://" + host_ + link;
  const auto refused = [&](const std::string& why) {
    return Error{"refused", host_ + ": the link to the next page " + why,
                 "the provider answered something that it never should; tell its support"};
  };
  std::string own = link;
  if (!endpoint.empty() && link.rfind(endpoint + "/", 0) == 0)
    own = "https://" + link.substr(endpoint.size() + 1);
  const auto url = split_url(own);
  if (!url) return refused("is not a URL");
  if (url->host != host_) return refused("leads to another host, " + url->host);
  if (!seen_.insert(own).second)
    return Error{"transport", host_ + ": the pages of the list never end",
                 "narrow the request with its filters or a limit"};
  return own;
}

}  // namespace countersign
