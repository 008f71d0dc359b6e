#include "stdlib/twilio/twilio_list.h"

#include "stdlib/http/paging.h"

namespace countersign {
namespace {

constexpr std::size_t kLargestPage = 1'000;  // more is error 20007 (api/errors/20007)

}  // namespace

Result<json> twilio_list(ProviderSession& session, const std::string& credential,
                         const std::string& url, const std::string& key,
                         std::optional<std::size_t> limit) {
  json all = json::array();
  if (limit && *limit == 0) return all;
  PageWalk walk(url);
  PageBudget budget(url, session.clock());
  std::string at =
      with_parameter(url, "PageSize=" + std::to_string(page_size(limit, kLargestPage)));
  while (true) {
    auto page = TRY(session.request(credential, "GET", at));
    TRY(budget.count(page));
    const auto items = page.find(key);
    if (items == page.end() || !items->is_array()) return without_list(url, key);
    if (!take_items(*items, all, limit)) return all;
    std::string link = text_in(page, "next_page_uri");
    if (link.empty() && page.contains("meta")) link = text_in(page["meta"], "next_page_url");
    if (link.empty()) return all;
    auto next = TRY(walk.next(link, session.profile().endpoint));
    at = std::move(next);
  }
}

Row listing(Reading reading, const std::string& key) {
  Row row = reading_row(reading);
  row.parameters.push_back(limit_parameter());
  row.carrier = [reading = std::move(reading), key](const Call& call) -> Result<json> {
    auto url = TRY(query_url(reading.url, reading.fields, call));
    return twilio_list(provider(call), reading.credential, url, key, limit_of(call.arguments));
  };
  return row;
}

}  // namespace countersign
