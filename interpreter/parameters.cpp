#include "interpreter/parameters.h"

#include "interpreter/catalogue.h"
#include "interpreter/clock.h"
#include "interpreter/did_you_mean.h"

namespace countersign {
namespace {

bool required(const json& declared, const json& values) {
  if (declared.contains("default") || declared.value("optional", false)) return false;
  const auto condition = declared.find("required_if");
  if (condition == declared.end()) return true;
  for (const auto& [name, value] : condition->items()) {
    const json there = values.value(name, json());
    if (value.is_array()) {
      bool any = false;
      for (const json& one : value) any = any || one == there;
      if (!any) return false;
    } else if (there != value) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string unfit_value(const json& declared, json& value) {
  const std::string kind = declared.value("kind", "");
  const auto row_type = [&](Type type, const std::string& prefix = "") -> std::string {
    Row row{.name = "x.read",
            .effect = Effect::read,
            .parameters = {{"value", type, true, "", prefix}}};
    return check_arguments(row, {{"value", value}}) ? "" : "!";
  };
  if (kind == "flag") {
    if (value == "true" || value == "yes") value = true;
    if (value == "false" || value == "no") value = false;
    return value.is_boolean() ? "" : "true or false";
  }
  if (!value.is_string()) return "text";
  const std::string text = value.get<std::string>();
  for (const unsigned char c : text)
    if (c < 0x20 && c != '\n' && c != '\t') return "text without control characters";
  if (kind == "choice") {
    std::string all;
    for (const json& choice : declared.value("choices", json::array())) {
      if (choice == value) return "";
      all += (all.empty() ? "" : ", ") +
             (choice.is_string() ? choice.get<std::string>() : choice.dump());
    }
    return "one of " + all;
  }
  if (kind == "phone")
    return row_type(Type::phone).empty() ? "" : "a phone number such as +15550100200";
  if (kind == "email") return row_type(Type::email).empty() ? "" : "an e-mail address";
  if (kind == "url") return row_type(Type::url).empty() ? "" : "a URL";
  if (kind == "sid") {
    const std::string prefix = declared.value("prefix", text.size() > 2 ? text.substr(0, 2) : "AC");
    return row_type(Type::sid, prefix).empty()
               ? ""
               : "a SID (" + declared.value("prefix", std::string("two letters")) +
                     " and 32 hexadecimal digits)";
  }
  if (kind == "duration") return parse_duration(text) ? "" : "a duration such as 24h, 15m or 0s";
  if (kind == "secret") {
    if (text.rfind("env:", 0) == 0 || text.rfind("file:", 0) == 0 || text.rfind("command:", 0) == 0)
      return "";
    return "a reference (env:NAME, file:PATH or command:PROGRAM), never the secret itself";
  }
  if (text.empty()) return "text that is not empty";
  return "";
}

std::string profile_parameter(const json& declared) {
  for (const auto& [name, parameter] : declared.items())
    if (parameter.value("kind", "") == "profile") return name;
  return "";
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
    const std::string want = unfit_value(*at, read);
    const bool secret = at->value("kind", "") == "secret";
    if (!want.empty())
      wrong.push_back(name + ": got " +
                      (secret              ? std::string("something else")
                       : value.is_string() ? "\"" + value.get<std::string>() + "\""
                                           : value.dump()) +
                      ", want " + want + " (" + at->value("why", "") + ")");
    else
      values[name] = std::move(read);
  }
  for (const auto& [name, parameter] : declared.items())
    if (!values.contains(name) && !given.contains(name) && required(parameter, values)) {
      wrong.push_back(name + " is missing: " + parameter.value("why", ""));
      if (hint.empty())
        hint = "give it with -p " + name + "=…, or all of them with --params FILE.json";
    }
  if (wrong.empty()) return values;
  std::string all;
  for (const std::string& one : wrong) all += "\n  " + one;
  return Error{"usage", "the parameters do not fit the runbook:" + all, hint};
}

}  // namespace countersign
