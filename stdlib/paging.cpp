#include "stdlib/paging.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "stdlib/url.h"

namespace countersign {
namespace {

// What one list may cost. More than this is no list to be read whole, or has no end.
constexpr std::size_t kMostPages = 2'000;
constexpr std::size_t kMostBytes = 32u << 20;
constexpr std::chrono::seconds kMostTime{180};
constexpr std::size_t kPageSize = 200;          // without a limit; the providers' own default is 50
constexpr std::size_t kLargestPage = 1'000;     // more is error 20007 (api/errors/20007)
constexpr std::size_t kLargestEventPage = 300;  // GET /v3/{domain}/events, parameter limit

std::string with(const std::string& url, const std::string& parameter) {
  return url + (url.find('?') == std::string::npos ? "?" : "&") + parameter;
}

std::size_t page_size(std::optional<std::size_t> limit, std::size_t largest) {
  return limit ? std::clamp<std::size_t>(*limit, 1, largest) : std::min(kPageSize, largest);
}

// What the reading of one list has cost so far.
class Budget {
 public:
  Budget(const std::string& url, Clock& clock) : timer_(clock, kMostTime) {
    if (const auto place = split_url(url)) host_ = place->host;
  }

  // Counts a page that was read. Errors: transport, the list is beyond what is read.
  Status count(const json& page) {
    bytes_ += page.dump(-1, ' ', false, json::error_handler_t::replace).size();
    if (++pages_ > kMostPages) return beyond("more than " + std::to_string(kMostPages) + " pages");
    if (bytes_ > kMostBytes)
      return beyond("more than " + std::to_string(kMostBytes >> 20) + " MiB");
    if (timer_.expired())
      return beyond("more than " + std::to_string(kMostTime.count()) + " seconds");
    return Done{};
  }

 private:
  Error beyond(const std::string& what) const {
    return {"transport", host_ + ": the list takes " + what + " to read",
            "narrow the request with its filters or a limit"};
  }

  std::string host_;
  std::size_t pages_ = 0, bytes_ = 0;
  Timer timer_;
};

// Moves a page's items into `all`; false once the limit is reached.
bool take(json& items, json& all, std::optional<std::size_t> limit) {
  for (json& item : items) {
    if (limit && all.size() >= *limit) return false;
    all.push_back(std::move(item));
  }
  return !limit || all.size() < *limit;
}

// The text at `key` of an object, or "".
std::string text_of(const json& value, const char* key) {
  if (!value.is_object()) return {};
  const auto at = value.find(key);
  return at != value.end() && at->is_string() ? at->get<std::string>() : std::string();
}

class PageWalk {
 public:
  explicit PageWalk(const std::string& first)
      : host_(split_url(first) ? split_url(first)->host : std::string()) {}

  // Where the link to a next page leads, or why it is not followed. The credential would go along.
  Result<std::string> next(std::string link, const std::string& endpoint) {
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

 private:
  std::string host_;
  std::set<std::string> seen_;
};

Error without_list(const std::string& url, const std::string& key) {
  const auto place = split_url(url);
  return Error{
      "transport",
      (place ? place->host : "the provider") + " answered without the list \"" + key + "\"",
      "try again"};
}

}  // namespace

Result<json> twilio_list(ProviderSession& session, Credential credential, const std::string& url,
                         const std::string& key, std::optional<std::size_t> limit) {
  json all = json::array();
  if (limit && *limit == 0) return all;
  PageWalk walk(url);
  Budget budget(url, session.clock());
  std::string at = with(url, "PageSize=" + std::to_string(page_size(limit, kLargestPage)));
  while (true) {
    auto page = TRY(session.request(credential, "GET", at));
    TRY(budget.count(page));
    const auto items = page.find(key);
    if (items == page.end() || !items->is_array()) return without_list(url, key);
    if (!take(*items, all, limit)) return all;
    std::string link = text_of(page, "next_page_uri");
    if (link.empty() && page.contains("meta")) link = text_of(page["meta"], "next_page_url");
    if (link.empty()) return all;
    auto next = TRY(walk.next(link, session.profile().endpoint));
    at = std::move(next);
  }
}

Result<json> mailgun_list(ProviderSession& session, const std::string& url,
                          std::optional<std::size_t> limit) {
  json all = json::array();
  Budget budget(url, session.clock());
  while (true) {
    const std::size_t want = page_size(limit, kLargestPage);
    auto page = TRY(session.request(
        Credential::mail_account, "GET",
        with(url, "limit=" + std::to_string(want) + "&skip=" + std::to_string(all.size()))));
    TRY(budget.count(page));
    const auto items = page.find("items");
    if (items == page.end() || !items->is_array()) return without_list(url, "items");
    const std::size_t got = items->size();
    if (!take(*items, all, limit) || got == 0) return all;
    const auto total = page.find("total_count");
    if (total == page.end() || !total->is_number_unsigned() ||
        all.size() >= total->get<std::size_t>())
      return all;
  }
}

Result<json> mailgun_events(ProviderSession& session, const std::string& url,
                            std::optional<std::size_t> limit) {
  json all = json::array();
  if (limit && *limit == 0) return all;
  PageWalk walk(url);
  Budget budget(url, session.clock());
  std::string at = with(url, "limit=" + std::to_string(page_size(limit, kLargestEventPage)));
  while (true) {
    auto page = TRY(session.request(Credential::mail_account, "GET", at));
    TRY(budget.count(page));
    const auto items = page.find("items");
    if (items == page.end() || !items->is_array()) return without_list(url, "items");
    if (items->empty() || !take(*items, all, limit)) return all;
    const std::string link =
        page.contains("paging") ? text_of(page["paging"], "next") : std::string();
    if (link.empty()) return all;
    auto next = TRY(walk.next(link, session.profile().endpoint));
    at = std::move(next);
  }
}

}  // namespace countersign
