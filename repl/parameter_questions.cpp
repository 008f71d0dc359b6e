#include "repl/parameter_questions.h"

#include "interpreter/parameters.h"
#include "repl/app_context.h"
#include "repl/described.h"
#include "repl/views/console.h"
#include "repl/views/runbooks_view.h"
#include "repl/views/typed_line.h"

namespace countersign {
namespace {

// Names and what they mean; a profile is one of those that are configured.
json declared_parameters(CommandContext& context, json declared) {
  const Result<const Configuration*> config = context.app.configuration_if_any();
  for (auto& [name, parameter] : declared.items()) {
    if (parameter.value("kind", "") != "profile" || !config || *config == nullptr) continue;
    json profiles = json::array();
    for (const auto& [profile, what] : (*config)->profiles) profiles.push_back(profile);
    if (profiles.empty()) continue;
    parameter["kind"] = "choice";
    parameter["choices"] = std::move(profiles);
  }
  return declared;
}

// Whether everything that was given is right as far as it goes.
bool fits(const json& declared, const json& given) {
  json known = json::object();
  for (const auto& [name, value] : given.items()) {
    if (!declared.contains(name)) return false;
    known[name] = declared[name];
  }
  return static_cast<bool>(check_parameters(known, given));
}

// What is missing, and what may be, before the first is asked for.
void show_missing(CommandContext& context, const json& declared, const json& given) {
  Page page(context.console.style_of_progress());
  page.line(0, {{"These parameters are needed. Ctrl-C ends, and nothing is started."}});
  for (const std::string& name : missing_parameters(declared, given))
    parameter_lines(page, name, declared[name]);
  for (const auto& [name, condition] : perhaps_missing(declared, given))
    parameter_lines(page, name, declared[name]);
  page.blank();
  context.console.warn(page.text());
}

// Why the answer does not fit; empty: it does.
std::string misfit(const json& parameter, const std::string& answer) {
  const bool fits =
      static_cast<bool>(check_parameters({{"answer", parameter}}, {{"answer", answer}}));
  if (fits) return "";
  const std::string wanted = wanted_of(parameter);
  return "wanted is " + (wanted.empty() ? std::string("text that is not empty") : wanted);
}

// One answer, asked for until it fits.
Result<TypedLine> answer_to(CommandContext& context, const std::string& name, json parameter) {
  parameter.erase("required_if");
  const bool secret = parameter.value("kind", "") == "secret";
  for (;;) {
    Page prompt(context.console.style_of_progress());
    prompt.line(0, {{name, Tone::strong}, {secret ? " (not shown):" : ":"}});
    std::string text = prompt.text();
    text.back() = ' ';
    TypedLine typed = TRY(typed_line(text, secret));
    if (secret || typed.signal != 0) context.console.warn("\n");
    if (typed.signal != 0) return typed;
    const std::string wrong = misfit(parameter, typed.text);
    if (wrong.empty()) return typed;
    context.console.warn("  " + wrong + "\n");
  }
}

}  // namespace

Result<Answers> ask_for_parameters(CommandContext& context, const RunbookFile& file, json given) {
  const Arguments& typed = context.arguments;
  if (typed.json || typed.events || !context.console.can_ask()) return Answers{std::move(given)};
  // A script that cannot be read is refused where the run would start.
  Engine* engine = TRY(context.app.engine(typed.principal));
  const Result<Described> described = describe_script(*engine, file);
  if (!described || described->head.value("is", "") != "runbook") return Answers{std::move(given)};
  const json head = described->head.value("parameters", json::object());
  json known = given;
  if (const std::string name = profile_parameter(head);
      !name.empty() && !typed.profile.empty() && !given.contains(name))
    known[name] = typed.profile;
  const json declared = declared_parameters(context, head);
  if (!fits(head, known) || missing_parameters(declared, known).empty())
    return Answers{std::move(given)};
  show_missing(context, declared, known);
  for (;;) {
    const std::vector<std::string> missing = missing_parameters(declared, known);
    if (missing.empty()) return Answers{std::move(given)};
    const std::string& name = missing.front();
    const TypedLine answer = TRY(answer_to(context, name, declared[name]));
    if (answer.signal != 0) return Answers{std::move(given), answer.signal};
    known[name] = given[name] = answer.text;
  }
}

}  // namespace countersign
