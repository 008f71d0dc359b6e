// The walker's expressions: what is known of the value of each.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "repl/check/language.h"
#include "repl/check/shapes.h"
#include "repl/check/walker.h"

namespace countersign::lua {

Value Walker::eval(const Expression& one, Scope* scope) {
  const Value value = known_name(one, scope);
  if (!value.is(Value::misnamed)) return value;
  misnamed(value);
  return {};
}

// As eval, but a name that nothing has is handed on: what it is a part of says more.
Value Walker::known_name(const Expression& one, Scope* scope) {
  if (spent()) return {};
  ++depth_;
  Value value;
  switch (one.kind) {
    case Expression::nil:
      value = Value::make_nil();
      break;
    case Expression::boolean:
      value = Value::make_boolean(one.truth);
      break;
    case Expression::number:
      value.kind = Value::number;
      value.number_value = one.value;
      value.integer = one.integer;
      break;
    case Expression::text:
      value = Value::make_text(one.characters);
      break;
    case Expression::varargs:
      break;
    case Expression::function:
      value.kind = Value::closure;
      value.function = one.function_body;
      value.scope = scope;
      closures_.push_back(value);
      break;
    case Expression::name:
      value = name(one, scope);
      break;
    case Expression::index:
      value = index(one, scope);
      break;
    case Expression::call:
    case Expression::method:
      value = call(one, scope);
      break;
    case Expression::table:
      value = table(one, scope);
      break;
    case Expression::unary:
      value = unary(one, scope);
      break;
    case Expression::binary:
      value = binary(one, scope);
      break;
    case Expression::parenthesis:
      value = eval(*one.left, scope);
      break;
  }
  --depth_;
  return value;
}

// `wanted`: how many values the list has to have; 0: as many as there are.
std::vector<Value> Walker::eval_list(const std::vector<Expression*>& list, Scope* scope,
                                     std::size_t wanted) {
  std::vector<Value> values;
  bool more = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Expression& one = *list[i];
    const bool last = i + 1 == list.size();
    if (last && (one.kind == Expression::call || one.kind == Expression::method)) {
      const std::vector<Value> several = call_list(one, scope);
      values.insert(values.end(), several.begin(), several.end());
      more = open_list_;
    } else {
      values.push_back(eval(one, scope));
      more = last && one.kind == Expression::varargs;
    }
  }
  if (wanted > 0) values.resize(wanted, more ? Value() : Value::make_nil());
  open_list_ = more;
  return values;
}

// --- names

Value Walker::name(const Expression& one, Scope* scope) {
  if (const Cell* cell = find(scope, one.word)) return cell->value;
  return global(std::string(one.word), one.at);
}

Value Walker::global(const std::string& name, Position at) {
  if (globals_.count(name) != 0) return {};
  return member(name, at);
}

// What a whole name of the language or the catalogue is: "rails.after", "twilio.numbers.find".
Value Walker::member(const std::string& path, Position at) {
  if (catalogue_.find(path)) return Value::named(Value::operation, path, at);
  const Word* known = word(path);
  if (known && known->kind == Word::value) {
    if (path.rfind("rails.", 0) != 0) return {};
    Table& made = heap_.tables.emplace_back();
    made.is = "rail";
    made.script = script_;
    made.at = at;
    made.named["rail"].value = Value::make_text(path.substr(6));
    return Value::make_table(&made);
  }
  if (namespaces_.count(path) != 0 || (known && known->kind == Word::table) ||
      is_standard_table(path))
    return Value::named(Value::names, path, at);
  if (known) return Value::named(Value::builtin, path, at);
  if (is_standard(path)) {
    const bool constant =
        path.rfind("math.", 0) == 0 && (path == "math.pi" || path == "math.huge" ||
                                        path == "math.maxinteger" || path == "math.mininteger");
    if (constant || path == "utf8.charpattern" || path == "_VERSION") return {};
    return Value::named(Value::builtin, path, at);
  }
  return Value::named(Value::misnamed, path, at);
}

void Walker::misnamed(const Value& value) {
  const std::string& path = value.word;
  const std::size_t dot = path.find('.');
  const std::string root = path.substr(0, dot);
  if (const std::string_view why = why_absent(path); !why.empty()) {
    report(script_, value.at, "absent-name", "\"" + path + "\" is not there", std::string(why));
    return;
  }
  // Below a table that holds operations it is one of them that was meant.
  if (dot != std::string::npos && namespaces_.count(root) != 0) {
    const auto near = catalogue_.near(path);
    report(script_, value.at, "unknown-operation", "there is no operation \"" + path + "\"",
           did_you_mean(near, "`countersign operations " + root + "` lists what there is"));
    return;
  }
  const std::vector<std::string> below =
      dot == std::string::npos ? std::vector<std::string>() : names_in(root);
  if (!below.empty()) {
    report(script_, value.at, "unknown-name", "nothing is named \"" + path + "\"",
           did_you_mean(path, below, "docs/reference/dsl.md lists what there is"));
    return;
  }
  std::vector<std::string> among = names_in("");
  for (const std::string& one : namespaces_)
    if (one.find('.') == std::string::npos) among.push_back(one);
  report(script_, value.at, "unknown-name", "nothing is named \"" + root + "\"",
         did_you_mean(root, among, "declare it with local, or give it as a parameter"));
}

Value Walker::index(const Expression& one, Scope* scope) {
  const Value of = known_name(*one.left, scope);
  const Value key = eval(*one.right, scope);
  if (of.is(Value::misnamed)) {
    if (key.is(Value::text)) return Value::named(Value::misnamed, of.word + "." + key.word, of.at);
    misnamed(of);
    return {};
  }
  switch (of.kind) {
    case Value::names:
      return key.is(Value::text) ? member(of.word + "." + key.word, one.at) : Value();
    case Value::operation:
    case Value::builtin:
      return key.is(Value::text) ? Value::named(Value::misnamed, of.word + "." + key.word, one.at)
                                 : Value();
    case Value::placeholder:
      return of;
    case Value::run:
      if (key.is(Value::text)) return of_run(key.word, one.point);
      uses_every_parameter = true;
      return {};
    case Value::incident:
      return key.is(Value::text) ? of_case(key.word, one.point) : Value();
    case Value::parameters:
      if (key.is(Value::text)) return of_parameters(key.word, one.point);
      uses_every_parameter = true;
      return {};
    case Value::table: {
      const Cell* cell = nullptr;
      if (key.is(Value::text)) {
        const auto at = of.of->named.find(key.word);
        cell = at == of.of->named.end() ? nullptr : &at->second;
      } else if (key.is(Value::number) && key.integer) {
        const auto at = of.of->listed.find(static_cast<long>(key.number_value));
        cell = at == of.of->listed.end() ? nullptr : &at->second;
      } else {
        return {};
      }
      if (cell) return cell->value;
      return of.of->open ? Value() : Value::make_nil();
    }
    default:
      return of.frozen ? of : Value();
  }
}

Value Walker::of_run(const std::string& key, Position at) {
  if (key == "params") return Value::named(Value::parameters, "");
  if (key == "profile") return Value::make_read();
  if (key == "id" || key == "started" || key == "today") return {};
  const auto found = std::find_if(phases.begin(), phases.end(),
                                  [&](const PhaseName& one) { return one.name == key; });
  if (found == phases.end()) {
    if (!all_phases_known) return {};
    std::vector<std::string> names = {"params", "profile", "id", "started", "today"};
    for (const PhaseName& one : phases) names.push_back(one.name);
    report(script_, at, "unknown-phase", "no phase is named \"" + key + "\"" + called_from(),
           did_you_mean(key, names, "run holds params, profile, id, started, today and phases"));
    return {};
  }
  if (passage_.phase < 0) return {};
  const int place = static_cast<int>(found - phases.begin());
  const bool own = place == passage_.phase;
  if (place > passage_.phase || (own && !passage_.undoing)) {
    report(script_, at, "later-phase",
           own ? "run." + key + " is what " + passage_.where + " itself returns" + called_from()
               : passage_.where + " comes before the phase \"" + key + "\", so run." + key +
                     " is not there yet" + called_from(),
           own ? "use a local variable" : "use what an earlier phase returned, or move the phase");
  } else if (found->conditional && conditional_ == 0 && !own) {
    report(script_, at, "skipped-phase",
           "the phase \"" + key + "\" has a `when`: where it was skipped, run." + key +
               " ends the run" + called_from(),
           "touch it only where the same condition holds");
  }
  return Value::make_read();
}

Value Walker::of_case(const std::string& key, Position at) {
  if (key == "params") return Value::named(Value::parameters, "");
  const std::vector<std::string> names = fields_of("case");
  if (std::find(names.begin(), names.end(), key) == names.end())
    report(script_, at, "unknown-field", "case: unknown field \"" + key + "\"" + called_from(),
           did_you_mean(key, names, "docs/reference/fields.md lists what a case has"));
  return key == "seen" || key == "finding" || key == "profile" ? Value::make_read() : Value();
}

Value Walker::of_parameters(const std::string& key, Position at) {
  used_parameters.insert(key);
  if (all_parameters_known && parameters.count(key) == 0)
    report(script_, at, "unknown-parameter",
           "no parameter \"" + key + "\" is declared" + called_from(),
           did_you_mean(key, {parameters.begin(), parameters.end()},
                        "declare it: " + key + " = param.text { why = \"…\" }"));
  return {};
}

// --- what is made of values

Value Walker::table(const Expression& one, Scope* scope) {
  Table& made = heap_.tables.emplace_back();
  made.script = script_;
  made.at = one.at;
  long next = 1;
  bool gap = false;
  for (std::size_t i = 0; i < one.fields.size(); ++i) {
    const Field& field = one.fields[i];
    if (field.key == nullptr) {
      const bool several = field.value->kind == Expression::call ||
                           field.value->kind == Expression::method ||
                           field.value->kind == Expression::varargs;
      if (several && i + 1 == one.fields.size()) {
        if (field.value->kind == Expression::varargs) {
          made.open = true;
          break;
        }
        for (const Value& value : call_list(*field.value, scope))
          made.listed[next++] = {value, field.at, field.value->at};
        made.open = open_list_;
        break;
      }
      const Value value = eval(*field.value, scope);
      if (value.is(Value::nil) && field.value->kind == Expression::nil)
        gap = true;
      else
        made.holes = made.holes || gap;
      made.listed[next++] = {value, field.at, field.value->at};
      continue;
    }
    const Value key = eval(*field.key, scope);
    const Value value = eval(*field.value, scope);
    const Cell cell{value, field.at, field.value->at};
    if (key.is(Value::text)) {
      made.named[key.word] = cell;
    } else if (key.is(Value::number) && key.integer) {
      made.listed[static_cast<long>(key.number_value)] = cell;
    } else {
      made.open = true;
      if (key.is(Value::table) || key.is(Value::closure)) made.strange_keys = true;
    }
  }
  return Value::make_table(&made);
}

// True, and said, where `value` is not known while the phase is planned and applied.
bool Walker::decides(const Value& value, Position at, const char* what) {
  if (!value.is(Value::placeholder)) return false;
  report(script_, at, "placeholder",
         passage_.where + " " + what +
             " what an operation of its own returns, which is not known before it is carried out" +
             called_from(),
         "decide in a read phase behind it; here it can only be handed on or made part of text");
  return true;
}

Value Walker::unary(const Expression& one, Scope* scope) {
  const Value value = eval(*one.left, scope);
  if (one.word == "not") {
    decides(value, one.left->at, "branches on");
    if (const auto holds = value.holds()) return Value::make_boolean(!*holds);
    return {};
  }
  if (decides(value, one.left->at, one.word == "#" ? "measures" : "computes with")) return {};
  if (one.word == "#" && value.is(Value::table) && value.of->holes)
    report(script_, one.at, "ambiguous-length",
           "the length of a list with nil in the middle may be more than one number",
           "leave the nil out, or use json.null");
  if (one.word == "-" && value.is(Value::number)) {
    Value made = value;
    made.number_value = -made.number_value;
    return made;
  }
  return {};
}

Value Walker::either(const Expression& one, Scope* scope) {
  const bool conjunction = one.word == "and";
  const Value left = eval(*one.left, scope);
  decides(left, one.left->at, "branches on");
  const auto holds = left.holds();
  if (holds && *holds != conjunction) {
    // The right side is never asked; its words are looked at all the same.
    const WalkedFunction before = passage_;
    passage_ = WalkedFunction{};
    (void)one_way([&] {
      (void)eval(*one.right, scope);
      return Flow::on;
    });
    passage_ = before;
    return left;
  }
  if (holds) return eval(*one.right, scope);
  Value right;
  ++conditional_;
  const BranchResult way = one_way([&] {
    right = eval(*one.right, scope);
    return Flow::on;
  });
  --conditional_;
  (void)meet({way, {{}, {}, Flow::on}});
  return Value();
}

Value Walker::binary(const Expression& one, Scope* scope) {
  if (one.word == "and" || one.word == "or") return either(one, scope);
  const Value left = eval(*one.left, scope);
  const Value right = eval(*one.right, scope);
  if (one.word == "..") {
    if (left.is(Value::placeholder) || right.is(Value::placeholder))
      return Value::make_placeholder();
    const auto text = [](const Value& value) -> std::optional<std::string> {
      if (value.is(Value::text)) return value.word;
      if (value.is(Value::number) && value.integer)
        return std::to_string(static_cast<long long>(value.number_value));
      return std::nullopt;
    };
    const auto a = text(left), b = text(right);
    return a && b ? Value::make_text(*a + *b) : Value();
  }
  const bool compares =
      one.word == "==" || one.word == "~=" || one.word[0] == '<' || one.word[0] == '>';
  const bool shifts = one.word == "<<" || one.word == ">>";
  const char* what = compares && !shifts ? "compares" : "computes with";
  if (decides(left, one.left->at, what) || decides(right, one.right->at, what)) return {};
  if (one.word == "==" || one.word == "~=") {
    const auto plain = [](const Value& value) {
      return value.is(Value::nil) || value.is(Value::boolean) || value.is(Value::number) ||
             value.is(Value::text);
    };
    // nil is equal to nil alone, whatever else is known.
    const bool told = (plain(left) && plain(right)) ||
                      (left.is(Value::nil) && right.holds() == true) ||
                      (right.is(Value::nil) && left.holds() == true);
    if (told) return Value::make_boolean(same(left, right) == (one.word == "=="));
  }
  return {};
}

}  // namespace countersign::lua
