// What is known of a value without running the script. Whatever cannot be known is `unknown`, and
// nothing is ever said of it.
#pragma once
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repl/check/syntax.h"

namespace countersign::lua {

struct Table;
struct Scope;

struct Value {
  enum Kind {
    unknown,
    nil,
    boolean,
    number,
    text,
    table,
    closure,
    builtin,      // a function of the language or of Lua, by its name
    names,        // a table of such, or of operations: "twilio.numbers"
    operation,    // a row of the catalogue
    misnamed,     // a name that nothing has; said where it is used
    run,          // what a phase is handed
    parameters,   // run.params
    incident,     // what a symptom's functions are handed: `case`
    placeholder,  // what a changing operation returns, and what is made of it
  };
  Kind kind = unknown;
  bool frozen = false;  // unknown: what was read, which no script may change
  bool truth = false;
  bool integer = false;
  double number_value = 0;
  std::string word;  // text: the text; builtin, names, operation, misnamed: the name
  Position at;       // misnamed
  Table* of = nullptr;
  const Function* function = nullptr;
  Scope* scope = nullptr;

  static Value make_text(std::string text);
  static Value make_boolean(bool truth);
  static Value named(Kind kind, std::string name, Position at = {});
  static Value make_nil();
  static Value make_read();
  static Value make_placeholder();
  static Value make_table(Table* table);

  bool is(Kind other) const { return kind == other; }
  // Whether a condition on it holds, where that is known.
  std::optional<bool> holds() const;
};

bool same(const Value& a, const Value& b);
// What is known of a value that is either of the two.
Value join(const Value& a, const Value& b);

// A variable, or a field of a table.
struct Cell {
  Value value;
  Position at;        // field: the key's place
  Position value_at;  // field: the value's
};

struct Table {
  std::string is;  // "runbook" "phase" "rail" …: which function of the language made it; else empty
  const Script* script = nullptr;
  Position at;
  std::map<std::string, Cell> named;
  std::map<long, Cell> listed;
  bool open = false;          // it may hold more than is known
  bool strange_keys = false;  // a table or function is a key
  bool holes = false;         // it was written as a list with nil in the middle

  // Null where there is none, or none that is known.
  const Cell* find(const std::string& name) const;
  // The text or truth of a field; null where it is not known.
  const std::string* text(const std::string& name) const;
  const Table* table(const std::string& name) const;
  bool has(const std::string& name) const;  // also where its value is not known
};

struct Scope {
  Scope* parent = nullptr;
  std::vector<std::pair<std::string_view, Cell*>> names;
};

// Everything that was made while scripts were looked at; freed at once.
struct Heap {
  std::deque<Table> tables;
  std::deque<Scope> scopes;
  std::deque<Cell> cells;
};

// As JSON, where all of it is known.
std::optional<nlohmann::json> to_json(const Value& value);

}  // namespace countersign::lua
