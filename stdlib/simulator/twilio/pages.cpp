// Twilio's two kinds of pages (declared in twilio.h).
#include <algorithm>

#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

constexpr int kDefaultSize = 50;
constexpr int kMaxSize = 1000;

// A window on the records. A token names the record next to the window, so that records that
// appear while somebody turns the pages are neither repeated nor shift the rest.
struct Window {
  std::size_t begin = 0, end = 0;
  int page = 0, size = kDefaultSize;
  bool more = false;
};

bool is_count(const std::string& text) {
  return !text.empty() && text.size() < 9 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

std::string token_of(const json& record) {
  return record.value("sid", "");
}

std::optional<std::size_t> place_of(const Records& records, const std::string& sid) {
  for (std::size_t i = 0; i < records.size(); ++i)
    if (token_of(*records[i]) == sid) return i;
  return std::nullopt;
}

std::optional<ServedReply> read_window(const RequestContext& visit, const Records& records,
                                       Window& window) {
  const Fields& query = visit.request.query;
  if (std::optional<std::string> text = query.find("PageSize")) {
    if (!is_count(*text) || std::stoi(*text) < 1) return bad_parameter("PageSize", *text);
    window.size = std::stoi(*text);
    if (window.size > kMaxSize) return twilio_error(400, 20007, "Page size too large");
  }
  if (std::optional<std::string> text = query.find("Page")) {
    if (!is_count(*text)) return bad_parameter("Page", *text);
    window.page = std::stoi(*text);
  }
  std::size_t size = static_cast<std::size_t>(window.size);
  window.begin = static_cast<std::size_t>(window.page) * size;
  std::string token = query.get("PageToken");
  if (token.size() > 2) {
    std::optional<std::size_t> at = place_of(records, token.substr(2));
    if (at && token.compare(0, 2, "PA") == 0) window.begin = *at + 1;
    if (at && token.compare(0, 2, "PB") == 0) window.begin = *at > size ? *at - size : 0;
  }
  window.begin = std::min(window.begin, records.size());
  window.end = std::min(window.begin + size, records.size());
  window.more = window.end < records.size();
  return std::nullopt;
}

// The address of a page of this list: the request's own filters, then the page.
std::string address(const RequestContext& visit, int page, int size, const std::string& token) {
  std::string text = visit.request.path + "?";
  for (const auto& [name, value] : visit.request.query.items())
    if (name != "Page" && name != "PageSize" && name != "PageToken")
      text += percent_encode(name) + "=" + percent_encode(value) + "&";
  text += "PageSize=" + std::to_string(size) + "&Page=" + std::to_string(page);
  if (!token.empty()) text += "&PageToken=" + token;
  return text;
}

json next_of(const RequestContext& visit, const Records& records, const Window& w) {
  if (!w.more || w.end == 0) return nullptr;
  return address(visit, w.page + 1, w.size, "PA" + token_of(*records[w.end - 1]));
}

json previous_of(const RequestContext& visit, const Records& records, const Window& w) {
  if (w.page == 0 || w.begin == 0) return nullptr;
  std::string token = w.begin < records.size() ? "PB" + token_of(*records[w.begin]) : "";
  return address(visit, w.page - 1, w.size, token);
}

json rendered(const Records& records, const Window& window, const Render& render) {
  json list = json::array();
  for (std::size_t i = window.begin; i < window.end; ++i) list.push_back(render(*records[i]));
  return list;
}

}  // namespace

ServedReply core_page(const RequestContext& visit, const Records& records, std::string_view key,
                      const Render& render) {
  Window window;
  if (std::optional<ServedReply> refusal = read_window(visit, records, window)) return *refusal;
  std::size_t last = window.end > window.begin ? window.end - 1 : window.begin;
  json body = {{"first_page_uri", address(visit, 0, window.size, "")},
               {"next_page_uri", next_of(visit, records, window)},
               {"previous_page_uri", previous_of(visit, records, window)},
               {"uri", visit.request.target()},
               {"page", window.page},
               {"page_size", window.size},
               {"start", window.begin},
               {"end", last}};
  body[std::string(key)] = rendered(records, window, render);
  return ServedReply(200, body);
}

ServedReply product_page(const RequestContext& visit, const Records& records, std::string_view key,
                         const Render& render) {
  Window window;
  if (std::optional<ServedReply> refusal = read_window(visit, records, window)) return *refusal;
  auto absolute = [&](json uri) {
    if (!uri.is_null()) uri = "https://" + visit.request.host + uri.get<std::string>();
    return uri;
  };
  json meta = {{"first_page_url", absolute(address(visit, 0, window.size, ""))},
               {"next_page_url", absolute(next_of(visit, records, window))},
               {"previous_page_url", absolute(previous_of(visit, records, window))},
               {"url", absolute(address(visit, window.page, window.size,
                                        visit.request.query.get("PageToken")))},
               {"page", window.page},
               {"page_size", window.size},
               {"key", key}};
  json body = {{"meta", meta}};
  body[std::string(key)] = rendered(records, window, render);
  return ServedReply(200, body);
}

}  // namespace countersign::simulator
