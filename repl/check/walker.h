// Walks through scripts without running them: every branch, every function that a phase reaches, in
// modules too, with what is known of the values on the way. It says what it meets (unknown names
// and operations, ill-typed arguments, what a phase may not do) and remembers what the rules about
// a whole runbook need.
//
// What it does not know, it says nothing about: a value from an operation or a parameter, a
// function that is picked by one, a table that is filled by a loop. It never hangs: functions that
// call themselves are entered once, and the number of steps is limited.
#pragma once
#include <functional>
#include <set>

#include "interpreter/catalogue.h"
#include "interpreter/rail_kinds.h"
#include "repl/check/finding.h"
#include "repl/check/value.h"

namespace countersign::lua {

// What operations may do where the walk is.
enum class AllowedEffects {
  load,    // the script's top level
  decide,  // what must be known without looking: `when` of an item, a duration
  read,
  change,
  aside,  // code that no phase was seen to reach: nothing is said about effects
};

// A changing operation that was met, and what is known of its arguments.
struct ObservedOperation {
  std::string operation;
  const Table* arguments;  // null where they are not known
};

// A phase or another function of the script that is walked through.
struct WalkedFunction {
  AllowedEffects stage = AllowedEffects::aside;
  std::string where;  // "the phase \"inspect\""
  int phase = -1;     // its place in the procedure
  bool undoing = false;
  bool conditional = false;  // it has a `when`
};

struct PhaseName {
  std::string name;
  bool conditional = false;
};

class Walker {
 public:
  // Reads a module's text; nothing where there is none. The path is what findings name.
  using Modules =
      std::function<std::optional<std::pair<std::string, std::string>>(const std::string& name)>;

  Walker(const Catalogue& catalogue, Modules modules);
  ~Walker();

  // The script's top level; what it returns.
  Value load(const Script& script);
  // A function of it, as `passage`; what it returns.
  Value walk(const Value& function, const std::vector<Value>& arguments,
             const WalkedFunction& passage);
  // Every function that nothing has led to so far.
  void walk_rest();

  void report(const Script* script, Position at, std::string code, std::string message,
              std::string hint = "", std::string severity = "error");

  // What the rules of a runbook or symptom set before its functions are walked through.
  std::vector<PhaseName> phases;
  bool all_phases_known = true;
  std::set<std::string> parameters;
  bool all_parameters_known = true;
  bool is_symptom = false;
  std::set<std::string> causes;
  const Table* rails = nullptr;
  bool all_rails_known = true;
  // Of the policy, and whether somebody has them; nothing where there is none.
  std::optional<std::map<std::string, bool>> roles;

  // What was met on the way.
  std::vector<ScriptFinding> findings;
  std::set<std::string> used_parameters;
  bool uses_every_parameter = false;
  std::set<std::string> checks;  // titles
  bool knows_every_check = true;
  bool captured_pre = false;
  const Table* made_whole = nullptr;  // what runbook, symptom or troubleshooting made last

 private:
  enum class Flow { on, left };
  struct Assignment {
    Cell* cell;
    Value value;
  };
  struct BranchResult {  // what one of several ways led to
    std::vector<Assignment> changes;
    std::vector<ObservedOperation> deeds;
    Flow flow;
  };
  struct Call {
    const Function* function;
    const Script* caller;
    Position at;
  };
  struct Returned {
    std::vector<Value> values;
    bool any = false;
    bool open = false;  // more may follow than is known
  };

  // walker.cpp: state and statements
  Cell* declare(Scope* scope, std::string_view name, Value value);
  Cell* find(Scope* scope, std::string_view name) const;
  void set(Cell* cell, Value value);
  BranchResult one_way(const std::function<Flow()>& walk);
  Flow meet(const std::vector<BranchResult>& ways);
  void forget_loop(const Block& block, Scope* scope);
  void havoc(const Value& value);
  bool spent();
  Flow block(const Block& block, Scope* scope);
  Flow statement(const Statement& one, Scope* scope);
  Flow branches(const Statement& one, Scope* scope);
  Flow condition_loop(const Statement& one, Scope* scope);
  Flow each_loop(const Statement& one, Scope* scope);
  void assign(const Statement& one, Scope* scope);
  void assign_field(const Expression& target, const Value& value, Position at, Scope* scope);
  void frozen_changed(Position at);
  void append(Table& table, const Value& value, Position at);
  void give_back(std::vector<Value> values);
  Scope* inner(Scope* scope);

  // expressions.cpp
  Value eval(const Expression& one, Scope* scope);
  Value known_name(const Expression& one, Scope* scope);
  std::vector<Value> eval_list(const std::vector<Expression*>& list, Scope* scope,
                               std::size_t wanted);
  Value name(const Expression& one, Scope* scope);
  Value global(const std::string& name, Position at);
  Value member(const std::string& path, Position at);
  Value index(const Expression& one, Scope* scope);
  Value of_run(const std::string& key, Position at);
  Value of_case(const std::string& key, Position at);
  Value of_parameters(const std::string& key, Position at);
  Value table(const Expression& one, Scope* scope);
  Value unary(const Expression& one, Scope* scope);
  Value binary(const Expression& one, Scope* scope);
  Value either(const Expression& one, Scope* scope);
  bool decides(const Value& value, Position at, const char* what);
  void misnamed(const Value& value);

  // calls.cpp
  Value call(const Expression& one, Scope* scope);
  std::vector<Value> call_list(const Expression& one, Scope* scope);
  std::vector<Value> enter(const Value& function, const std::vector<Value>& arguments, Position at,
                           const Script* caller);
  void lose_sight();
  void hand_over(const std::vector<Value>& arguments, Position at);
  Value module(const std::vector<Value>& arguments, const Expression& one);

  // operations.cpp
  Value operation(const std::string& name, const std::vector<Value>& arguments,
                  const Expression& one);
  void fits(const Row& row, const Value& given, const Expression& one);
  bool allowed(const Row& row, const Expression& one);
  void held_by_rails(const Row& row, const Table* arguments, const Expression& one);
  RailCase could_be(const Table* arguments) const;

  // builtins.cpp
  std::vector<Value> builtin(const std::string& name, const std::vector<Value>& arguments,
                             const Expression& one);
  void hold_to_schema(const std::string& name, const std::vector<Value>& arguments,
                      const Expression& one);
  void hold_text_to_schema(const std::string& name, const Value& text, const Expression& one);
  std::optional<Value> of_language(const std::string& name, const std::vector<Value>& arguments,
                                   const Expression& one);
  Value maker(const std::string& kind, const std::vector<Value>& arguments, const Expression& one);
  Value made(const Table& maker, const std::vector<Value>& arguments, const Expression& one);
  Value rail(const std::string& kind, const std::vector<Value>& arguments, const Expression& one);
  Value item(const std::string& kind, const std::vector<Value>& arguments, const Expression& one);
  void record(const std::string& name, const std::vector<Value>& arguments, const Expression& one);
  Table* tagged(std::string is, const Expression& one);
  std::string called_from() const;

  const Catalogue& catalogue_;
  Modules modules_;
  Heap heap_;
  std::vector<std::unique_ptr<Script>> scripts_;
  std::map<std::string, std::optional<Value>> loaded_;
  std::set<std::string> namespaces_;
  std::set<std::string_view> globals_;
  std::vector<std::vector<Assignment>> logs_;
  std::vector<ObservedOperation> deeds_;
  std::vector<Call> calls_;
  std::vector<Returned> returned_;
  std::vector<Value> closures_;
  std::set<const Function*> walked_;
  const Script* script_ = nullptr;
  const Script* main_ = nullptr;
  WalkedFunction passage_;
  int conditional_ = 0;
  int depth_ = 0;
  int ways_ = 0;  // how many branches deep
  long steps_ = 0;
  bool knows_every_deed_ = true;
  bool saw_every_check_ = true;  // of the phases so far
  bool cut_ = false;             // a limit was reached, and said
  bool open_list_ = false;       // the last list of values may go on
  bool left_ = false;            // the statement called what never comes back: error(…)
};

}  // namespace countersign::lua
