#include "interpreter/catalogue.h"

#include <algorithm>
#include <set>

#include "interpreter/canonical.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "interpreter/times.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace {

const std::set<std::string>& reading_verbs() {
  static const std::set<std::string> verbs = {"fetch",     "find",    "list",  "validate",
                                              "compare",   "capture", "diff",  "only",
                                              "unchanged", "read",    "probe", "log"};
  return verbs;
}

const std::set<std::string>& changing_verbs() {
  static const std::set<std::string> verbs = {"create",  "update",  "delete", "send",     "cancel",
                                              "archive", "restore", "deploy", "edit",     "write",
                                              "move",    "run",     "verify", "tombstone"};
  return verbs;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

bool matches(const std::string& text, std::string_view form) {
  // form: letters are themselves, 'x' a lower-case hexadecimal digit repeated to the end.
  return text.size() == form.size() &&
         std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == 'x' ? std::string_view("0123456789abcdef").find(c) != std::string_view::npos
                           : c == f;
         });
}

std::string shown(const json& value) {
  return clipped(value.dump(-1, ' ', false, json::error_handler_t::replace), 60);
}

std::string kind_of(const json& value) {
  if (is_placeholder(value)) return "a placeholder";
  if (is_handle(value)) return "a " + (*marked(value))["handle"].get<std::string>() + " handle";
  if (value.is_string()) return "text " + shown(value);
  if (value.is_object()) return "a table";
  if (value.is_array()) return "a list";
  if (value.is_null()) return "nothing";
  return shown(value);
}

// Empty where `value` is right; else what was wanted.
std::string wanted(const Parameter& parameter, const json& value) {
  if (is_placeholder(value)) return "";
  switch (parameter.type) {
    case Type::text:
      if (parameter.sink && is_handle(value, "secret")) return "";
      if (!value.is_string()) return "text";
      if (!parameter.choices.empty() &&
          std::find(parameter.choices.begin(), parameter.choices.end(), value.get<std::string>()) ==
              parameter.choices.end()) {
        std::string all;
        for (const std::string& choice : parameter.choices)
          all += (all.empty() ? "" : ", ") + choice;
        return "one of " + all;
      }
      return "";
    case Type::integer:
      return value.is_number_integer() ? "" : "a whole number";
    case Type::number:
      return value.is_number() ? "" : "a number";
    case Type::flag:
      return value.is_boolean() ? "" : "true or false";
    case Type::list:
      return value.is_array() || (value.is_object() && value.empty()) ? "" : "a list";
    case Type::object:
      return value.is_object() && !marked(value) ? "" : "a table";
    case Type::any:
      return "";
    case Type::sid:
      return value.is_string() && matches(value.get<std::string>(),
                                          parameter.prefix + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
                 ? ""
                 : "a SID (" + parameter.prefix + " and 32 hexadecimal digits)";
    case Type::url: {
      if (!value.is_string()) return "a URL";
      const auto& text = value.get_ref<const std::string&>();
      return text.rfind("https://", 0) == 0 || text.rfind("http://", 0) == 0 ? "" : "a URL";
    }
    case Type::phone: {
      if (!value.is_string()) return "a phone number (E.164)";
      const auto& text = value.get_ref<const std::string&>();
      const bool right = text.size() >= 8 && text.size() <= 16 && text[0] == '+' &&
                         text[1] != '0' &&
                         text.find_first_not_of("0123456789", 1) == std::string::npos;
      return right ? "" : "a phone number (E.164, such as +15550100200)";
    }
    case Type::email: {
      if (!value.is_string()) return "an e-mail address";
      const auto& text = value.get_ref<const std::string&>();
      const std::size_t at = text.find('@');
      const bool right = at != std::string::npos && at > 0 &&
                         text.find('.', at) != std::string::npos &&
                         text.find_first_of(" \t\r\n<>,") == std::string::npos;
      return right ? "" : "an e-mail address";
    }
    case Type::time:
      return value.is_string() || value.is_number_integer() ? "" : "a time";
    case Type::duration: {
      const bool right = value.is_string()
                             ? parse_duration(value.get_ref<const std::string&>()).has_value()
                             : value.is_number_integer() && value >= 0;
      return right ? "" : "a duration (such as \"24h\")";
    }
    case Type::handle:
      return is_handle(value, parameter.prefix)
                 ? ""
                 : "a " + (parameter.prefix.empty() ? "" : parameter.prefix + " ") + "handle";
    case Type::secret:
      return is_handle(value, "secret") ? "" : "a secret's handle";
  }
  return "";
}

}  // namespace

std::string_view Effect::name() const {
  return kind_ == read ? "read" : kind_ == mutate ? "mutate" : "destroy";
}

std::string_view to_string(Type type) {
  static const char* names[] = {"text",   "integer", "number",   "flag",   "list",
                                "object", "any",     "sid",      "url",    "phone",
                                "email",  "time",    "duration", "handle", "secret"};
  return names[static_cast<int>(type)];
}

std::string_view verb_of(std::string_view operation) {
  return operation.substr(operation.rfind('.') + 1);
}

Status Catalogue::add(Row row) {
  const auto bad = [&](const std::string& why) {
    return Error{"config", "row " + row.name + ": " + why};
  };
  const auto dots = std::count(row.name.begin(), row.name.end(), '.');
  if (dots < 1 || dots > 2) return bad("a name is provider.noun.verb or provider.verb");
  const std::string verb(verb_of(row.name));
  const bool reads = row.effect == Effect::read;
  // `validate` and `probe` are POSTs that read; the verb says what happens, not how it is sent.
  if (reads != (reading_verbs().count(verb) != 0) || (!reads && changing_verbs().count(verb) == 0))
    return bad("the verb \"" + verb + "\" does not fit the effect " +
               std::string(row.effect.name()));
  if (!row.carrier) return bad("no carrier");
  if (!reads && !row.target) return bad("a changing row names its target");
  if (!reads && row.settle == Settle::none) return bad("a changing row says how it is settled");
  if (row.settle == Settle::by_lookup && !row.lookup) return bad("settled by lookup, but has none");
  if (row.settle == Settle::by_state && (!row.before || !row.project))
    return bad("settled by state needs before and project");
  if (row.effect == Effect::destroy && row.irreversible.empty())
    return bad("a destroying row says what is lost");
  if (!reads && !row.changing)
    return bad("a changing row says its wire number, its sources and what it returns");
  const auto at =
      std::lower_bound(rows_.begin(), rows_.end(), row.name,
                       [](const Row& a, const std::string& name) { return a.name < name; });
  if (at != rows_.end() && at->name == row.name) return bad("stands twice");
  rows_.insert(at, std::move(row));
  return Done{};
}

const Row* Catalogue::find(std::string_view name) const {
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), name,
                                   [](const Row& a, std::string_view b) { return a.name < b; });
  return at != rows_.end() && at->name == name ? &*at : nullptr;
}

std::vector<std::string> Catalogue::near(std::string_view name) const {
  std::vector<std::string> names;
  for (const Row& row : rows_) names.push_back(row.name);
  return nearest(name, names);
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most) {
  std::vector<std::pair<std::size_t, std::string>> scored;
  for (const std::string& candidate : candidates) {
    const std::size_t far = distance(word, candidate);
    if (far <= std::max<std::size_t>(2, word.size() / 3)) scored.emplace_back(far, candidate);
  }
  std::sort(scored.begin(), scored.end());
  if (scored.size() > most) scored.resize(most);
  std::vector<std::string> names;
  for (auto& [far, name] : scored) names.push_back(std::move(name));
  return names;
}

json describe(const Row& row) {
  json parameters = json::array();
  for (const Parameter& p : row.parameters) {
    json one = {{"name", p.name},
                {"type", to_string(p.type)},
                {"required", p.required},
                {"summary", p.summary}};
    if (!p.prefix.empty()) one["prefix"] = p.prefix;
    if (!p.choices.empty()) one["choices"] = p.choices;
    if (p.sink) one["sink"] = true;
    if (!p.wire.empty()) one["wire"] = p.wire;
    parameters.push_back(std::move(one));
  }
  static const char* settles[] = {"none", "by_state", "by_lookup", "ask"};
  json returns = json::object();
  if (row.changing)
    for (const Returned& one : row.changing->returns.fields()) returns[one.path] = one.range;
  json out = {{"name", row.name},
              {"effect", row.effect.name()},
              {"credential", row.credential.empty() ? "none" : row.credential},
              {"parameters", parameters},
              {"result", row.result},
              {"summary", row.summary},
              {"settle", settles[static_cast<int>(row.settle)]},
              {"volatile", row.volatile_fields},
              {"affects", row.affects},
              {"projects", static_cast<bool>(row.project)},
              {"inverse", static_cast<bool>(row.inverse)},
              {"irreversible", row.irreversible}};
  if (row.changing)
    out.update({{"wire", row.changing->wire.number},
                {"sources", static_cast<bool>(row.changing->sources.read())},
                {"returns", returns},
                {"affects_more", static_cast<bool>(row.affects_of)},
                {"makes", static_cast<bool>(row.made)}});
  return out;
}

std::string row_digest(const Row& row) {
  return sha256_hex(canonical(describe(row)));
}

std::string unfit(const Parameter& parameter, const json& value) {
  const std::string want = wanted(parameter, value);
  return want.empty() ? "" : "got " + kind_of(value) + ", want " + want;
}

Status check_arguments(const Row& row, const json& arguments) {
  std::vector<std::string> wrong;
  std::vector<std::string> names;
  for (const Parameter& parameter : row.parameters) names.push_back(parameter.name);
  std::string hint;
  if (!arguments.is_object() || marked(arguments))
    return Error{"argument",
                 row.name + ": got " + kind_of(arguments) + ", want a table of named arguments", "",
                 row.name};
  for (const auto& [key, value] : arguments.items()) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    wrong.push_back("unknown argument \"" + key + "\"");
    hint = did_you_mean(key, names, hint);
  }
  for (const Parameter& parameter : row.parameters) {
    const auto at = arguments.find(parameter.name);
    if (at == arguments.end() || at->is_null()) {
      if (parameter.required)
        wrong.push_back("missing argument \"" + parameter.name + "\" (" + parameter.summary + ")");
      continue;
    }
    const std::string unfitting = unfit(parameter, *at);
    if (!unfitting.empty()) wrong.push_back(parameter.name + ": " + unfitting);
  }
  if (wrong.empty()) return Done{};
  std::string all;
  for (const std::string& one : wrong) all += (all.empty() ? "" : "; ") + one;
  return Error{"argument", row.name + ": " + all, hint, row.name};
}

}  // namespace countersign
