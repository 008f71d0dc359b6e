#include "interpreter/parameters.h"

#include <algorithm>

#include "interpreter/catalogue.h"
#include "interpreter/clock.h"
#include "interpreter/did_you_mean.h"

namespace countersign {
namespace {

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c >= 0x20 || c == '\n' || c == '\t'; });
}

// Whether `value` is (now) right.
bool read_as(const json& declared, json& value) {
  const std::string kind = declared.value("kind", "");
  const auto is_a = [&](Type type, const std::string& prefix = "") {
    Row row{.name = "x.read",
            .effect = Effect::read,
            .parameters = {{"value", type, true, "", prefix}}};
    return static_cast<bool>(check_arguments(row, {{"value", value}}));
  };
  if (kind == "flag") {
    if (value == "true" || value == "yes") value = true;
    if (value == "false" || value == "no") value = false;
    return value.is_boolean();
  }
  if (!value.is_string()) return false;
  const std::string text = value.get<std::string>();
  if (!is_plain(text)) return false;
  if (kind == "choice") {
    const json choices = declared.value("choices", json::array());
    return std::find(choices.begin(), choices.end(), value) != choices.end();
  }
  if (kind == "phone") return is_a(Type::phone);
  if (kind == "email") return is_a(Type::email);
  if (kind == "url") return is_a(Type::url);
  if (kind == "sid")
    return is_a(Type::sid, declared.value("prefix", text.size() > 2 ? text.substr(0, 2) : "AC"));
  if (kind == "duration") return parse_duration(text).has_value();
  if (kind == "secret")
    return text.rfind("env:", 0) == 0 || text.rfind("file:", 0) == 0 ||
           text.rfind("command:", 0) == 0;
  return !text.empty();
}

// What was wanted instead of `value`, which was not right.
std::string wanted_instead(const json& declared, const json& value) {
  const std::string kind = declared.value("kind", "");
  if (kind != "flag" && !value.is_string()) return "text";
  if (kind != "flag" && !is_plain(value.get<std::string>()))
    return "text without control characters";
  const std::string wanted = wanted_of(declared);
  return wanted.empty() ? "text that is not empty" : wanted;
}

// How far something is so with what is known.
enum class Holds { yes, no, open };

Holds required(const json& parameter, const json& values, const json& declared,
               std::size_t depth = 0);

Holds holds(const json& condition, const json& values, const json& declared, std::size_t depth) {
  Holds all = Holds::yes;
  for (const auto& [name, wanted] : condition.items()) {
    const auto there = values.find(name);
    if (there == values.end()) {
      // Only what will be given can still make it so; conditions that wait for one another never
      // do.
      const auto other = declared.find(name);
      if (other == declared.end() || depth > declared.size() ||
          required(*other, values, declared, depth + 1) == Holds::no)
        return Holds::no;
      all = Holds::open;
      continue;
    }
    const bool fits = wanted.is_array()
                          ? std::find(wanted.begin(), wanted.end(), *there) != wanted.end()
                          : wanted == *there;
    if (!fits) return Holds::no;
  }
  return all;
}

Holds required(const json& parameter, const json& values, const json& declared, std::size_t depth) {
  if (!is_needed(parameter)) return Holds::no;
  const auto condition = parameter.find("required_if");
  return condition == parameter.end() ? Holds::yes : holds(*condition, values, declared, depth);
}

// What is given, as the kinds want it, and the defaults of the rest.
json with_defaults(const json& declared, const json& given) {
  json values = json::object();
  for (const auto& [name, parameter] : declared.items()) {
    if (parameter.contains("default")) values[name] = parameter["default"];
    const auto at = given.find(name);
    if (at == given.end()) continue;
    json read = *at;
    (void)read_as(parameter, read);
    values[name] = std::move(read);
  }
  return values;
}

// The why, and what there is to choose from; that a secret is not given itself is said before it
// is.
std::string asked_for(const json& parameter) {
  const std::string kind = parameter.value("kind", "");
  const bool told = kind == "choice" || kind == "flag" || kind == "secret";
  return parameter.value("why", "") + (told ? " (" + wanted_of(parameter) + ")" : "");
}

}  // namespace

std::string unfit_value(const json& declared, json& value) {
  return read_as(declared, value) ? "" : wanted_instead(declared, value);
}

std::string profile_parameter(const json& declared) {
  for (const auto& [name, parameter] : declared.items())
    if (parameter.value("kind", "") == "profile") return name;
  return "";
}

std::string wanted_of(const json& parameter) {
  const std::string kind = parameter.value("kind", "");
  if (kind == "flag") return "true or false";
  if (kind == "choice") {
    std::string all;
    for (const json& choice : parameter.value("choices", json::array()))
      all += (all.empty() ? "" : ", ") + text_of(choice);
    return "one of " + all;
  }
  if (kind == "phone") return "a phone number such as +15550100200";
  if (kind == "email") return "an e-mail address";
  if (kind == "url") return "a URL";
  if (kind == "sid")
    return "a SID (" + parameter.value("prefix", std::string("two letters")) +
           " and 32 hexadecimal digits)";
  if (kind == "duration") return "a duration such as 24h, 15m or 0s";
  if (kind == "secret")
    return "a reference (env:NAME, file:PATH or command:PROGRAM), never the secret itself";
  return "";
}

bool is_needed(const json& parameter) {
  return !parameter.contains("default") && !parameter.value("optional", false);
}

std::string condition_in_words(const json& condition) {
  std::string out;
  for (const auto& [name, wanted] : condition.items()) {
    out += (out.empty() ? "" : " and ") + name + " is ";
    if (!wanted.is_array()) {
      out += text_of(wanted);
      continue;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i)
      out += (i == 0 ? "" : " or ") + text_of(wanted[i]);
  }
  return out;
}

std::vector<std::string> missing_parameters(const json& declared, const json& given) {
  const json values = with_defaults(declared, given);
  std::vector<std::string> out;
  for (const auto& [name, parameter] : declared.items())
    if (!values.contains(name) && required(parameter, values, declared) == Holds::yes)
      out.push_back(name);
  return out;
}

std::map<std::string, std::string> perhaps_missing(const json& declared, const json& given) {
  const json values = with_defaults(declared, given);
  std::map<std::string, std::string> out;
  for (const auto& [name, parameter] : declared.items())
    if (!values.contains(name) && required(parameter, values, declared) == Holds::open)
      out[name] = condition_in_words(parameter["required_if"]);
  return out;
}

Result<json> check_parameters(const json& declared, const json& given) {
  json values = json::object();
  std::vector<std::string> wrong, names;
  std::string hint;
  for (const auto& [name, parameter] : declared.items()) {
    names.push_back(name);
    if (parameter.contains("default")) values[name] = parameter["default"];
  }
  for (const auto& [name, value] : given.items()) {
    const auto at = declared.find(name);
    if (at == declared.end()) {
      wrong.push_back("there is no parameter \"" + name + "\"");
      hint = did_you_mean(name, names, hint);
      continue;
    }
    json read = value;
    const bool secret = at->value("kind", "") == "secret";
    if (!read_as(*at, read))
      wrong.push_back(name + ": got " +
                      (secret              ? std::string("something else")
                       : value.is_string() ? "\"" + value.get<std::string>() + "\""
                                           : value.dump()) +
                      ", want " + wanted_instead(*at, value) + " (" + at->value("why", "") + ")");
    else
      values[name] = std::move(read);
  }
  for (const std::string& name : missing_parameters(declared, given)) {
    wrong.push_back(name + " is missing: " + asked_for(declared[name]));
    if (hint.empty())
      hint = "give it with -p " + name + "=…, or all of them with --params FILE.json";
  }
  for (const auto& [name, condition] : perhaps_missing(declared, given))
    wrong.push_back(name + " is missing too where " + condition + ": " + asked_for(declared[name]));
  if (wrong.empty()) return values;
  std::string all;
  for (const std::string& one : wrong) all += "\n  " + one;
  return Error{"usage", "the parameters do not fit the runbook:" + all, hint};
}

}  // namespace countersign
