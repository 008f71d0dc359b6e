// What POST /_sim/calls is given (declared in caller.h).
#include <algorithm>
#include <cmath>

#include "stdlib/simulator/calls/caller.h"
#include "stdlib/simulator/server/message.h"

namespace countersign::simulator {
namespace {

Error wrong(const std::string& field, const json& value, const std::string& wanted) {
  return {"argument", field + ": got " + dump(value) + ", want " + wanted};
}

}  // namespace

int spoken_seconds(const std::string& text) {
  if (text.empty()) return 0;
  auto words = 1 + std::count(text.begin(), text.end(), ' ');
  return std::max(3, static_cast<int>(std::ceil(static_cast<double>(words) / 2.5)));
}

Result<CallOrder> read_call_order(const json& body) {
  if (!body.is_object()) return Error{"argument", "a call is a JSON object"};
  CallOrder order;
  struct {
    const char* name;
    std::string* value;
  } const texts[] = {{"to", &order.to},
                     {"from", &order.from},
                     {"path", &order.path},
                     {"speaks", &order.speaks},
                     {"keys", &order.keys}};
  struct {
    const char* name;
    double* value;
  } const numbers[] = {
      {"hold", &order.hold}, {"patience", &order.patience}, {"after", &order.after}};
  bool timed = false;
  for (const auto& [field, value] : body.items()) {
    auto text = std::find_if(std::begin(texts), std::end(texts),
                             [&](const auto& entry) { return entry.name == field; });
    auto number = std::find_if(std::begin(numbers), std::end(numbers),
                               [&](const auto& entry) { return entry.name == field; });
    bool counts = value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 86400;
    if (text != std::end(texts)) {
      if (!value.is_string()) return wrong(field, value, "text");
      *text->value = value;
    } else if (number != std::end(numbers)) {
      if (!counts) return wrong(field, value, "seconds, a day at most");
      *number->value = value;
    } else if (field == "seconds") {
      if (!counts) return wrong(field, value, "seconds, a day at most");
      order.seconds = static_cast<int>(value.get<double>());
      timed = true;
    } else if (field == "accepts") {
      if (!value.is_boolean()) return wrong(field, value, "true or false");
      order.accepts = value;
    } else {
      return Error{
          "argument", "unknown field \"" + field + "\"",
          "there are to, from, path, speaks, seconds, keys, hold, patience, after, accepts"};
    }
  }
  for (const std::string* number : {&order.to, &order.from})
    if (number->empty())
      return Error{"argument", std::string(number == &order.to ? "to" : "from") + " is missing",
                   "both are numbers such as +15550100200"};
  for (const char* path : {"agent", "callback", "voicemail", "hangup", ""})
    if (*path == '\0')
      return wrong("path", order.path, "agent, callback, voicemail or hangup");
    else if (order.path == path)
      break;
  if (order.keys.find_first_not_of("0123456789*#") != std::string::npos)
    return wrong("keys", order.keys, "digits, * and #");
  if (!timed) order.seconds = spoken_seconds(order.speaks);
  return order;
}

}  // namespace countersign::simulator
