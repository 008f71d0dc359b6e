#include "repl/views/runbooks_view.h"

#include <algorithm>
#include <map>

#include "interpreter/parameters.h"
#include "repl/views/rail_text.h"

namespace countersign {
namespace {

enum class Need { always, sometimes, never };

Need need_of(const json& parameter) {
  if (!is_needed(parameter)) return Need::never;
  return parameter.contains("required_if") ? Need::sometimes : Need::always;
}

// Prose of the head, whose author may have broken it into lines.
std::string prose_at(const json& object, const char* key) {
  std::string text = text_at(object, key);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

json map_at(const json& head, const char* key) {
  const auto at = head.find(key);
  return at != head.end() && at->is_object() ? *at : json::object();
}

json list_at(const json& head, const char* key) {
  const auto at = head.find(key);
  return at != head.end() && at->is_array() ? *at : json::array();
}

// What has to be given first, then what may have to be, then the rest.
std::vector<std::pair<std::string, json>> by_need(const json& parameters) {
  std::vector<std::pair<std::string, json>> out;
  for (const Need need : {Need::always, Need::sometimes, Need::never})
    for (const auto& [name, parameter] : parameters.items())
      if (need_of(parameter) == need) out.emplace_back(name, parameter);
  return out;
}

// "client, type; where type is A: goodbye"
std::string needs_in_words(const json& parameters) {
  std::string all;
  std::map<std::string, std::string> sometimes;  // by condition
  for (const auto& [name, parameter] : by_need(parameters)) {
    if (need_of(parameter) == Need::never) continue;
    std::string& names = need_of(parameter) == Need::always
                             ? all
                             : sometimes[condition_in_words(parameter["required_if"])];
    names += (names.empty() ? "" : ", ") + name;
  }
  for (const auto& [condition, names] : sometimes)
    all += (all.empty() ? "" : "; ") + ("where " + condition + ": " + names);
  return all.empty() ? "nothing" : all;
}

json parameter_json(const std::string& name, const json& parameter) {
  const Need need = need_of(parameter);
  return {{"name", name},
          {"kind", text_at(parameter, "kind")},
          {"why", text_at(parameter, "why")},
          {"required", need == Need::always},
          {"required_if", parameter.value("required_if", json())},
          {"default", parameter.value("default", json())},
          {"choices", parameter.contains("choices") ? list_at(parameter, "choices") : json()},
          {"wanted", wanted_of(parameter)}};
}

json symptom_json(const json& symptom) {
  return {{"name", text_at(symptom, "name")},
          {"title", text_at(symptom, "title")},
          {"matches", list_at(symptom, "matches")},
          {"summary", symptom.value("summary", json())}};
}

std::string joined(const json& list) {
  std::string out;
  for (const json& one : list)
    out += (out.empty() ? "" : ", ") + (one.is_string() ? one.get<std::string>() : one.dump());
  return out;
}

void symptoms_section(Page& page, const json& symptoms) {
  if (symptoms.empty()) return;
  page.heading("Symptoms");
  for (const json& symptom : symptoms) {
    page.line(2, {{text_at(symptom, "title"), Tone::strong},
                  {"  " + text_at(symptom, "name"), Tone::faint}});
    if (const std::string reported = joined(list_at(symptom, "matches")); !reported.empty())
      page.line(4, {{"reported as: " + reported, Tone::faint}}, 2);
  }
}

void variants_section(Page& page, const json& variants) {
  if (variants.empty()) return;
  page.heading("If your case differs");
  for (const auto& [name, place] : variants.items())
    page.line(2, {{name + ": "}, {place.is_string() ? place.get<std::string>() : place.dump()}});
}

void error_lines(Page& page, std::size_t indent, const Error& error) {
  page.line(indent, {{"cannot be read: " + error.message, Tone::bad}});
  if (!error.hint.empty()) page.line(indent, {{"→ " + error.hint}});
}

}  // namespace

void parameter_lines(Page& page, const std::string& name, const json& parameter) {
  const std::string kind = text_at(parameter, "kind"), wanted = wanted_of(parameter);
  std::string need = "required";
  if (need_of(parameter) == Need::sometimes)
    need = "required where " + condition_in_words(parameter["required_if"]);
  if (need_of(parameter) == Need::never)
    need = parameter.contains("default") ? "default: " + text_at(parameter, "default") : "optional";
  page.line(2, {{name, Tone::strong},
                {"  " + (kind == "profile" ? std::string("a profile of countersign.toml")
                         : wanted.empty()  ? kind
                                           : wanted)},
                {"  " + need, need_of(parameter) == Need::never ? Tone::faint : Tone::warning}});
  if (const std::string why = prose_at(parameter, "why"); !why.empty()) page.line(6, {{why}}, 0);
}

json runbook_json(const FoundRunbook& runbook) {
  json out = {{"name", runbook.name},      {"runbook", nullptr},
              {"title", nullptr},          {"when_to_use", nullptr},
              {"needs", json::array()},    {"parameters", json::array()},
              {"symptoms", json::array()}, {"variants", json::object()},
              {"path", runbook.path},      {"error", nullptr}};
  if (!runbook.described) {
    out["error"] = to_json(runbook.described.error());
    return out;
  }
  const json& head = runbook.described->head;
  out["runbook"] = text_at(head, "name");
  out["title"] = text_at(head, "title");
  out["when_to_use"] = head.value("summary", json());
  for (const auto& [name, parameter] : by_need(map_at(head, "parameters"))) {
    if (need_of(parameter) == Need::always) out["needs"].push_back(name);
    out["parameters"].push_back(parameter_json(name, parameter));
  }
  for (const json& symptom : list_at(head, "symptoms"))
    out["symptoms"].push_back(symptom_json(symptom));
  out["variants"] = map_at(head, "variants");
  return out;
}

std::string runbooks_text(const std::vector<FoundRunbook>& runbooks, const Style& style) {
  Page page(style);
  for (const FoundRunbook& one : runbooks) {
    if (&one != &runbooks.front()) page.blank();
    if (!one.described) {
      page.line(0, {{one.name, Tone::strong}});
      error_lines(page, 2, one.described.error());
      continue;
    }
    const json& head = one.described->head;
    page.line(0, {{one.name, Tone::strong}, {"  " + text_at(head, "title")}});
    if (const std::string when = prose_at(head, "summary"); !when.empty())
      page.field("when", {{when}});
    std::string symptoms;
    for (const json& symptom : list_at(head, "symptoms"))
      symptoms += (symptoms.empty() ? "" : "; ") + text_at(symptom, "title");
    if (!symptoms.empty()) page.field("symptoms", {{symptoms}});
    page.field("needs", {{needs_in_words(map_at(head, "parameters"))}});
  }
  page.blank();
  page.line(0, {{"`countersign runbooks NAME` says what each parameter is."}});
  return page.text();
}

std::string runbook_text(const FoundRunbook& runbook, const Style& style) {
  Page page(style);
  if (!runbook.described) {
    page.line(0, {{runbook.name, Tone::strong}});
    error_lines(page, 2, runbook.described.error());
    return page.text();
  }
  const json& head = runbook.described->head;
  page.line(0, {{runbook.name, Tone::strong}, {"  " + text_at(head, "title")}});
  page.line(0, {{runbook.path, Tone::faint}});
  if (const std::string when = prose_at(head, "summary"); !when.empty()) {
    page.heading("When to use it");
    page.line(2, {{when}}, 0);
  }
  symptoms_section(page, list_at(head, "symptoms"));
  page.heading("Parameters");
  const auto parameters = by_need(map_at(head, "parameters"));
  if (parameters.empty()) page.line(2, {{"none"}});
  for (const auto& [name, parameter] : parameters) parameter_lines(page, name, parameter);
  variants_section(page, map_at(head, "variants"));
  std::string call = "countersign run " + runbook.name;
  for (const auto& [name, parameter] : parameters)
    if (need_of(parameter) == Need::always) call += " -p " + name + "=…";
  page.heading("How to run it");
  page.command(2, call);
  return page.text();
}

}  // namespace countersign
