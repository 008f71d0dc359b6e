// What the walker knows of the language's own functions, and of Lua's.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/rail_kinds.h"
#include "repl/check/language.h"
#include "repl/check/shapes.h"
#include "repl/check/walker.h"

namespace countersign::lua {
namespace {

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* one) { return name == one; });
}

// Functions that do nothing to what they are given but read it.
bool only_reads(const std::string& name) {
  return is_one_of(name,
                   {"assert",      "ipairs",     "next",          "pairs",        "print",
                    "rawequal",    "rawget",     "rawlen",        "select",       "tonumber",
                    "tostring",    "type",       "table.concat",  "table.unpack", "time.date",
                    "time.iso",    "time.parse", "time.duration", "json.decode",  "look_again",
                    "json.encode", "json.list",  "call_from",     "fault_gone",   "proven_by_run",
                    "getmetatable"}) ||
         name.rfind("hole.", 0) == 0 || name.rfind("string.", 0) == 0 ||
         name.rfind("math.", 0) == 0 || name.rfind("utf8.", 0) == 0;
}

}  // namespace

Table* Walker::tagged(std::string is, const Expression& one) {
  Table& made = heap_.tables.emplace_back();
  made.is = std::move(is);
  made.script = script_;
  made.at = one.at;
  return &made;
}

std::vector<Value> Walker::builtin(const std::string& name, const std::vector<Value>& arguments,
                                   const Expression& one) {
  const auto given = [&](std::size_t i) { return i < arguments.size() ? arguments[i] : Value(); };
  const Position at = one.list.empty() ? one.at : one.list[0]->at;
  if (const auto value = of_language(name, arguments, one)) return {*value};
  if (name == "require") {
    if (passage_.stage != AllowedEffects::load)
      report(script_, one.at, "late-require",
             "require stands inside a function, and only what is loaded with the script is part of "
             "what is signed",
             "write `local name = require \"name\"` at the top of the script");
    return {module(arguments, one)};
  }
  if (name == "error") {
    left_ = true;
    return {};
  }
  if (name == "pcall" || name == "xpcall") {
    const std::size_t first = name == "pcall" ? 1 : 2;
    std::vector<Value> rest(
        arguments.begin() + static_cast<std::ptrdiff_t>(std::min(first, arguments.size())),
        arguments.end());
    if (given(0).is(Value::closure)) {
      ++conditional_;
      const BranchResult way = one_way([&] {
        (void)enter(given(0), rest, one.at, script_);
        return Flow::on;
      });
      --conditional_;
      (void)meet({way, {{}, {}, Flow::on}});
    } else if (given(0).is(Value::operation)) {
      (void)operation(given(0).word, rest, one);
    } else {
      hand_over(rest, one.at);
    }
    if (first == 2) hand_over({given(1)}, one.at);
    left_ = false;
    return {Value()};
  }
  const bool goes_through = is_one_of(name, {"pairs", "ipairs", "next", "table.unpack"});
  if (goes_through || name.rfind("math.", 0) == 0)
    for (const Value& value : arguments)
      decides(value, at, goes_through ? "goes through" : "computes with");
  if (is_one_of(name, {"pairs", "next"}) && given(0).is(Value::table) && given(0).of->strange_keys)
    report(script_, at, "unstable-order",
           "a table with tables or functions as keys has no stable order, and going through it "
           "stops the run",
           "key it by text, such as a SID");
  if (name == "table.concat" && given(0).is(Value::table))
    for (const auto& [index, cell] : given(0).of->listed)
      if (cell.value.is(Value::placeholder)) return {Value::make_placeholder()};
  if (name == "string.format" || name == "tostring") {
    for (const Value& value : arguments)
      if (value.is(Value::placeholder)) return {Value::make_placeholder()};
    if (given(0).is(Value::text) && (name == "tostring" || arguments.size() == 1))
      return {given(0)};
  }
  if (name == "setmetatable") {
    havoc(given(0));
    return {given(0)};
  }
  const bool changes = is_one_of(name, {"rawset", "table.insert", "table.remove", "table.sort"});
  if ((changes && given(0).frozen) || (name == "table.move" && given(4).frozen)) frozen_changed(at);
  if (name == "rawset" || name == "table.insert" || name == "table.remove" ||
      name == "table.sort" || name == "table.move") {
    if (name == "table.insert" && arguments.size() == 2 && given(0).is(Value::table))
      append(*given(0).of, given(1), at);
    else
      havoc(given(0));
    hand_over({arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end()}, one.at);
    return {Value()};
  }
  if (only_reads(name)) {
    for (const Value& value : arguments) {
      if (value.is(Value::run) || value.is(Value::parameters) || value.is(Value::incident))
        uses_every_parameter = true;
      if (value.is(Value::closure)) hand_over({value}, one.at);
    }
    return {Value()};
  }
  hand_over(arguments, one.at);
  return {Value()};
}

// proven "title" and sign_off "role" are short for a table of one; of the others a text is none.
void Walker::hold_text_to_schema(const std::string& name, const Value& text,
                                 const Expression& one) {
  const Position at = one.list.empty() ? one.point : one.list[0]->at;
  if (name != "proven" && name != "sign_off") {
    report(script_, at, "wrong-value", name + ": got \"" + text.word + "\", want a table",
           "write " + name + " { … }; docs/reference/fields.md lists what it takes");
    return;
  }
  Table* table = tagged(name, one);
  table->listed[1] = {text, at, at};
  check_shape(*this, *table, name, name);
}

// The tables and arguments that one of the language's functions takes; a runbook's and a symptom's
// are looked at as a whole.
void Walker::hold_to_schema(const std::string& name, const std::vector<Value>& arguments,
                            const Expression& one) {
  const auto table_at = [&](std::size_t i) -> const Table* {
    return i < arguments.size() && arguments[i].is(Value::table) ? arguments[i].of : nullptr;
  };
  const auto called = [&] {
    const bool named = !arguments.empty() && arguments[0].is(Value::text);
    return name + (named ? " \"" + arguments[0].word + "\"" : "");
  };
  if (name == "json.encode") {
    if (const Table* options = table_at(1)) check_shape(*this, *options, name, name);
  } else if (is_one_of(name, {"read", "mutate", "wait", "fix"})) {
    if (!arguments.empty() && (arguments[0].is(Value::table) || arguments[0].is(Value::closure)))
      report(script_, one.list.empty() ? one.at : one.list[0]->at, "wrong-value",
             name + ": got " + (arguments[0].is(Value::table) ? "a table" : "a function") +
                 " first, want its name",
             name == "fix"    ? "write fix \"in words\" (function(case) … end)"
             : name == "wait" ? "write wait \"name\" { duration = \"24h\" }"
                              : "write " + name + " \"name\" (function(run) … end)");
    if (const Table* options = table_at(1))
      check_shape(*this, *options, name + ".options", called());
  } else if (is_one_of(name, {"attest", "proven", "sign_off", "cause"}) ||
             name.rfind("param.", 0) == 0) {
    if (const Table* fields = table_at(0))
      check_shape(*this, *fields, name, name);
    else if (!arguments.empty() && arguments[0].is(Value::text))
      hold_text_to_schema(name, arguments[0], one);
  } else if (name == "parallel") {
    if (const Table* options = table_at(2)) check_shape(*this, *options, name, name);
  } else if (name.rfind("rails.", 0) == 0 || name.rfind("hole.", 0) == 0) {
    std::vector<Position> places;
    for (const Expression* argument : one.list) places.push_back(argument->at);
    check_arguments_by_place(*this, script_, name, arguments, places, one.at);
  }
}

// The language's functions; nothing where it is one of Lua's.
std::optional<Value> Walker::of_language(const std::string& name,
                                         const std::vector<Value>& arguments,
                                         const Expression& one) {
  const Value first = arguments.empty() ? Value() : arguments[0];
  hold_to_schema(name, arguments, one);
  if (is_one_of(name, {"read", "mutate", "wait", "fix"})) return maker(name, arguments, one);
  if (is_one_of(name, {"attest", "proven", "sign_off", "cause"})) return item(name, arguments, one);
  if (is_one_of(name, {"runbook", "symptom", "troubleshooting"})) {
    if (!first.is(Value::table)) return Value();
    // Where it stands is where the function is called.
    first.of->is = name;
    first.of->at = one.at;
    first.of->script = script_;
    made_whole = first.of;
    return first;
  }
  if (is_one_of(name, {"check", "note", "finding", "step"})) {
    record(name, arguments, one);
    if (name == "check") return first;
    if (name == "finding" && first.is(Value::table)) return first;
    return name == "finding" ? Value() : Value::make_nil();
  }
  if (name == "edit") {
    if (arguments.size() > 1)
      hand_over({arguments[1]}, one.at);
    else
      report(script_, one.at, "wrong-value", "edit: got no function, want what changes the copy",
             "write edit(document, function(d) … end)");
    return Value();
  }
  if (name == "parallel") {
    if (arguments.size() > 1) hand_over({arguments[1]}, one.at);
    return Value();
  }
  if (name == "time.now") {
    if (passage_.stage == AllowedEffects::change)
      report(script_, one.at, "clock-in-change",
             passage_.where + " does not read the clock, and time.now() does" + called_from(),
             is_symptom ? "read it in diagnose, and hand it on in the finding's facts"
                        : "read it in a read phase before, and use run.<phase>");
    else if (passage_.stage == AllowedEffects::load || passage_.stage == AllowedEffects::decide)
      report(script_, one.at, "call-at-load",
             (passage_.stage == AllowedEffects::load
                  ? "time.now() is called while the script is loaded"
                  : passage_.where + " calls time.now(), and has to be "
                                     "known without looking") +
                 called_from(),
             "read it in a read phase, and use run.<phase>");
    return Value();
  }
  if (name.rfind("rails.", 0) == 0) return rail(name.substr(6), arguments, one);
  if (name.rfind("param.", 0) == 0) {
    Table* made = tagged("parameter", one);
    made->named["kind"].value = Value::make_text(name.substr(6));
    if (first.is(Value::table)) {
      made->open = first.of->open;
      for (const auto& [key, cell] : first.of->named) made->named[key] = cell;
    } else {
      made->open = first.is(Value::unknown) && !arguments.empty();
    }
    return Value::make_table(made);
  }
  return std::nullopt;
}

// read "name", mutate("name", {…}), fix "in words": wait for the body.
Value Walker::maker(const std::string& kind, const std::vector<Value>& arguments,
                    const Expression& one) {
  Table* made = tagged("maker", one);
  made->named["kind"].value = Value::make_text(kind);
  for (std::size_t i = 0; i < std::min<std::size_t>(arguments.size(), 2); ++i) {
    Cell& cell = made->named[i == 0 ? "name" : "options"];
    cell.value = arguments[i];
    cell.at = cell.value_at = i < one.list.size() ? one.list[i]->at : one.at;
  }
  return Value::make_table(made);
}

// A table that is called: what such a maker makes; any other has a metatable that is not known.
Value Walker::made(const Table& maker, const std::vector<Value>& arguments, const Expression& one) {
  if (maker.is != "maker") {
    hand_over(arguments, one.at);
    return {};
  }
  Table* made = tagged(*maker.text("kind") == "fix" ? "fix" : "phase", one);
  made->at = maker.at;
  made->named = maker.named;
  Cell& body = made->named["body"];
  body.value = arguments.empty() ? Value::make_nil() : arguments[0];
  body.at = body.value_at = one.list.empty() ? one.point : one.list[0]->at;
  if (*maker.text("kind") == "wait" && body.value.is(Value::table)) {
    const std::string* name = maker.text("name");
    check_shape(*this, *body.value.of, "wait", name ? "wait \"" + *name + "\"" : "wait");
  }
  return Value::make_table(made);
}

Value Walker::rail(const std::string& kind, const std::vector<Value>& arguments,
                   const Expression& one) {
  if (kind == "given") {
    if (arguments.size() < 2 || !arguments[1].is(Value::table)) return {};
    Cell& given = arguments[1].of->named["given"];
    given.value = arguments[0];
    given.at = given.value_at = one.list[0]->at;
    return arguments[1];
  }
  Table* made = tagged("rail", one);
  made->named["rail"].value = Value::make_text(kind);
  const RailKind* known = rail_kind(kind);
  for (std::size_t i = 0; known && i < std::min(known->fields.size(), arguments.size()); ++i) {
    const RailField& field = known->fields[i];
    const Position at = i < one.list.size() ? one.list[i]->at : one.at;
    Cell& cell = made->named[field.name];
    cell = {arguments[i], at, at};
    if (field.arguments.empty() || !arguments[i].is(Value::table)) continue;
    // { operation, { argument = value } }
    const auto& listed = arguments[i].of->listed;
    const auto operation = listed.find(1), wanted = listed.find(2);
    cell = operation == listed.end() ? Cell() : operation->second;
    if (wanted != listed.end()) made->named[field.arguments] = wanted->second;
  }
  return Value::make_table(made);
}

// attest, proven, sign_off, cause: a table, or one text in its place.
Value Walker::item(const std::string& kind, const std::vector<Value>& arguments,
                   const Expression& one) {
  Table* made = tagged(kind, one);
  if (arguments.empty()) return Value::make_table(made);
  if (arguments[0].is(Value::table)) {
    made->named = arguments[0].of->named;
    made->listed = arguments[0].of->listed;
    made->open = arguments[0].of->open;
  } else {
    made->listed[1] = {arguments[0], one.point, one.point};
  }
  return Value::make_table(made);
}

// check, note, finding, step
void Walker::record(const std::string& name, const std::vector<Value>& arguments,
                    const Expression& one) {
  const Value first = arguments.empty() ? Value::make_nil() : arguments[0];
  if (passage_.stage == AllowedEffects::load || passage_.stage == AllowedEffects::decide)
    report(script_, one.at, "call-at-load",
           name + " is called " +
               (passage_.stage == AllowedEffects::load ? "while the script is loaded"
                                                       : "by " + passage_.where) +
               called_from(),
           "call it inside a phase");
  if (name == "step" && passage_.stage == AllowedEffects::read)
    report(script_, one.at, "step-in-read",
           passage_.where + " changes nothing, so it has no steps" + called_from(),
           "use note(\"…\") where something is worth saying");
  for (const Value& value : arguments)
    if (name != "check" || &value != &arguments[0])
      decides(value, one.list.empty() ? one.at : one.list[0]->at, "says");
  if (name == "check" && first.is(Value::text) && !one.list.empty() &&
      one.list[0]->kind == Expression::text)
    report(script_, one.list[0]->at, "swapped-arguments",
           "check: the condition is the text \"" + first.word + "\", which always holds",
           "the condition comes first: check(condition, \"" + first.word + "\")");
  if (name == "check") {
    decides(first, one.list.empty() ? one.at : one.list[0]->at, "checks");
    if (arguments.size() > 1 && arguments[1].is(Value::text))
      checks.insert(arguments[1].word);
    else if (passage_.stage != AllowedEffects::aside)
      knows_every_check = false;
  }
  if (name != "finding" || !first.is(Value::table)) return;
  const Table& fields = *first.of;
  if (const Cell* cause = fields.find("cause"); cause == nullptr && !fields.open)
    report(script_, one.at, "finding-without-cause", "the finding names no cause",
           "write finding { cause = \"…\", evidence = … }");
  else if (passage_.where == "diagnose" && cause && cause->value.is(Value::text) &&
           causes.count(cause->value.word) == 0) {
    report(script_, cause->value_at, "undeclared-cause",
           "\"" + cause->value.word + "\" is not among the causes" + called_from(),
           did_you_mean(cause->value.word, {causes.begin(), causes.end()},
                        "add cause { \"" + cause->value.word + "\", \"in words\" }"));
  }
  if (const std::string* severity = fields.text("severity");
      severity && !is_one_of(*severity, {"low", "medium", "high"}))
    report(script_, fields.find("severity")->value_at, "wrong-value",
           "a finding's severity is \"low\", \"medium\" or \"high\", not \"" + *severity + "\"");
  check_shape(*this, fields, "finding", "finding");
}

}  // namespace countersign::lua
