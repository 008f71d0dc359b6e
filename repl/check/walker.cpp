#include "repl/check/walker.h"

#include <algorithm>

#include "repl/check/language.h"

namespace countersign::lua {
namespace {

constexpr long kMostSteps = 3'000'000;
constexpr int kMostDepth = 1500;  // of the walk's own stack

}  // namespace

Walker::Walker(const Catalogue& catalogue, Modules modules)
    : catalogue_(catalogue), modules_(std::move(modules)) {
  for (const Row& row : catalogue.rows())
    for (std::size_t dot = row.name.find('.'); dot != std::string::npos;
         dot = row.name.find('.', dot + 1))
      namespaces_.insert(row.name.substr(0, dot));
}

Walker::~Walker() = default;

Value Walker::load(const Script& script) {
  if (!main_) main_ = &script;
  globals_.insert(script.globals.begin(), script.globals.end());
  const WalkedFunction before = passage_;
  const Script* const caller = script_;
  passage_ = WalkedFunction{AllowedEffects::load, "the script's top level"};
  Value main;
  main.kind = Value::closure;
  main.function = script.main;
  main.scope = &heap_.scopes.emplace_back();
  const std::vector<Value> values = enter(main, {}, {}, caller);
  passage_ = before;
  return values.empty() ? Value::make_nil() : values[0];
}

Value Walker::walk(const Value& function, const std::vector<Value>& arguments,
                   const WalkedFunction& passage) {
  if (!function.is(Value::closure)) return {};
  const WalkedFunction before = passage_;
  const int conditional = conditional_;
  passage_ = passage;
  conditional_ = passage.conditional ? 1 : 0;
  // Each phase begins with a fresh execution of the script, and what undoes one may never happen.
  logs_.emplace_back();
  const std::size_t deeds = deeds_.size();
  const std::vector<Value> values =
      enter(function, arguments, function.function->at, function.function->script);
  for (auto change = logs_.back().rbegin(); change != logs_.back().rend(); ++change)
    change->cell->value = change->value;
  logs_.pop_back();
  if (passage.undoing) deeds_.resize(deeds);
  passage_ = before;
  conditional_ = conditional;
  return values.empty() ? Value::make_nil() : values[0];
}

void Walker::walk_rest() {
  // Walking one may bring up others.
  for (std::size_t i = 0; i < closures_.size(); ++i) {
    const Value function = closures_[i];
    if (walked_.count(function.function) == 0)
      walk(function, std::vector<Value>(function.function->parameters.size()), WalkedFunction{});
  }
}

void Walker::report(const Script* script, Position at, std::string code, std::string message,
                    std::string hint, std::string severity) {
  if (script == nullptr) return;
  ScriptFinding made{
      script->path,       at.line,        at.column, std::move(code), std::move(severity),
      std::move(message), std::move(hint)};
  for (const ScriptFinding& one : findings)
    if (says_again(one, made)) return;
  findings.push_back(std::move(made));
}

// Where the runbook's own script called what leads here, where that is a module's.
std::string Walker::called_from() const {
  if (script_ == main_) return "";
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call)
    if (call->caller == main_ && main_ != nullptr) {
      const std::size_t slash = main_->path.rfind('/');
      return ", called at " + main_->path.substr(slash == std::string::npos ? 0 : slash + 1) + ":" +
             std::to_string(call->at.line);
    }
  return "";
}

// --- variables and fields

Cell* Walker::declare(Scope* scope, std::string_view name, Value value) {
  Cell& cell = heap_.cells.emplace_back();
  cell.value = std::move(value);
  scope->names.emplace_back(name, &cell);
  return &cell;
}

Cell* Walker::find(Scope* scope, std::string_view name) const {
  for (; scope != nullptr; scope = scope->parent)
    for (auto one = scope->names.rbegin(); one != scope->names.rend(); ++one)
      if (one->first == name) return one->second;
  return nullptr;
}

void Walker::set(Cell* cell, Value value) {
  if (!logs_.empty()) logs_.back().push_back({cell, cell->value});
  cell->value = std::move(value);
}

Scope* Walker::inner(Scope* scope) {
  Scope& made = heap_.scopes.emplace_back();
  made.parent = scope;
  return &made;
}

// Anybody may have changed it since.
void Walker::havoc(const Value& value) {
  if (!value.is(Value::table) || value.of->open) return;
  value.of->open = true;
  for (auto& [name, cell] : value.of->named) set(&cell, Value());
  for (auto& [index, cell] : value.of->listed) set(&cell, Value());
}

bool Walker::spent() {
  if (depth_ <= kMostDepth && ++steps_ < kMostSteps) return false;
  if (!cut_ && main_)
    report(main_, {}, "too-large", "the script has too many ways to be followed to their ends",
           "what lies further on was not looked at; split it", "warning");
  cut_ = true;
  return true;
}

// --- several ways

// Walks one of them; its changes are taken back, and told.
Walker::BranchResult Walker::one_way(const std::function<Flow()>& walk) {
  BranchResult way;
  const std::vector<ObservedOperation> before = deeds_;
  logs_.emplace_back();
  ++ways_;
  way.flow = walk();
  --ways_;
  std::set<Cell*> seen;
  for (const Assignment& change : logs_.back())
    if (seen.insert(change.cell).second) way.changes.push_back({change.cell, change.cell->value});
  for (auto change = logs_.back().rbegin(); change != logs_.back().rend(); ++change)
    change->cell->value = change->value;
  logs_.pop_back();
  way.deeds.assign(deeds_.begin() + static_cast<std::ptrdiff_t>(before.size()), deeds_.end());
  deeds_ = before;
  return way;
}

// What holds after them, whichever was gone.
Walker::Flow Walker::meet(const std::vector<BranchResult>& ways) {
  std::map<Cell*, std::vector<const Value*>> changed;
  std::size_t going = 0;
  for (const BranchResult& way : ways) {
    deeds_.insert(deeds_.end(), way.deeds.begin(), way.deeds.end());
    if (way.flow == Flow::left) continue;
    ++going;
    for (const Assignment& change : way.changes) changed[change.cell].push_back(&change.value);
  }
  for (const auto& [cell, values] : changed) {
    Value all = *values.front();
    for (const Value* value : values) all = join(all, *value);
    if (values.size() < going) all = join(all, cell->value);
    set(cell, all);
  }
  return going == 0 ? Flow::left : Flow::on;
}

}  // namespace countersign::lua
