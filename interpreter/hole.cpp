#include "interpreter/hole.h"

#include <algorithm>

#include "interpreter/marker.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr std::size_t kMostName = 253, kMostLabel = 63;

bool is_label(const std::string& label) {
  return !label.empty() && label.size() <= kMostLabel && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool bounded(const std::string& text) {
  return text.size() <= kMostHoleText && std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7F;
         });
}

}  // namespace

bool is_domain_below(const std::string& name, const std::string& domain) {
  const std::string end = "." + domain;
  if (domain.empty() || name.size() > kMostName || name.size() <= end.size() ||
      name.compare(name.size() - end.size(), end.size(), end) != 0)
    return false;
  std::size_t from = 0;
  for (;;) {
    const std::size_t dot = name.find('.', from);
    if (!is_label(name.substr(from, dot == std::string::npos ? dot : dot - from))) return false;
    if (dot == std::string::npos) return true;
    from = dot + 1;
  }
}

std::optional<bool> keeps_promise(const json& promise, const json& value) {
  const std::string hole = promise.value("hole", "");
  if (hole == "document") return is_handle(value) && !is_handle(value, "secret");
  if (hole == "one_of") {
    const json& values = promise.at("values");
    return std::find(values.begin(), values.end(), value) != values.end();
  }
  if (hole == "number")
    return value.is_number() && value >= promise.at("from") && value <= promise.at("to");
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  if (hole == "domain_below") return is_domain_below(text, promise.value("domain", ""));
  if (hole != "text" || !bounded(text)) return false;
  return std::nullopt;
}

}  // namespace countersign
