// The walker's calls: into functions of the script and its modules, and to what is not known.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "repl/check/language.h"
#include "repl/check/parser.h"
#include "repl/check/walker.h"

namespace countersign::lua {
namespace {

constexpr std::size_t kMostCalls = 60;

// Those of Lua's functions that return as many values as it takes.
bool returns_several(const std::string& name) {
  static const std::set<std::string> all = {
      "assert",       "ipairs",         "math.frexp",  "math.modf",   "next",        "pairs",
      "pcall",        "select",         "string.byte", "string.find", "string.gsub", "string.match",
      "table.unpack", "utf8.codepoint", "utf8.codes",  "utf8.len",    "xpcall"};
  return all.count(name) != 0 || name.rfind("coroutine.", 0) == 0;
}

bool only_values(const std::vector<Value>& arguments) {
  return std::none_of(arguments.begin(), arguments.end(), [](const Value& value) {
    return value.is(Value::run) || value.is(Value::incident) || value.is(Value::table);
  });
}

bool is_module_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
  });
  return plain && !name.empty() && name.front() != '.' && name.find("..") == std::string::npos;
}

}  // namespace

Value Walker::call(const Expression& one, Scope* scope) {
  const std::vector<Value> values = call_list(one, scope);
  return values.empty() ? Value::make_nil() : values[0];
}

// One value that is unknown stands for any number of them.
std::vector<Value> Walker::call_list(const Expression& one, Scope* scope) {
  open_list_ = true;
  if (spent()) return {Value()};
  ++depth_;
  const Value callee = known_name(*one.left, scope);
  std::vector<Value> arguments;
  Value function = callee;
  if (callee.is(Value::misnamed)) misnamed(callee);
  if (one.kind == Expression::method) {
    arguments.push_back(callee);
    function = {};
    if (callee.is(Value::table)) {
      const Cell* cell = callee.of->find(std::string(one.word));
      if (cell) function = cell->value;
    } else if (decides(callee, one.left->at, "calls a method of")) {
      function = {};
    }
  }
  for (Value& value : eval_list(one.list, scope, 0)) arguments.push_back(std::move(value));
  // What may still follow is not nil for sure.
  if (!one.list.empty() && open_list_) {
    const std::size_t least =
        function.is(Value::closure) ? function.function->parameters.size() : 1;
    if (arguments.size() < least) arguments.resize(least);
  }
  std::vector<Value> values = {Value()};
  bool open = true;
  switch (function.kind) {
    case Value::closure:
      values = enter(function, arguments, one.at, script_);
      open = open_list_;
      break;
    case Value::operation:
      values = {operation(function.word, arguments, one)};
      open = false;
      break;
    case Value::builtin:
      values = builtin(function.word, arguments, one);
      open = returns_several(function.word);
      break;
    case Value::table:
      values = {made(*function.of, arguments, one)};
      open = function.of->is != "maker";
      break;
    case Value::names:
      if (namespaces_.count(function.word) != 0)
        report(script_, one.at, "unknown-operation", "\"" + function.word + "\" is no operation",
               "`countersign operations " + function.word + "` lists what there is below it");
      else
        report(script_, one.at, "unknown-name", "\"" + function.word + "\" cannot be called",
               "docs/reference/dsl.md lists what there is below it");
      break;
    case Value::nil:
      // A field that its table does not have; a variable may have been set where it is not seen.
      if (one.left->kind == Expression::index && one.left->right->kind == Expression::text) {
        const Value of = eval(*one.left->left, scope);
        std::vector<std::string> names;
        if (of.is(Value::table))
          for (const auto& [name, cell] : of.of->named) names.push_back(name);
        const std::string& name = one.left->right->characters;
        report(script_, one.left->point, "unknown-name",
               "there is no function \"" + name + "\" in this table" + called_from(),
               did_you_mean(name, names));
      }
      hand_over(arguments, one.at);
      break;
    default:
      // Methods of a text are such calls too; they are handed nothing that operations need.
      if (one.kind == Expression::call || !only_values(arguments)) lose_sight();
      hand_over(arguments, one.at);
      break;
  }
  --depth_;
  open_list_ = open;
  return values;
}

// What a function that is not known does may be what a later step needs.
void Walker::lose_sight() {
  if (passage_.stage == AllowedEffects::change) knows_every_deed_ = false;
  if (passage_.stage != AllowedEffects::read) return;
  captured_pre = true;
  saw_every_check_ = false;
}

// What is handed to a function that is not known: it may be called, read or changed there.
void Walker::hand_over(const std::vector<Value>& arguments, Position at) {
  for (const Value& value : arguments) {
    if (value.is(Value::run) || value.is(Value::parameters) || value.is(Value::incident))
      uses_every_parameter = true;
    if (value.is(Value::closure)) {
      ++conditional_;
      const BranchResult way = one_way([&] {
        (void)enter(value, std::vector<Value>(value.function->parameters.size()), at, script_);
        return Flow::on;
      });
      --conditional_;
      (void)meet({way, {{}, {}, Flow::on}});
    }
    havoc(value);
  }
}

std::vector<Value> Walker::enter(const Value& function, const std::vector<Value>& arguments,
                                 Position at, const Script* caller) {
  const Function* body = function.function;
  const bool entered = std::any_of(calls_.begin(), calls_.end(),
                                   [&](const Call& one) { return one.function == body; });
  open_list_ = true;
  if (entered || calls_.size() > kMostCalls) return {Value()};
  walked_.insert(body);
  const Script* const before = script_;
  const int conditional = conditional_;
  calls_.push_back({body, caller, at});
  returned_.emplace_back();
  script_ = body->script;
  Scope* scope = inner(function.scope);
  for (std::size_t i = 0; i < body->parameters.size(); ++i)
    declare(scope, body->parameters[i], i < arguments.size() ? arguments[i] : Value::make_nil());
  const Flow flow = block(body->body, scope);
  Returned all = std::move(returned_.back());
  // Where its end may be reached it may return nothing.
  if (flow == Flow::on && all.any)
    for (Value& value : all.values) value = join(value, Value::make_nil());
  all.open = all.open && all.any;
  returned_.pop_back();
  calls_.pop_back();
  script_ = before;
  conditional_ = conditional;
  left_ = false;
  open_list_ = all.open;
  return all.any ? all.values : std::vector<Value>();
}

Value Walker::module(const std::vector<Value>& arguments, const Expression& one) {
  const Position at = one.list.empty() ? one.at : one.list[0]->at;
  if (arguments.empty() || !arguments[0].is(Value::text)) {
    report(script_, at, "dynamic-require", "which module this loads is not written here",
           "write require \"name\", so that what belongs to the runbook can be seen");
    return {};
  }
  const std::string& name = arguments[0].word;
  if (const auto known = loaded_.find(name); known != loaded_.end())
    return known->second ? *known->second : Value();
  loaded_[name];  // one that requires itself finds nothing
  if (!is_module_name(name)) {
    report(script_, at, "unknown-module", "\"" + name + "\" is not the name of a module",
           "letters, digits, - and _, parts joined by dots");
    return {};
  }
  const auto text = modules_(name);
  if (!text) {
    report(script_, at, "unknown-module", "there is no module \"" + name + "\" beside the script",
           "a module is a file NAME.lua in the script's own folder");
    return {};
  }
  auto parsed = parse(text->first, text->second);
  if (const SyntaxError* error = std::get_if<SyntaxError>(&parsed)) {
    // The script is kept for its name only.
    scripts_.push_back(std::make_unique<Script>());
    scripts_.back()->path = text->first;
    report(scripts_.back().get(), error->at, "syntax", error->message);
    return {};
  }
  scripts_.push_back(std::move(std::get<std::unique_ptr<Script>>(parsed)));
  const Value value = load(*scripts_.back());
  loaded_[name] = value;
  return value;
}

}  // namespace countersign::lua
