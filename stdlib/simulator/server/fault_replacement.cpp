// An answer that lies: what kind replace does to it (declared in faults.h).
#include <algorithm>
#include <cctype>

#include "stdlib/simulator/server/faults.h"

namespace countersign::simulator {
namespace {

// One step of a JSON pointer with the rest of it.
std::pair<std::string, std::string> first_step(const std::string& pointer) {
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  std::string step;
  for (std::size_t i = 1; i < end; ++i) {
    if (pointer[i] == '~' && i + 1 < end)
      step += pointer[++i] == '1' ? '/' : '~';
    else
      step += pointer[i];
  }
  return {step, pointer.substr(end)};
}

bool is_index(const std::string& step) {
  return !step.empty() && step.size() < 9 &&
         step.find_first_not_of("0123456789") == std::string::npos;
}

// Puts `value` at `pointer`; "*" is every item or field, "-" the place behind the last item. What
// cannot be reached stays as it is; only the last step may name a field that is not there.
void put(json& place, const std::string& pointer, const json& value) {
  if (pointer.empty()) {
    place = value;
    return;
  }
  const auto [step, rest] = first_step(pointer);
  if (step == "*" && place.is_structured()) {
    for (json& entry : place) put(entry, rest, value);
  } else if (place.is_array() && rest.empty() && step == "-") {
    place.push_back(value);
  } else if (place.is_array() && is_index(step) && std::stoul(step) < place.size()) {
    put(place[std::stoul(step)], rest, value);
  } else if (place.is_object() && (rest.empty() || place.contains(step))) {
    put(place[step], rest, value);
  }
}

bool is_header(const std::string& name, const char* wanted) {
  return std::equal(name.begin(), name.end(), wanted,
                    wanted + std::char_traits<char>::length(wanted),
                    [](char a, char b) { return std::tolower(a) == std::tolower(b); });
}

void set_header(ServedReply& reply, const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const std::size_t begin = std::min(text.find_first_not_of(' ', colon + 1), text.size());
  const std::string value = text.substr(begin);
  if (is_header(name, "content-type")) {
    reply.content_type = value;
    return;
  }
  std::erase_if(reply.headers, [&](const auto& one) { return is_header(one.first, name.c_str()); });
  reply.headers.emplace_back(name, value);
}

}  // namespace

void replace_in(ServedReply& reply, const Fault& fault) {
  if (fault.header) set_header(reply, *fault.header);
  if (fault.status != 0) reply.status = fault.status;
  const bool had_none = reply.body.empty();
  if (fault.body) reply.body = *fault.body;
  if (fault.pointer) {
    json body = had_none ? json() : json::parse(reply.body, nullptr, false);
    if (body.is_discarded()) return;
    put(body, *fault.pointer, *fault.value);
    if (!body.is_null() || !had_none) reply.body = dump(body);
  }
  if (!had_none || reply.body.empty()) return;
  // A 204 has no body; with one it must be another answer.
  if (reply.status == 204) reply.status = 200;
  if (reply.content_type.empty()) reply.content_type = "application/json; charset=utf-8";
}

}  // namespace countersign::simulator
