// The walker's statements: every branch, every loop once or entry by entry, every assignment.
#include <algorithm>

#include "repl/check/language.h"
#include "repl/check/walker.h"

namespace countersign::lua {
namespace {

constexpr std::size_t kUnrolled = 16;  // a list of so many is gone through one by one

// The names that a block assigns, its inner blocks included.
void assigned(const Block& block, std::set<std::string_view>& names) {
  for (const Statement* one : block.statements) {
    if (one->kind == Statement::assign)
      for (const Expression* target : one->targets)
        if (target->kind == Expression::name) names.insert(target->word);
    for (const Branch& branch : one->branches) assigned(branch.body, names);
  }
}

// t[#t + 1]
bool appends(const Expression& target) {
  const Expression& key = *target.right;
  return key.kind == Expression::binary && key.word == "+" && key.left->kind == Expression::unary &&
         key.left->word == "#" && key.right->kind == Expression::number && key.right->value == 1;
}

}  // namespace

// What a loop assigns may have any value when its body begins.
void Walker::forget_loop(const Block& body, Scope* scope) {
  std::set<std::string_view> names;
  assigned(body, names);
  for (const std::string_view name : names)
    if (Cell* cell = find(scope, name)) set(cell, Value());
}

Walker::Flow Walker::block(const Block& block, Scope* scope) {
  Flow flow = Flow::on;
  // What follows a way that left is looked at all the same.
  for (const Statement* one : block.statements)
    if (statement(*one, scope) == Flow::left) flow = Flow::left;
  return flow;
}

Walker::Flow Walker::statement(const Statement& one, Scope* scope) {
  if (spent()) return Flow::on;
  ++depth_;
  Flow flow = Flow::on;
  switch (one.kind) {
    case Statement::local: {
      std::vector<Value> values = eval_list(one.values, scope, one.names.size());
      for (std::size_t i = 0; i < one.names.size(); ++i)
        declare(scope, one.names[i], std::move(values[i]));
      break;
    }
    case Statement::assign:
      assign(one, scope);
      break;
    case Statement::call:
      left_ = false;
      (void)call_list(*one.values[0], scope);
      if (left_) flow = Flow::left;
      left_ = false;
      break;
    case Statement::block:
      flow = block(one.branches[0].body, inner(scope));
      break;
    case Statement::branch:
      flow = branches(one, scope);
      break;
    case Statement::while_loop:
    case Statement::repeat_loop:
      flow = condition_loop(one, scope);
      break;
    case Statement::count_loop:
    case Statement::each_loop:
      flow = each_loop(one, scope);
      break;
    case Statement::function: {
      Cell* cell = declare(scope, one.names[0], {});
      Value made;
      made.kind = Value::closure;
      made.function = one.function_body;
      made.scope = scope;
      cell->value = made;
      closures_.push_back(made);
      break;
    }
    case Statement::leave:
      give_back(eval_list(one.values, scope, 0));
      flow = Flow::left;
      break;
    case Statement::jump:
      flow = Flow::left;
      break;
    case Statement::label:
      break;
  }
  --depth_;
  return flow;
}

void Walker::give_back(std::vector<Value> values) {
  if (returned_.empty()) return;
  const bool open = open_list_;
  Returned& all = returned_.back();
  if (!all.any) {
    all = {std::move(values), true, open};
    return;
  }
  const std::size_t most = std::max(all.values.size(), values.size());
  all.values.resize(most, all.open ? Value() : Value::make_nil());
  values.resize(most, open ? Value() : Value::make_nil());
  for (std::size_t i = 0; i < most; ++i) all.values[i] = join(all.values[i], values[i]);
  all.open = all.open || open;
}

Walker::Flow Walker::branches(const Statement& one, Scope* scope) {
  std::vector<BranchResult> ways;
  bool otherwise = false;  // whether some branch is taken in any case
  bool left = false;
  const int conditional = conditional_;
  for (const Branch& branch : one.branches) {
    std::optional<bool> holds = true;
    if (branch.condition) {
      const Value condition = eval(*branch.condition, scope);
      decides(condition, branch.condition->at, "branches on");
      holds = condition.holds();
    }
    const bool never = otherwise || holds == false;
    const bool surely = !otherwise && holds == true && ways.empty();
    if (!surely) conditional_ = conditional + 1;
    const WalkedFunction before = passage_;
    // A branch that these arguments never take is looked at for its words only.
    if (never) passage_ = WalkedFunction{};
    BranchResult way = one_way([&] { return block(branch.body, inner(scope)); });
    passage_ = before;
    conditional_ = conditional + 1;
    if (never) continue;
    left = left || way.flow == Flow::left;
    ways.push_back(std::move(way));
    if (holds == true) otherwise = true;
  }
  if (!otherwise) ways.push_back({{}, {}, Flow::on});
  // Behind a branch that left, what follows happens on a condition.
  conditional_ = conditional + (left ? 1 : 0);
  return meet(ways);
}

Walker::Flow Walker::condition_loop(const Statement& one, Scope* scope) {
  const Branch& loop = one.branches[0];
  forget_loop(loop.body, scope);
  const int conditional = conditional_;
  const bool repeats = one.kind == Statement::repeat_loop;
  const auto look = [&](Scope* in) {
    decides(eval(*loop.condition, in), loop.condition->at, "loops on");
  };
  if (!repeats) look(scope);
  ++conditional_;
  Scope* body = inner(scope);
  BranchResult way = one_way([&] {
    const Flow flow = block(loop.body, body);
    if (repeats) look(body);
    return flow;
  });
  way.flow = Flow::on;
  conditional_ = conditional;
  return meet({way, {{}, {}, Flow::on}});
}

Walker::Flow Walker::each_loop(const Statement& one, Scope* scope) {
  const Value* over = nullptr;
  std::vector<Value> values;
  bool pairs = false;
  // pairs(t) and ipairs(t) of what is known are gone through one by one.
  if (one.kind == Statement::each_loop && one.values.size() == 1 &&
      one.values[0]->kind == Expression::call && one.values[0]->list.size() == 1 &&
      one.values[0]->left->kind == Expression::name) {
    pairs = one.values[0]->left->word == "pairs";
    if ((pairs || one.values[0]->left->word == "ipairs") &&
        find(scope, one.values[0]->left->word) == nullptr) {
      values.push_back(eval(*one.values[0]->list[0], scope));
      over = &values[0];
      (void)builtin(pairs ? "pairs" : "ipairs", values, *one.values[0]);
    }
  }
  if (over == nullptr) {
    for (const Value& value : eval_list(one.values, scope, 0))
      decides(value, one.values[0]->at, "loops over");
  }
  const Block& body = one.branches[0].body;
  forget_loop(body, scope);
  const int conditional = conditional_++;
  std::vector<std::pair<Value, Value>> rounds;
  if (over && over->is(Value::table) && !over->of->open && !over->of->strange_keys) {
    for (const auto& [index, cell] : over->of->listed) {
      Value key;
      key.kind = Value::number;
      key.integer = true;
      key.number_value = static_cast<double>(index);
      rounds.emplace_back(key, cell.value);
    }
    if (pairs)
      for (const auto& [name, cell] : over->of->named)
        if (!cell.value.is(Value::nil)) rounds.emplace_back(Value::make_text(name), cell.value);
  }
  if (rounds.empty() || rounds.size() > kUnrolled) rounds.assign(1, {});
  for (const auto& [key, value] : rounds) {
    BranchResult way = one_way([&] {
      Scope* in = inner(scope);
      for (std::size_t i = 0; i < one.names.size(); ++i)
        declare(in, one.names[i], i == 0 ? key : i == 1 ? value : Value());
      return block(body, in);
    });
    way.flow = Flow::on;
    (void)meet({way, {{}, {}, Flow::on}});
  }
  conditional_ = conditional;
  return Flow::on;
}

// --- assignment

void Walker::assign(const Statement& one, Scope* scope) {
  std::vector<Value> values = eval_list(one.values, scope, one.targets.size());
  for (std::size_t i = 0; i < one.targets.size(); ++i) {
    const Expression& target = *one.targets[i];
    const Position at = i < one.values.size() ? one.values[i]->at : one.at;
    if (target.kind == Expression::index) {
      assign_field(target, values[i], at, scope);
      continue;
    }
    if (Cell* cell = find(scope, target.word)) {
      set(cell, values[i]);
    } else if (word(target.word) || is_standard(target.word) ||
               namespaces_.count(std::string(target.word)) != 0) {
      report(script_, target.at, "global",
             "\"" + std::string(target.word) + "\" is the language's, and this would hide it",
             "give the variable another name, and declare it with local");
    } else {
      report(script_, target.at, "global",
             "\"" + std::string(target.word) + "\" is assigned without having been declared",
             "write local " + std::string(target.word), "warning");
    }
  }
}

// One more at the end of a list; on one of several ways it may be there or not.
void Walker::append(Table& table, const Value& value, Position at) {
  if (ways_ > 0) table.open = true;
  const long next = table.listed.empty() ? 1 : table.listed.rbegin()->first + 1;
  Cell& cell = table.listed[next];
  cell.value = table.open ? Value() : Value::make_nil();
  cell.at = cell.value_at = at;
  set(&cell, value);
}

// What was read is read-only, whoever holds it.
void Walker::frozen_changed(Position at) {
  report(script_, at, "frozen", "what was read is read-only" + called_from(),
         "make a changed copy: edit(document, function(d) … end)");
}

void Walker::assign_field(const Expression& target, const Value& value, Position at, Scope* scope) {
  const Value of = eval(*target.left, scope);
  const Value key = eval(*target.right, scope);
  if (of.frozen) return frozen_changed(target.at);
  if (of.is(Value::names) || of.is(Value::run) || of.is(Value::parameters) ||
      of.is(Value::incident)) {
    report(script_, target.at, "read-only",
           of.is(Value::names)
               ? "what \"" + of.word + "\" holds is the language's and stays as it is"
               : std::string("what a phase is handed can only be read"),
           "keep values in local variables, and hand them on by returning them");
    return;
  }
  if (!of.is(Value::table)) return;
  Table& table = *of.of;
  if (appends(target)) {
    append(table, value, at);
    return;
  }
  Cell* cell = nullptr;
  bool fresh = false;
  if (key.is(Value::text)) {
    const auto [at_key, made] = table.named.try_emplace(key.word);
    cell = &at_key->second;
    fresh = made;
  } else if (key.is(Value::number) && key.integer) {
    const auto [at_key, made] = table.listed.try_emplace(static_cast<long>(key.number_value));
    cell = &at_key->second;
    fresh = made;
  } else {
    if (key.is(Value::table) || key.is(Value::closure)) table.strange_keys = true;
    table.open = true;
    return;
  }
  if (fresh && !table.open) cell->value = Value::make_nil();
  cell->at = target.point;
  cell->value_at = at;
  set(cell, value);
}

}  // namespace countersign::lua
