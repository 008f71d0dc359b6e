// The messages of the wire between engine and script host, described once: the engine holds what a
// script host sends to this, and docs/formats/wire.md is made from it.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace countersign {

enum class WireType { text, flag, number, object, list, any };

struct MessageField {
  const char* name;
  WireType type;
  bool required;
  const char* meaning;
};

struct WireMessage {
  enum From { engine, host } from;
  // "type" of a message; of those that bear none, what they are called here.
  const char* name;
  bool typed;
  const char* meaning;
  std::vector<MessageField> fields;  // besides "type"
};

const std::vector<WireMessage>& wire_messages();

// What is wrong with a message that a script host sent; empty: it is one of those above.
std::string malformed_message(const nlohmann::json& message);

const char* to_string(WireType type);

}  // namespace countersign
