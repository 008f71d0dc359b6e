#include "stdlib/mailgun/mailgun_list.h"

#include "stdlib/http/paging.h"
#include "stdlib/mailgun/settings.h"

namespace countersign {
namespace {

constexpr std::size_t kLargestPage = 1'000;
constexpr std::size_t kLargestEventPage = 300;  // GET /v3/{domain}/events, parameter limit

}  // namespace

Result<json> mailgun_list(ProviderSession& session, const std::string& url,
                          std::optional<std::size_t> limit) {
  json all = json::array();
  PageBudget budget(url, session.clock());
  while (true) {
    const std::size_t want = page_size(limit, kLargestPage);
    auto page = TRY(session.request(mailgun::kAccount, "GET",
                                    with_parameter(url, "limit=" + std::to_string(want) + "&skip=" +
                                                            std::to_string(all.size()))));
    TRY(budget.count(page));
    const auto items = page.find("items");
    if (items == page.end() || !items->is_array()) return without_list(url, "items");
    const std::size_t got = items->size();
    if (!take_items(*items, all, limit) || got == 0) return all;
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
  PageBudget budget(url, session.clock());
  std::string at =
      with_parameter(url, "limit=" + std::to_string(page_size(limit, kLargestEventPage)));
  while (true) {
    auto page = TRY(session.request(mailgun::kAccount, "GET", at));
    TRY(budget.count(page));
    const auto items = page.find("items");
    if (items == page.end() || !items->is_array()) return without_list(url, "items");
    if (items->empty() || !take_items(*items, all, limit)) return all;
    const std::string link =
        page.contains("paging") ? text_in(page["paging"], "next") : std::string();
    if (link.empty()) return all;
    auto next = TRY(walk.next(link, session.profile().endpoint));
    at = std::move(next);
  }
}

}  // namespace countersign
