#include "interpreter/range.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace {

constexpr std::size_t kLongestText = 4096;

bool all_of(const std::string& text, const char* letters) {
  return text.find_first_not_of(letters) == std::string::npos;
}

// Labels of letters, digits and hyphens, at least one of them before the domain.
bool is_below(const std::string& host, const std::string& domain) {
  const std::string end = "." + domain;
  if (host.size() <= end.size() || host.size() > 253 ||
      host.compare(host.size() - end.size(), end.size(), end) != 0)
    return false;
  std::size_t begin = 0;
  while (begin < host.size()) {
    const std::size_t dot = std::min(host.find('.', begin), host.size());
    const std::string label = host.substr(begin, dot - begin);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !all_of(label, "abcdefghijklmnopqrstuvwxyz0123456789-"))
      return false;
    begin = dot + 1;
  }
  return true;
}

std::string shown(const json& value) {
  return clipped(value.dump(-1, ' ', false, json::error_handler_t::replace), 200);
}

// The text that an "exactly" range stands for in this result; nothing where a part is missing.
bool exact_text(const json& range, const json& result, std::string& out) {
  for (const json& part : range.at("text")) {
    if (part.is_string()) {
      out += part.get<std::string>();
      continue;
    }
    const json value = at_pointer(result, part.value("result", ""));
    if (!value.is_string()) return false;
    out += value.get<std::string>();
  }
  return true;
}

}  // namespace

namespace range {
json id(const std::string& prefix) {
  return {{"hole", "id"}, {"prefix", prefix}};
}
json key_id() {
  return {{"hole", "key_id"}};
}
json secret() {
  return {{"hole", "secret"}};
}
json document() {
  return {{"hole", "document"}};
}
json sha256() {
  return {{"hole", "sha256"}};
}
json exactly(const std::string& text) {
  return exactly_parts({json(text)});
}
json exactly_parts(const std::vector<json>& parts) {
  json text = json::array();
  for (const json& part : parts) text.push_back(part);
  return {{"hole", "exactly"}, {"text", std::move(text)}};
}
json argument(const std::string& name) {
  return {{"argument", name}};
}
json account() {
  return {{"account", true}};
}
json result(const std::string& pointer) {
  return {{"result", pointer}};
}
json same_as(const std::string& name) {
  return exactly_parts({argument(name)});
}
}  // namespace range

json filled_range(json range, const json& arguments, const std::string& account) {
  if (range.value("hole", "") != "exactly") return range;
  json parts = json::array();
  for (json& part : range["text"]) {
    if (part.is_object() && part.contains("account")) part = account;
    if (part.is_object() && part.contains("argument"))
      part = arguments.value(part["argument"].get<std::string>(), json());
    parts.push_back(std::move(part));
  }
  // What an argument gives may be a placeholder itself; then the text is known with it.
  range["text"] = std::move(parts);
  return range;
}

std::string range_text(const json& range) {
  const std::string hole = range.value("hole", "");
  if (hole == "text") return "a text like " + range.value("pattern", "");
  if (hole == "number")
    return "a number from " + range.at("from").dump() + " to " + range.at("to").dump();
  if (hole == "one_of") {
    std::string all;
    for (const json& value : range.at("values"))
      all +=
          (all.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
    return "one of " + all;
  }
  if (hole == "domain_below") return "a host name below " + range.value("domain", "");
  if (hole == "id") return "the SID of what is made then: " + range.value("prefix", "") + "…";
  if (hole == "key_id") return "the id of the key that is made then";
  if (hole == "secret") return "a secret, known to the engine alone";
  if (hole == "sha256") return "a SHA-256 digest";
  if (hole == "exactly") {
    std::string all;
    for (const json& part : range.at("text"))
      all += part.is_string()          ? part.get<std::string>()
             : part.contains("result") ? "{" + part["result"].get<std::string>().substr(1) + "}"
             : is_placeholder(part)    ? "{…}"
                                       : part.dump();
    return "exactly " + all;
  }
  return "a document";
}

bool needs_language(const json& range) {
  return range.value("hole", "") == "text";
}

bool is_made_id(const json& range) {
  const std::string hole = range.value("hole", "");
  return hole == "id" || hole == "key_id";
}

std::string outside_range(const json& range, const json& value, const json& result) {
  const std::string hole = range.value("hole", "");
  bool inside = false;
  if (hole == "document") {
    inside = is_handle(value) && !is_handle(value, "secret");
  } else if (hole == "secret") {
    inside = is_handle(value, "secret");
  } else if (hole == "one_of") {
    const json& values = range.at("values");
    inside = std::find(values.begin(), values.end(), value) != values.end();
  } else if (hole == "number") {
    inside = value.is_number() && value >= range.at("from") && value <= range.at("to");
  } else if (value.is_string() && value.get_ref<const std::string&>().size() <= kLongestText) {
    const auto& text = value.get_ref<const std::string&>();
    if (hole == "text") {
      inside = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
      });
    } else if (hole == "domain_below") {
      inside = is_below(text, range.value("domain", ""));
    } else if (hole == "id") {
      const std::string prefix = range.value("prefix", "");
      inside = text.size() == prefix.size() + 32 && text.rfind(prefix, 0) == 0 &&
               all_of(text.substr(prefix.size()), "0123456789abcdef");
    } else if (hole == "key_id") {
      inside = !text.empty() && text.size() <= 64 &&
               all_of(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    } else if (hole == "sha256") {
      inside = text.size() == 64 && all_of(text, "0123456789abcdef");
    } else if (hole == "exactly") {
      std::string wanted;
      inside = exact_text(range, result, wanted) && wanted == text;
    }
  }
  return inside ? "" : "got " + shown(value) + ", want " + range_text(range);
}

}  // namespace countersign
