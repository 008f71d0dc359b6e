#include "interpreter/rail_kinds.h"

#include <algorithm>

namespace countersign {
namespace {

const RailField kOperation = {"operation", "operation", "what is forbidden"};
const RailField kWhy = {"why", "text", "why it holds", false};

std::string text_of(const json& rail, const char* field) {
  return rail.value(field, "");
}

json table_of(const json& rail, const char* field) {
  return rail.value(field, json::object());
}

bool may_always(const json&, const RailCase&) {
  return true;
}

const RailField* field_of(const RailKind& kind, std::string_view name) {
  static const RailField arguments = {"", "table", ""}, plain = {"", "text", ""};
  for (const RailField& field : kind.fields) {
    if (field.name == name) return &field;
    if (!field.arguments.empty() && field.arguments == name) return &arguments;
  }
  return &plain;
}

}  // namespace

const std::vector<RailKind>& rail_kinds() {
  static const std::vector<RailKind> all = {
      {.name = "baselines_unchanged",
       .summary = "Adjacent accounts must not change while this one is changed.",
       .why = "adjacent accounts must not change",
       // The gate itself looks at them before and after every change.
       .lets = may_always,
       .sentence = "Nothing is changed while an adjacent account changes"},
      {.name = "snapshot_first",
       .summary = "No change before a snapshot labelled PRE was captured.",
       .why = "what is not recorded before a change cannot be compared after it",
       .lets = [](const json&, const RailCase& at) { return at.pre_captured(); },
       .refusal = "no snapshot labelled PRE has been captured yet",
       .sentence = "Nothing is changed before a snapshot labelled PRE has been captured"},
      {.name = "never",
       .summary = "Forbids the operation.",
       .fields = {kOperation, kWhy, {"instead", "text", "what is done instead", false}},
       .lets = [](const json&, const RailCase&) { return false; },
       .refusal = "it is never done by this runbook",
       .sentence = "{operation} is never done",
       .kept = "never {operation}"},
      {.name = "only_with",
       .summary = "Forbids the operation with other arguments.",
       .fields = {kOperation, {"arguments", "table", "but with these arguments"}, kWhy},
       .lets = [](const json& rail,
                  const RailCase& at) { return at.has_arguments(table_of(rail, "arguments")); },
       .refusal = "only with {arguments}",
       .sentence = "{operation} is done only where {arguments}"},
      {.name = "after",
       .summary = "Forbids the operation before `needs` is confirmed done.",
       .fields = {kOperation,
                  {.name = "needs",
                   .type = "operation or rails.needs",
                   .doc = "what has to be confirmed done before",
                   .arguments = "needs_arguments"},
                  kWhy},
       .lets =
           [](const json& rail, const RailCase& at) {
             return at.done(text_of(rail, "needs"), table_of(rail, "needs_arguments"));
           },
       .refusal = "only after {needs}[ with {needs_arguments}]",
       .sentence = "{operation} is done only after {needs}[ (where {needs_arguments})]"},
      {.name = "after_one_of",
       .summary = "Forbids the operation before any one of `needs` is confirmed done.",
       .fields = {kOperation,
                  {"needs", "list of operation",
                   "any one of which has to be confirmed done before"},
                  kWhy},
       .lets =
           [](const json& rail, const RailCase& at) {
             const json needs = rail.value("needs", json::array());
             return std::any_of(needs.begin(), needs.end(), [&](const json& one) {
               return at.done(one.get<std::string>(), json::object());
             });
           },
       .refusal = "only after {needs}",
       .sentence = "{operation} is done only after {needs}"},
      {.name = "after_phase",
       .summary = "Forbids the operation before that phase has ended.",
       .fields = {kOperation, {"phase", "text", "the phase that has to have ended before"}, kWhy},
       .lets = [](const json& rail,
                  const RailCase& at) { return at.ended(text_of(rail, "phase")); },
       .refusal = "only after the phase \"{phase}\" has ended",
       .sentence = "{operation} is done only after the phase {phase} has ended"},
      {.name = "after_check",
       .summary = "Forbids the operation before that check has passed.",
       .fields = {kOperation,
                  {"title", "text", "the title of a check that has to have passed before"},
                  kWhy},
       // What a later read phase will check is not known while planning.
       .lets = [](const json& rail,
                  const RailCase& at) { return at.planning || at.passed(text_of(rail, "title")); },
       .refusal = "only after the check \"{title}\" has passed",
       .sentence = "{operation} is done only after the check \"{title}\" has passed"},
      {.name = "protect",
       .summary = "Forbids any change at or below that pointer of the snapshot.",
       .fields = {{"pointer", "text",
                   "a pointer of the snapshot: nothing at or below it is changed"},
                  kWhy},
       .lets = [](const json& rail,
                  const RailCase& at) { return !at.touches(text_of(rail, "pointer")); },
       .refusal = "\"{target}\" is protected",
       .sentence = "Nothing at or below {pointer} is changed",
       .kept = "never touches {pointer} or what is below it"},
  };
  return all;
}

const RailKind* rail_kind(std::string_view name) {
  for (const RailKind& kind : rail_kinds())
    if (kind.name == name) return &kind;
  return nullptr;
}

bool has_type(const json& value, const RailField& field) {
  if (field.type == "table") return value.is_object();
  if (field.type != "list of operation") return value.is_string();
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const json& one) { return one.is_string(); });
}

json rail_kinds_for_script() {
  json all = json::array();
  for (const RailKind& kind : rail_kinds()) {
    json fields = json::array();
    for (const RailField& field : kind.fields) {
      fields.push_back({{"name", field.name},
                        {"type", field.type},
                        {"doc", field.doc},
                        {"required", field.required}});
      if (!field.arguments.empty()) fields.back()["arguments"] = field.arguments;
    }
    all.push_back({{"name", kind.name}, {"fields", std::move(fields)}});
    if (!kind.why.empty()) all.back()["why"] = kind.why;
  }
  return all;
}

std::string fill_in(std::string_view form, const RailKind& kind, const json& rail,
                    const RailWriter& write) {
  std::string out;
  std::size_t kept = 0;  // the length of `out` before a part in [ ]
  bool part = false, empty = false;
  while (!form.empty()) {
    const char c = form[0];
    if (c == '[' || c == ']') {
      if (c == ']' && empty) out.resize(kept);
      part = c == '[';
      empty = false;
      kept = out.size();
      form.remove_prefix(1);
    } else if (c == '{') {
      const std::size_t end = form.find('}');
      const std::string_view name = form.substr(1, end - 1);
      const auto at = rail.find(name);
      if (at == rail.end() || at->empty())
        empty = part;
      else
        out += write(*field_of(kind, name), *at);
      form.remove_prefix(end + 1);
    } else {
      out += c;
      form.remove_prefix(1);
    }
  }
  return out;
}

std::string in_message(const RailField& field, const json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (field.type == "table") {
    for (const auto& [name, one] : value.items())
      text += (text.empty() ? "" : ", ") + name + " = " + one.dump();
    return text;
  }
  for (const json& one : value)
    text += (text.empty() ? "" : " or ") + (one.is_string() ? one.get<std::string>() : one.dump());
  return text;
}

}  // namespace countersign
