#include "repl/man_page.h"

#include <cstdio>
#include <map>

#include "repl/command_examples.h"
#include "repl/command_table.h"
#include "repl/exit_code.h"
#include "repl/version.h"

namespace countersign {
namespace {

// What means something else to roff, or looks otherwise on paper than it is typed.
const std::map<char, const char*> kEscapes = {
    {'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"}, {'`', "\\(ga"},
    {'^', "\\(ha"}, {'~', "\\(ti"}, {'"', "\\(dq"},  {'\n', " "},
};

// A character that is not ASCII, by its number; "..." has every device.
std::string named(unsigned long point) {
  if (point == 0x2026) return "...";
  char name[16];
  std::snprintf(name, sizeof name, "\\[u%04lX]", point);
  return name;
}

// Text as roff takes it: nothing in it is a request, a line of its own, or another character.
std::string roff(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      const auto escape = kEscapes.find(static_cast<char>(c));
      if (escape != kEscapes.end())
        out += escape->second;
      else
        out += (c == '.' && out.empty() ? "\\&" : "") + std::string(1, static_cast<char>(c));
      continue;
    }
    const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    unsigned long point = c & (0x7Fu >> length);
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    i += length;
    out += named(point);
  }
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}

void heading(std::string& out, const std::string& text) {
  out += ".SH " + roff(text) + "\n";
}

// A term, and what it is.
void item(std::string& out, const std::string& term, const std::string& what) {
  out += ".TP\n" + term + "\n" + (what.empty() ? "\\&" : roff(what)) + "\n";
}

std::string option_term(const OptionText& option) {
  std::string term;
  for (const std::string& name : option.names) term += (term.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty())
    term += (term.empty() ? "" : " ") + ("\\fI" + roff(option.value) + "\\fR");
  return term;
}

void options(std::string& out, const CommandText& command, bool everywhere) {
  for (const OptionText& option : command.options)
    if (option.everywhere == everywhere)
      item(out, option_term(option),
           option.what + (option.required ? " (required)" : "") +
               (option.repeats && !option.names.empty() ? " (may be repeated)" : ""));
}

void examples(std::string& out, const std::string& command) {
  const std::vector<Example> all = examples_of(command);
  if (all.empty()) return;
  out += all.size() == 1 ? ".PP\nExample:\n" : ".PP\nExamples:\n";
  for (const Example& example : all) {
    out += ".PP\n.nf\n.RS 4\n" + roff(example.line) + "\n.RE\n.fi\n";
    if (*example.what != '\0') out += ".RS 8\n" + roff(example.what) + "\n.RE\n";
  }
}

void exit_codes(std::string& out) {
  static const std::pair<ExitCode, const char*> codes[] = {
      {kDone, "done; of a command that takes in an answer: it was taken in"},
      {kCheckFailed, "a check failed, or something was found"},
      {kUsage, "usage: invalid arguments, configuration or script"},
      {kAwaitsDecision, "awaits a decision"},
      {kAwaitsTime, "awaits a time"},
      {kAwaitsAttestation, "awaits an attestation or the sign-off"},
      {kEnded, "rejected or cancelled"},
      {kDrifted, "drifted: what is there is not what was signed"},
      {kInDoubt, "in doubt: it is not known whether an operation was carried out"},
      {kRefused, "refused by a rail, the policy, the gate or the provider"},
      {kEndNotSigned, "of verify: the run's end is covered by no person's signature"}};
  heading(out, "EXIT STATUS");
  for (const auto& [code, what] : codes) item(out, bold(std::to_string(code)), what);
}

void environment(std::string& out) {
  heading(out, "ENVIRONMENT");
  item(out, bold("COUNTERSIGN_CONFIG"), "the configuration file, where --config names none");
  item(out, bold("COUNTERSIGN_HOME"), "the folder of the runs, where --home names none");
  item(
      out, bold("PAGER"),
      "what shows a text that is longer than the terminal, as a command line for sh -c; less where "
      "it is not set; none where it is empty or cat");
  item(out, bold("NO_COLOR"), "no colours where it is set");
}

void files(std::string& out) {
  heading(out, "FILES");
  item(out, bold("./countersign.toml"), "the configuration");
  item(out, bold("~/.config/countersign/countersign.toml"),
       "the configuration, where there is none in the working folder");
  item(out, bold("./runbooks"), "runbooks, found by their names before the installed ones");
  item(out, bold("~/.local/state/countersign"), "runs, their index, the log");
}

}  // namespace

std::string man_page() {
  std::string out =
      ".\\\" Written from the table of commands.\n.TH COUNTERSIGN 1 \"\" \"countersign " +
      std::string(kVersion) + "\" \"User Commands\"\n";
  heading(out, "NAME");
  out += "countersign \\- operations runbooks whose every change is planned, signed and verified\n";
  heading(out, "SYNOPSIS");
  out += bold("countersign") + " [\\fIOPTION\\fR]... \\fICOMMAND\\fR [\\fIARGUMENT\\fR]...\n";
  heading(out, "DESCRIPTION");
  out +=
      roff(
          "Runs operations runbooks written in Lua. Every change is planned, shown, signed by the "
          "right person with an SSH key, applied exactly as signed, journaled and verified. "
          "Reading is free; nothing changes until it is countersigned.") +
      "\n.PP\n" +
      roff(
          "RUNBOOK is a file, or a name such as connie/cancel that is looked up in ./runbooks and "
          "then among the installed runbooks. RUN is a run's id or an unambiguous beginning of "
          "it, with or without its date.") +
      "\n";
  examples(out, "");
  const std::vector<CommandText> commands = command_texts();
  heading(out, "OPTIONS OF EVERY COMMAND");
  if (!commands.empty()) options(out, commands.front(), true);
  item(out, bold("-h") + ", " + bold("--help"), "what a command does, with examples");
  item(out, bold("--version"), "the version, and the commit that it was built from");
  heading(out, "COMMANDS");
  for (const CommandText& command : commands) {
    out +=
        ".SS \"" + roff(command.name + (command.usage.empty() ? "" : " " + command.usage)) + "\"\n";
    out += roff(command.summary) + "\n";
    options(out, command, false);
    examples(out, command.name);
  }
  exit_codes(out);
  environment(out);
  files(out);
  heading(out, "SEE ALSO");
  out += "\\fBssh\\-keygen\\fR(1)\n";
  return out;
}

}  // namespace countersign
