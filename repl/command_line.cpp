#include "repl/command_line.h"

#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <set>
#include <string>

#include "repl/app_context.h"
#include "repl/command_context.h"
#include "repl/exit_code.h"
#include "repl/log.h"
#include "repl/shell/complete.h"
#include "repl/version.h"
#include "repl/views/console.h"
#include "repl/views/error_view.h"
#include "repl/views/pager.h"
#include "repl/waiting.h"

namespace countersign {
namespace {

// --json holds for errors of the command line itself too, so it is looked for before parsing.
bool wants_json(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--json") == 0) return true;
  return false;
}

// The net under the commands: what nobody foresaw is said in one sentence all the same.
Result<Reply> carried_out(CommandContext& context) {
  try {
    return context.arguments.handler(context);
  } catch (const std::bad_alloc&) {
    return Error{"limit", "there is not enough memory for this"};
  } catch (const std::exception& failure) {
    log(LogLevel::error, std::string("unforeseen: ") + failure.what());
    return Error{"state", "something went wrong inside countersign " + context.arguments.command,
                 "run it again with -v, and report what it says"};
  }
}

// Neither parameters nor texts that people give: names and ids only.
std::string what_of(const Arguments& arguments) {
  const std::string& about = arguments.run.empty() ? arguments.runbook : arguments.run;
  return arguments.command + (about.empty() ? "" : " " + about) + ", version " + kVersion;
}

void log_end(const Arguments& arguments, const Result<Reply>& reply, long ms) {
  const int code = reply ? reply->code : exit_code(reply.error());
  std::string text = "command ended: " + arguments.command + ", exit code " + std::to_string(code) +
                     ", " + std::to_string(ms) + " ms";
  if (!reply) text += ": " + reply.error().kind + ": " + reply.error().message;
  log(reply ? LogLevel::info : LogLevel::error, text);
}

int say_error(Console& console, const Error& error, bool as_json) {
  if (as_json) console.say_json({{"error", error_json(error)}});
  console.warn(error_text(error, console.style_of_progress()));
  return exit_code(error);
}

// What somebody reads from its beginning to its end. `run` and `approve` go on after what they
// show, and JSON and bytes are for programs.
bool is_to_be_read(const std::string& command) {
  static const std::set<std::string> commands = {
      "plan", "show", "diff", "drift", "due", "runs", "runbooks", "operations", "eval", "snapshot"};
  return commands.count(command) != 0;
}

void show(Console& console, const Arguments& arguments, const Reply& reply) {
  if (arguments.json && !reply.exact) return console.say_json(reply.value);
  const bool paged = is_to_be_read(arguments.command) && !arguments.json && !arguments.no_pager;
  if (!paged || !shown_by_pager(reply.text)) console.say(reply.text);
}

}  // namespace

int command_line(int argc, const char* const* argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (is_completion(argc, argv)) return complete(argc, argv);
  const Result<Arguments> arguments = parse_arguments(argc, argv);
  if (!arguments) {
    Console console(false, false);
    return say_error(console, arguments.error(), wants_json(argc, argv));
  }
  Console console(arguments->no_color, arguments->quiet);
  if (!arguments->help.empty()) {
    console.say(arguments->help);
    return console.finish() ? kDone : kRefused;
  }
  open_log(log_level(arguments->log_level).value_or(LogLevel::info), arguments->verbose);
  const Stopwatch stopwatch(wall_clock());
  log(LogLevel::info, "command begun: " + what_of(*arguments));
  Waiting waiting(console, wall_clock());
  AppContext app(*arguments, wall_clock());
  app.waiting = &waiting;
  CommandContext context{*arguments, app, console};
  const Result<Reply> reply = carried_out(context);
  log_end(*arguments, reply, stopwatch.ms());
  int code = kDone;
  if (!reply) {
    code = say_error(console, reply.error(), arguments->json);
  } else {
    code = reply->code;
    show(console, *arguments, *reply);
  }
  if (console.finish()) return code;
  console.warn("countersign: cannot write to stdout\n");
  return code == kDone ? static_cast<int>(kUsage) : code;
}

}  // namespace countersign
