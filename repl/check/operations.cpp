// The walker's operations: against their rows, the phase that calls them, and the rails.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/rail_kinds.h"
#include "repl/check/language.h"
#include "repl/check/walker.h"

namespace countersign::lua {
namespace {

// Comparisons are called with their two sides in place.
const std::map<std::string, std::vector<std::string>>& placed() {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"snapshot.diff", {"from", "to"}},
      {"snapshot.only", {"diff", "paths"}},
      {"snapshot.unchanged", {"from", "to", "paths"}},
  };
  return all;
}

bool is_empty(const Table& table) {
  return table.named.empty() && table.listed.empty();
}

// What is known of the value's form, for the row to look at; nothing where that is too little.
std::optional<json> form_of(const Value& value, Type type) {
  if (auto known = to_json(value)) return known;
  if (!value.is(Value::table)) return std::nullopt;
  // A table of which not everything is known is a table all the same.
  const Table& table = *value.of;
  if (table.open && (type == Type::list || type == Type::object)) {
    if (!table.named.empty() && table.listed.empty()) return json{{"…", nullptr}};
    if (!table.listed.empty() && table.named.empty()) return json::array({nullptr});
    return std::nullopt;
  }
  if (!table.named.empty()) return json{{"…", nullptr}};
  if (!table.listed.empty()) return json::array({nullptr});
  return is_empty(table) && !table.open ? std::optional<json>(json::object()) : std::nullopt;
}

// Whether `arguments` may be, or surely are not, as the rail wants them.
bool may_fit(const Table* arguments, const json& wanted) {
  if (arguments == nullptr) return true;
  for (const auto& [name, want] : wanted.items()) {
    const Cell* given = arguments->find(name);
    if (given == nullptr) {
      if (!arguments->open) return false;
      continue;
    }
    const auto is = to_json(given->value);
    if (is && !want.is_discarded() && want != *is) return false;
  }
  return true;
}

// A table of arguments; one that is not known is `discarded`.
json known_part(const Table& table) {
  json known = json::object();
  for (const auto& [name, cell] : table.named)
    known[name] = to_json(cell.value).value_or(json(json::value_t::discarded));
  return known;
}

std::string in_finding(const RailField& field, const json& value) {
  const bool whole =
      std::none_of(value.begin(), value.end(), [](const json& one) { return one.is_discarded(); });
  return whole ? in_message(field, value) : "other arguments";
}

// The rail as data; nothing where too little of it is known to judge by it.
std::optional<json> known_rail(const Table& rail, const RailKind& kind) {
  json known = {{"rail", kind.name}};
  const auto put = [&](const std::string& name, bool table) {
    const Cell* cell = rail.find(name);
    if (cell == nullptr) return;
    if (table && cell->value.is(Value::table))
      known[name] = known_part(*cell->value.of);
    else if (auto value = table ? std::nullopt : to_json(cell->value))
      known[name] = std::move(*value);
  };
  for (const RailField& field : kind.fields) {
    put(field.name, field.type == "table");
    if (!field.arguments.empty()) put(field.arguments, true);
    const auto at = known.find(field.name);
    if (field.required && (at == known.end() || !has_type(*at, field))) return std::nullopt;
  }
  return known;
}

std::string because(const Table& rail) {
  const std::string* why = rail.text("why");
  return why ? " (" + *why + ")" : "";
}

}  // namespace

Value Walker::operation(const std::string& name, const std::vector<Value>& arguments,
                        const Expression& one) {
  const Row& row = *catalogue_.find(name);
  Value given = arguments.empty() ? Value::make_nil() : arguments[0];
  if (const auto places = placed().find(name); places != placed().end()) {
    Table& table = heap_.tables.emplace_back();
    table.script = script_;
    table.at = one.at;
    for (std::size_t i = 0; i < places->second.size(); ++i) {
      if (i >= arguments.size()) break;
      const Position at = i < one.list.size() ? one.list[i]->at : one.at;
      table.named[places->second[i]] = {arguments[i], at, at};
    }
    // One call among the arguments may have given several.
    table.open =
        arguments.size() == 1 && !one.list.empty() &&
        (one.list[0]->kind == Expression::call || one.list[0]->kind == Expression::varargs);
    given = Value::make_table(&table);
  }
  fits(row, given, one);
  if (!allowed(row, one)) return {};
  const Table* table = given.is(Value::table) ? given.of : nullptr;
  if (row.effect == Effect::read) {
    if (name == "snapshot.capture") {
      const std::string* label = table ? table->text("label") : nullptr;
      if (label == nullptr || *label == "PRE") captured_pre = true;
    }
    return Value::make_read();
  }
  if (passage_.stage != AllowedEffects::change) return {};
  held_by_rails(row, table, one);
  deeds_.push_back({name, table});
  return Value::make_placeholder();
}

// The row's own words on what is given, at the argument that each is about.
void Walker::fits(const Row& row, const Value& given, const Expression& one) {
  const Position at = one.point;
  if (given.is(Value::nil)) {
    for (const Parameter& parameter : row.parameters)
      if (parameter.required)
        report(
            script_, one.at, "missing-argument",
            row.name + ": missing argument \"" + parameter.name + "\" (" + parameter.summary + ")",
            "`countersign operations " + row.name + "` says what it takes");
    return;
  }
  if (given.is(Value::boolean) || given.is(Value::number) || given.is(Value::text) ||
      given.is(Value::closure)) {
    report(script_, at, "wrong-argument",
           row.name + ": its arguments are one table, with a name for each",
           "write " + row.name + " { name = value }");
    return;
  }
  if (!given.is(Value::table)) return;
  const Table& table = *given.of;
  std::vector<std::string> names;
  for (const Parameter& parameter : row.parameters) names.push_back(parameter.name);
  const Script* const where = table.script ? table.script : script_;
  // A table that was made elsewhere is said of where it is handed over.
  const bool here = where == script_ && !one.list.empty() && table.at == one.list[0]->at;
  const auto place = [&](Position in_table) {
    return here || placed().count(row.name) != 0 ? in_table : one.at;
  };
  for (const auto& [index, cell] : table.listed) {
    report(script_, place(cell.value_at), "unknown-argument",
           row.name + ": arguments have names, and this one has none",
           "`countersign operations " + row.name + "` says what it takes");
    break;
  }
  for (const auto& [name, cell] : table.named) {
    if (std::find(names.begin(), names.end(), name) != names.end() || cell.value.is(Value::nil))
      continue;
    report(
        script_, place(cell.at), "unknown-argument",
        row.name + ": unknown argument \"" + name + "\"",
        did_you_mean(name, names, "`countersign operations " + row.name + "` says what it takes"));
  }
  for (const Parameter& parameter : row.parameters) {
    const auto at_name = table.named.find(parameter.name);
    if (at_name == table.named.end() || at_name->second.value.is(Value::nil)) {
      if (parameter.required && !table.open)
        report(
            script_, one.at, "missing-argument",
            row.name + ": missing argument \"" + parameter.name + "\" (" + parameter.summary + ")",
            "`countersign operations " + row.name + "` says what it takes");
      continue;
    }
    const Value& value = at_name->second.value;
    std::string wrong;
    if (value.is(Value::closure) || value.is(Value::builtin) || value.is(Value::operation))
      wrong = "got a function";
    else if (value.is(Value::run))
      wrong = "got run, and not a part of it";
    else if (const auto form = form_of(value, parameter.type))
      wrong = unfit(parameter, *form);
    if (!wrong.empty())
      report(script_, place(at_name->second.value_at), "wrong-argument",
             row.name + ": " + parameter.name + ": " + wrong,
             "`countersign operations " + row.name + "` says what it takes");
  }
}

// Whether the gate would let it through where it stands.
bool Walker::allowed(const Row& row, const Expression& one) {
  const bool reads = row.effect == Effect::read;
  switch (passage_.stage) {
    case AllowedEffects::load:
      report(script_, one.at, "call-at-load",
             row.name + " is called while the script is loaded" + called_from(),
             "call it inside a phase");
      return false;
    case AllowedEffects::decide:
      report(script_, one.at, "call-at-load",
             passage_.where + " calls " + row.name + ", and has to be known without looking" +
                 called_from(),
             "read it in a read phase before, and use run.<phase>");
      return false;
    case AllowedEffects::read:
      if (reads) return true;
      report(script_, one.at, "change-in-read",
             passage_.where + " only reads, and " + row.name + " changes something" + called_from(),
             is_symptom ? "what changes something belongs into a fix"
                        : "move it into a mutate phase; it will be planned, shown and signed");
      return false;
    case AllowedEffects::change:
      if (!reads) return true;
      report(script_, one.at, "read-in-change",
             passage_.where + " reads nothing, and " + row.name + " reads" + called_from(),
             is_symptom ? "read it in look or diagnose, and hand it on in the finding's facts"
                        : "read it in a read phase before, and use run.<phase>");
      return false;
    case AllowedEffects::aside:
      return true;
  }
  return true;
}

// The rails that this operation would break however the run goes. One that holds for some
// parameters only (rails.given) is left to the engine.
void Walker::held_by_rails(const Row& row, const Table* arguments, const Expression& one) {
  const auto broken = [&](const Table& rail, const std::string& rule) {
    const std::string* instead = rail.text("instead");
    report(script_, one.at, "rail-broken",
           "a rail forbids " + row.name + ": " + rule + because(rail) + called_from(),
           instead ? *instead : "change the order of the steps, or the rail");
  };
  if (!captured_pre && !is_symptom && all_phases_known)
    report(
        script_, one.at, "no-pre-snapshot",
        row.name + " changes something before a snapshot labelled PRE was captured" + called_from(),
        "capture one in a read phase before: snapshot.capture { label = \"PRE\" }");
  if (rails == nullptr) return;
  for (const auto& [index, cell] : rails->listed) {
    if (!cell.value.is(Value::table) || cell.value.of->is != "rail") continue;
    const Table& rail = *cell.value.of;
    const std::string* name = rail.text("rail");
    const RailKind* kind = name ? rail_kind(*name) : nullptr;
    if (kind == nullptr || !kind->of_operation() || rail.has("given")) continue;
    const std::optional<json> known = known_rail(rail, *kind);
    if (known && (*known)["operation"] == row.name && !kind->lets(*known, could_be(arguments)))
      broken(rail, fill_in(kind->refusal, *kind, *known, in_finding));
  }
}

// What the rails may ask, answered with what could be so.
RailCase Walker::could_be(const Table* arguments) const {
  RailCase at;
  at.done = [this](const std::string& needs, const json& wanted) {
    return !knows_every_deed_ ||
           std::any_of(deeds_.begin(), deeds_.end(), [&](const ObservedOperation& deed) {
             return deed.operation == needs && may_fit(deed.arguments, wanted);
           });
  };
  at.ended = [this](const std::string& phase) {
    const auto found = std::find_if(phases.begin(), phases.end(),
                                    [&](const PhaseName& other) { return other.name == phase; });
    return found == phases.end() || passage_.phase < 0 || found - phases.begin() < passage_.phase;
  };
  at.passed = [this](const std::string& title) {
    return !knows_every_check || !saw_every_check_ || checks.count(title) != 0;
  };
  at.pre_captured = [] { return true; };
  at.has_arguments = [arguments](const json& wanted) { return may_fit(arguments, wanted); };
  at.touches = [](const std::string&) { return false; };
  return at;
}

}  // namespace countersign::lua
