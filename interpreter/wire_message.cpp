#include "interpreter/wire_message.h"

#include <nlohmann/json.hpp>

namespace countersign {
namespace {

bool is_of(const nlohmann::json& value, WireType type) {
  switch (type) {
    case WireType::text:
      return value.is_string();
    case WireType::flag:
      return value.is_boolean();
    case WireType::number:
      return value.is_number();
    case WireType::object:
      return value.is_object();
    case WireType::list:
      return value.is_array();
    case WireType::any:
      return true;
  }
  return false;
}

const MessageField kStays = {"stays", WireType::flag, false, "it waits for the next chunk"};

}  // namespace

const char* to_string(WireType type) {
  switch (type) {
    case WireType::text:
      return "text";
    case WireType::flag:
      return "flag";
    case WireType::number:
      return "number";
    case WireType::object:
      return "object";
    case WireType::list:
      return "list";
    case WireType::any:
      return "any";
  }
  return "";
}

std::string malformed_message(const nlohmann::json& message) {
  if (!message.is_object()) return "it is no object";
  const auto type = message.find("type");
  if (type == message.end() || !type->is_string()) return "\"type\" is missing";
  for (const WireMessage& one : wire_messages()) {
    if (one.from != WireMessage::host || *type != one.name) continue;
    for (const MessageField& field : one.fields) {
      const auto at = message.find(field.name);
      if (at == message.end() && !field.required) continue;
      if (at == message.end()) return std::string("\"") + field.name + "\" is missing";
      if (!is_of(*at, field.type))
        return std::string("\"") + field.name + "\" is no " + to_string(field.type);
    }
    return "";
  }
  return "it is of no known type";
}

const std::vector<WireMessage>& wire_messages() {
  using enum WireType;
  constexpr auto engine = WireMessage::engine, host = WireMessage::host;
  static const std::vector<WireMessage> all = {
      {engine,
       "start",
       false,
       "The first message: what the script host is set up with. Where it stays for chunk after "
       "chunk, chunk, task and prefix come with each of them.",
       {{"prelude", list, true, "files of the language: {\"name\", \"text\"}"},
        {"setup", object, true, "for the language: {\"operations\": [names]}"},
        {"globals", object, true, "what else the script finds by name"},
        {"memory_limit", number, true, "bytes that Lua may use"},
        {"stays", flag, false, "chunks follow, until the engine closes the socket"},
        {"chunk", object, false, "the script: {\"name\", \"text\"}"},
        {"task", object, false, "what to run of it: {\"kind\", …}"},
        {"prefix", text, false, "of the keys of its calls"}}},
      {engine,
       "chunk",
       false,
       "What was typed, for a script host that stays.",
       {{"chunk", object, true, "{\"name\", \"text\"}"},
        {"task", object, true, "{\"kind\": \"eval\"}"},
        {"prefix", text, true, "of the keys of its calls"},
        {"whole", flag, true, "no more is coming; else text that ends too early is not run"},
        {"keep", text, false, "the global that its value is kept in, besides _"}}},
      {engine,
       "names",
       false,
       "Which fields a table has, for completion.",
       {{"names", list, true, "names and numbers that lead to the table from the globals"}}},
      {engine,
       "reply",
       true,
       "The answer to a call or to a module: a value or an error.",
       {{"key", text, true, "of what is answered"},
        {"at", text, false, "of a call: its line"},
        {"value", any, false, "what it returned; of a module {\"text\", \"chunk\"}"},
        {"error", object, false, "why it failed"}}},
      {host,
       "call",
       true,
       "The script calls an operation.",
       {{"key", text, true, "its place in the walk: inspect/parallel#1[3].2"},
        {"name", text, true, "of the operation; run.check and the like are records"},
        {"arguments", any, true, "as plain data"},
        {"where", text, false, "script:line"},
        {"wait", flag, false, "it waits for this answer; else for one of several"}}},
      {host, "wait", true, "The script waits for the answer to one of its calls.", {}},
      {host,
       "module",
       true,
       "The script requires a module.",
       {{"key", text, true, "of the answer"}, {"name", text, true, "as it requires it"}}},
      {host,
       "print",
       true,
       "The script prints.",
       {{"text", text, true, "what it prints, as JSON text: it need not be UTF-8"}}},
      {host,
       "at",
       true,
       "The script computes; no answer is wanted. It resets no limit: where it is said that a "
       "script "
       "had to be ended, this is the place.",
       {{"where", text, true, "script:line"}}},
      {host,
       "skipped",
       true,
       "The phase does not apply; `finished` follows.",
       {{"value", any, false, "nothing"}}},
      {host,
       "unknown",
       true,
       "The script uses what a phase will return that is not known yet; the last message.",
       {{"what", text, true, "the phase"}}},
      {host,
       "finished",
       true,
       "The script has come to its end.",
       {{"value", any, false, "what it returned"},
        {"what", text, false, "what the value is where it has no form as data"},
        {"expression", flag, false, "what was typed is an expression"},
        kStays}},
      {host, "incomplete", true, "What was typed ends too early.", {kStays}},
      {host,
       "failed",
       true,
       "The script raised an error, or the host could not go on.",
       {{"error", any, false, "what it raised"},
        {"by", text, false, "\"host\": a limit of the host was passed"},
        kStays}},
      {host,
       "names",
       true,
       "The names that were asked for.",
       {{"names", list, true, "names of fields"}}}};
  return all;
}

}  // namespace countersign
