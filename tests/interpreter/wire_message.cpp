// What the engine takes from a script host: the messages that are described, and nothing else.
#include "interpreter/wire_message.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

using namespace countersign;
using json = nlohmann::json;

TEST_CASE("a message of the script host that is not as described is malformed") {
  struct Case {
    json message;
    const char* wrong;
  };
  const json call = {{"type", "call"}, {"key", "k"},       {"name", "n"},
                     {"where", "w:1"}, {"arguments", {1}}, {"wait", true}};
  const auto call_with = [&](const char* field, const json& value) {
    json other = call;
    other[field] = value;
    return other;
  };
  const std::vector<Case> cases = {
      {call, ""},
      {{{"type", "wait"}}, ""},
      {{{"type", "module"}, {"key", "k"}, {"name", "n"}}, ""},
      {{{"type", "print"}, {"text", "\"x\""}}, ""},
      {{{"type", "skipped"}, {"value", nullptr}}, ""},
      {{{"type", "unknown"}, {"what", "look"}}, ""},
      {{{"type", "finished"}, {"value", nullptr}, {"expression", true}, {"stays", true}}, ""},
      {{{"type", "incomplete"}, {"stays", true}}, ""},
      {{{"type", "failed"}, {"error", {{"message", "m"}}}, {"by", "host"}}, ""},
      {{{"type", "names"}, {"names", json::array()}}, ""},
      {call_with("more", 1), ""},
      {1, "it is no object"},
      {json::object(), "\"type\" is missing"},
      {{{"type", 1}}, "\"type\" is missing"},
      {{{"type", "prophecy"}}, "it is of no known type"},
      {{{"type", "reply"}, {"key", "k"}}, "it is of no known type"},  // the engine's own
      {call_with("key", 1), "\"key\" is no text"},
      {call_with("wait", "yes"), "\"wait\" is no flag"},
      {{{"type", "unknown"}}, "\"what\" is missing"},
      {{{"type", "print"}, {"text", 1}}, "\"text\" is no text"},
      {{{"type", "names"}, {"names", json::object()}}, "\"names\" is no list"}};
  for (const Case& one : cases) {
    INFO(one.message.dump());
    CHECK(malformed_message(one.message) == one.wrong);
  }
}
