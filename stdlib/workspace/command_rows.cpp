// command.*: the programs that countersign.toml declares, and no others. The declaration is the
// operator's: a runbook names it and may set the variables that it lists, never a program, an
// argument or a folder.
#include "interpreter/canonical.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/command_environment.h"
#include "stdlib/session/env_scope.h"
#include "stdlib/session/program_identity.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/session/system.h"
#include "stdlib/workspace/command_process.h"
#include "stdlib/workspace/command_state.h"
#include "stdlib/workspace/file_rows.h"

namespace countersign {
namespace {

constexpr std::size_t kShownOutput = 16u << 10;  // of a command that changes something
constexpr std::size_t kReadOutput = 1u << 20;    // of one that reads

Result<const CommandDeclaration*> declaration(const Call& call, bool reads) {
  const auto name = TRY(known_text(call, "name"));
  const auto& commands = provider(call).workspace().configuration().commands;
  const auto at = commands.find(name);
  if (at == commands.end()) {
    std::vector<std::string> names;
    for (const auto& [known, command] : commands) names.push_back(known);
    return Error{
        "argument", "name: no command \"" + name + "\" is declared",
        did_you_mean(name, names, "declare it as [commands." + name + "] in countersign.toml")};
  }
  if (reads != (at->second.effect == "read"))
    return Error{"refused",
                 "the command \"" + name + "\" is " + (reads ? "not " : "") +
                     "declared with effect = \"read\"",
                 reads ? "command.run starts it, inside a plan" : "command.read starts it"};
  return &at->second;
}

// A runbook may set what the declaration lists, and nothing that makes a program load code. Where a
// command that changes something lists nothing, what is set is shown and signed with the plan; one
// that only reads runs unsigned, so it is given what it lists and no more.
Status may_set(const CommandDeclaration& command, const std::string& name) {
  if (!is_variable_name(name))
    return Error{"argument", "environment: \"" + name + "\" is not the name of a variable"};
  if (is_loader_variable(name) || command.secrets.count(name) != 0)
    return Error{"refused", "environment: " + name + " is not a runbook's to set",
                 "declare it under [commands." + command.name + ".environment]"};
  if (command.variables.count(name) != 0) return Done{};
  if (command.variables.empty() && command.effect != "read") return Done{};
  std::string list;
  for (const std::string& one : command.variables) list += "\"" + one + "\", ";
  return Error{"refused",
               "environment: " + name + " is not among the variables that the command \"" +
                   command.name + "\" lets a runbook set",
               "list it under [commands." + command.name + "] in countersign.toml: variables = [" +
                   list + "\"" + name + "\"]"};
}

// The variables that the runbook adds, checked. Secrets are opened only for the start.
Result<std::map<std::string, std::string>> variables(const Call& call,
                                                     const CommandDeclaration& command, bool open) {
  std::map<std::string, std::string> all;
  const json given = call.arguments.value("environment", json::object());
  for (const auto& [name, value] : given.items()) {
    TRY(may_set(command, name));
    if (is_handle(value)) {
      if (!open) continue;
      auto secret = TRY(open_handle(provider(call), value));
      all[name] = std::move(secret);
      continue;
    }
    const auto text = content_text(call, value);
    if (!text)
      return Error{text.error().kind, "environment: " + name + ": " + text.error().message};
    if (text->find('\0') != std::string::npos)
      return Error{"argument", "environment: " + name + " holds a NUL"};
    all[name] = *text;
  }
  return all;
}

// All that the command is given. `home`: its HOME where the declaration names none.
Result<std::map<std::string, std::string>> environment(const Call& call,
                                                       const CommandDeclaration& command,
                                                       const std::string& home) {
  std::map<std::string, std::string> all = declared_environment(command);
  if (all["HOME"].empty()) all["HOME"] = home;
  auto added = TRY(variables(call, command, true));
  for (auto& [name, value] : added) all[name] = std::move(value);
  if (command.effect == "read") return all;
  for (const auto& [name, reference] : command.secrets) {
    auto secret = TRY(open_secret(reference));
    provider(call).vault().know("command:" + command.name + "." + name, secret);
    all[name] = std::move(secret);
  }
  return all;
}

// A command that reads runs without a plan, so the policy has the last word, not the declaration.
Status policy_allows(const Call& call, const CommandDeclaration& command) {
  const Configuration& configuration = provider(call).workspace().configuration();
  std::set<std::string> listed;
  if (configuration.reading_commands) {
    auto said = TRY(configuration.reading_commands());
    listed = std::move(said);
  }
  if (listed.count(command.name) != 0) return Done{};
  listed.insert(command.name);
  std::string line;
  for (const std::string& name : listed) line += (line.empty() ? "\"" : ", \"") + name + "\"";
  const std::string file =
      configuration.trust.policy.empty() ? "policy.toml" : configuration.trust.policy;
  return Error{"refused",
               "the policy does not let the command \"" + command.name +
                   "\" run without approval, although it is declared with effect = \"read\"",
               "add it to [commands] in " + file + ": read = [" + line +
                   "]; or declare it without effect, and start it with command.run"};
}

// What it starts from; and the first place where a wrong variable shows, which is while planning.
Result<json> before(const Call& call) {
  const auto command = TRY(declaration(call, false));
  TRY(variables(call, *command, false));
  return command_sources(call, *command);
}

// The last `most` bytes at most, from the beginning of a line or at least of a character.
std::string tail(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t cut = text.size() - most;
  const std::size_t line = text.find('\n', cut);
  if (line != std::string::npos && line + 1 < text.size()) return text.substr(line + 1);
  while (cut < text.size() && (text[cut] & 0xC0) == 0x80) ++cut;
  return text.substr(cut);
}

// Output as it may be kept: text in UTF-8, without secrets.
std::string kept(Vault& vault, const std::string& output) {
  const std::string text = json(output).dump(-1, ' ', false, json::error_handler_t::replace);
  return vault.scrub(json::parse(text).get<std::string>());
}

Result<json> carry(const Call& call, bool reads) {
  const auto command = TRY(declaration(call, reads));
  if (reads && !command->secrets.empty())
    return Error{"refused",
                 "the reading command \"" + command->name + "\" is declared with secrets",
                 "a command that reads gets none; take them out of its declaration"};
  if (reads) TRY(policy_allows(call, *command));
  const PrivateFolder home;
  if (home.path().empty()) return Error{"state", "no folder can be made for the command's HOME"};
  auto variables = TRY(environment(call, *command, home.path()));
  const auto sources = TRY(command_sources(call, *command));
  CommandProcess process;
  process.argv = command->argv;
  process.cwd = sources["cwd"].get<std::string>();
  process.program = sources["program"]["path"].get<std::string>();
  process.digests = digests_of(sources, process.cwd);
  process.environment = std::move(variables);
  process.milliseconds = command->timeout_seconds * 1000;
  const auto outcome = TRY(run_command(process));

  const std::string output = kept(provider(call).vault(), outcome.output);
  const std::string id = call.session.documents().put(output);
  const std::string where =
      "its output is document " + id + "; it ended with: " + tail(output, 400);
  if (outcome.overdue)
    return Error{reads ? "limit" : "in_doubt",
                 "the command \"" + command->name + "\" was stopped after " +
                     std::to_string(command->timeout_seconds) + " s",
                 where};
  if (outcome.status != 0)
    return Error{"provider",
                 "the command \"" + command->name + "\" ended with exit status " +
                     std::to_string(outcome.status),
                 where};
  const std::size_t most = reads ? kReadOutput : kShownOutput;
  const bool truncated = outcome.cut || output.size() > most;
  json answer = {
      {"exit_status", 0},
      {"text", tail(output, most)},
      {"output", make_handle("document", id, {{"size", output.size()}, {"cut", outcome.cut}})}};
  if (!reads) return answer;
  answer["truncated"] = truncated;
  if (call.arguments.value("json", json()) != true) return answer;
  if (truncated)
    return Error{"provider",
                 "the command \"" + command->name + "\" printed more than can be read as JSON",
                 "have it print less; " + where};
  Result<json> value = parse_json(output);
  if (!value)
    return Error{"provider", "what the command \"" + command->name + "\" printed is no JSON",
                 where};
  disarm(*value);
  answer["json"] = std::move(*value);
  return answer;
}

// A program may deploy, to where the systems of the profile say.
Result<std::vector<std::string>> deployed(const Call& call) {
  std::vector<std::string> all;
  for (const System& system : systems())
    if (system.deployed)
      for (std::string& pointer : system.deployed(call)) all.push_back(std::move(pointer));
  return all;
}

}  // namespace

Status add_command_rows(Catalogue& catalogue) {
  const Parameter name = {"name", Type::text, true,
                          "The command, as [commands] in countersign.toml names it"};
  const Parameter variables = {
      "environment", Type::object, false, "Variables to add: text, or a secret's handle", "", {},
      true};
  const Parameter plain = {"environment", Type::object, false, "Variables to add"};
  const Status added = catalogue.add(
      {"command.read",
       Effect::read,
       "",
       {name,
        plain,
        {"json", Type::flag, false,
         "Whether what it prints is JSON, which is then returned as data"}},
       "{exit_status, text, output, truncated, json}: what it printed, whether its beginning is "
       "missing there, all of it as a document, and what its JSON says where that was asked for",
       "Runs a declared command that only reads",
       [](const Call& call) -> Result<json> {
         const json variables_of = call.arguments.value("environment", json::object());
         for (const auto& [key, value] : variables_of.items())
           if (is_handle(value))
             return Error{"refused",
                          "environment: " + key + ": a command that reads gets no secret"};
         return carry(call, true);
       }});
  if (!added) return added;
  Row run{"command.run",
          Effect::mutate,
          "",
          {name, variables},
          "{exit_status, text, output}: the end of its output, and all of it as a document",
          "Runs a declared command",
          [](const Call& call) { return carry(call, false); }};
  run.target = [](const Call& call) -> Result<std::string> {
    const auto command = TRY(declaration(call, false));
    return "/commands/" + escape_pointer(command->name);
  };
  run.before = before;
  // No projection: nobody knows what a program leaves behind, not even in its inputs.
  run.changing = Changing{.wire = 1,
                          .sources = Sources::none(),  // they are what it starts from
                          .returns = Returns({{"/output", range::document()}})};
  run.settle = Settle::ask;
  run.affects_of = deployed;
  return catalogue.add(std::move(run));
}

}  // namespace countersign
