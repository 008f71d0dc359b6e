// repl: a conversation that only reads: with the live account, or with what a run recorded.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/conversation/history.h"
#include "repl/conversation/lines.h"
#include "repl/conversation/repl_session.h"
#include "repl/conversation/terminal_signals.h"
#include "repl/replay/recorded_place.h"
#include "repl/views/console.h"
#include "repl/views/error_view.h"
#include "repl/views/escape.h"
#include "stdlib/catalogue.h"
#include "stdlib/session/secret_store.h"

namespace countersign {
namespace {

constexpr std::size_t kPage = 24;  // where the terminal does not say how high it is

bool can_edit() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
         *terminal != '\0' && std::strcmp(terminal, "dumb") != 0;
}

std::size_t page_height() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 8)
    return static_cast<std::size_t>(size.ws_row) - 4;
  return kPage;
}

// One conversation, from its first line to its last.
class ReplLoop {
 public:
  ReplLoop(CommandContext& context, TerminalSignals& interruption, ReplSession& dialogue,
           History& history, Lines& lines, bool people)
      : desk_(context),
        interruption_(interruption),
        dialogue_(dialogue),
        history_(history),
        lines_(lines),
        people_(people) {}

  int hold(char guard) {
    for (;;) {
      std::string line;
      const Lines::Got got = lines_.next(people_ ? dialogue_.prompt(guard) : "", line);
      if (got == Lines::Got::interrupted) {
        dialogue_.abandon();
        if (people_) continue;
        return kInterrupted;
      }
      if (got == Lines::Got::too_long) {
        dialogue_.abandon();
        const Error error{"usage", "the line is longer than 1 MiB, and was not run",
                          "put it into a file, and read that with `countersign eval FILE`"};
        say({error_text(error, desk_.console.style()), {{"error", error_json(error)}}, 2});
        continue;
      }
      if (got == Lines::Got::end) {
        if (dialogue_.in_chunk() && !people_) say(dialogue_.line("", true));
        return code_;
      }
      if (people_) keep(line);
      // What is asked on the way (a key's passphrase) is asked at a terminal as it was.
      const bool asks = line.find(":request") != std::string::npos;
      if (asks) lines_.asks(true);
      const ReplSession::ReplOutput said = dialogue_.line(line);
      const bool broken_off = interruption_.take();
      if (asks) lines_.asks(false);
      say(said);
      if (said.then == ReplSession::Then::leave) return code_;
      if (broken_off && !people_) return kInterrupted;
      if (!desk_.console.finish()) return code_;
    }
  }

 private:
  static constexpr int kInterrupted = 130;  // as a shell says it of a program that Ctrl-C ended

  void keep(const std::string& line) {
    const Result<std::string> kept = history_.add(line);
    if (!kept)
      desk_.console.warn(error_text(kept.error(), desk_.console.style_of_progress()));
    else
      lines_.remember(*kept);
  }

  void say(const ReplSession::ReplOutput& said) {
    // Somebody who types sees what failed and goes on; a script is told at the end.
    if (!people_ && code_ == 0) code_ = said.code;
    if (desk_.arguments.json) {
      if (!said.value.is_null()) desk_.console.say_json_line(said.value);
    } else if (said.code != 0 && !people_) {
      desk_.console.warn(said.text);
    } else {
      desk_.console.say(said.text);
    }
  }

  CommandContext& desk_;
  TerminalSignals& interruption_;
  ReplSession& dialogue_;
  History& history_;
  Lines& lines_;
  const bool people_;
  int code_ = 0;
};

// A draft's runbook started as `run` does, with what a run needs and a conversation has not.
Result<Reply> start_run(CommandContext& context, const std::string& path) {
  Arguments typed = context.arguments;
  typed.command = "run";
  typed.runbook = path;
  AppContext app(typed, context.app.clock());
  CommandContext inner{typed, app, context.console};
  return run_command(inner);
}

// Who works on changes and who approves them, by the policy; where that cannot be read, as `init`
// writes it.
void name_roles(CommandContext& context, ReplDependencies& to) {
  const Result<const Configuration*> config = context.app.configuration_if_any();
  if (!config || *config == nullptr) return;
  const Result<TrustPaths> paths = context.app.trust();
  if (!paths) return;
  const Result<Trust> trust = load_trust(*paths);
  if (!trust) return;
  const Person* person = person_of(trust->policy, (*config)->user.principal);
  if (person != nullptr && !person->roles.empty()) to.operator_role = person->roles.front();
  const auto rule = trust->policy.effects.find("mutate");
  if (rule != trust->policy.effects.end() && !rule->second.requires_roles.empty())
    to.approver_role = rule->second.requires_roles.begin()->first;
}

// Whom the conversation is with, and all that it needs of them.
struct Talk {
  PromptInfo where;
  std::string folder;  // of drafts and history; empty: none is kept
  std::unique_ptr<RecordedPlace> place;
  std::unique_ptr<Exploration> exploration;
};

Result<Talk> with_account(CommandContext& context) {
  const std::string& name = context.arguments.profile;
  Engine* engine = TRY(context.app.reading_engine(!name.empty()));
  Talk talk;
  std::unique_ptr<Journal> journal = Journal::in_memory();
  std::unique_ptr<Session> session;
  json globals = json::object();
  if (!name.empty()) {
    std::unique_ptr<Session> opened = TRY(context.app.session(name, *journal));
    session = std::move(opened);
    globals["profile"] = session->facts();
    talk.where.profile = name;
    talk.where.account = session->facts().value("account_sid", "");
    talk.where.environment = session->facts().value("environment", "");
    const Result<json> endpoint = session->endpoint();
    talk.where.known = static_cast<bool>(endpoint);
    talk.where.simulated = endpoint && endpoint->value("simulated", false);
    const Result<const Configuration*> config = context.app.configuration();
    know_configured_secrets(**config, session->vault());
    talk.folder = engine->home.path();
  }
  talk.exploration =
      std::make_unique<Exploration>(*engine, std::move(session), std::move(journal), ".", globals);
  return std::move(talk);
}

Result<Talk> with_recording(CommandContext& context) {
  Engine* engine = TRY(context.app.reading_engine(true));
  Talk talk;
  std::unique_ptr<RecordedPlace> place =
      TRY(recorded_place(context.app, *engine, context.arguments.run, context.arguments.phase));
  talk.where.profile = place->profile;
  talk.where.account = place->started.value("account", "");
  talk.where.environment = place->started["profile"].value("environment", "");
  talk.where.run = place->run;
  talk.where.phase = place->phase;
  talk.folder = engine->home.path();
  talk.exploration = place->explore(*engine);
  talk.place = std::move(place);
  return std::move(talk);
}

}  // namespace

Result<Reply> repl_command(CommandContext& context) {
  // Where stdin is closed, the next file that is opened would be taken for it.
  if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
    return Error{"usage", "there is no stdin to read from"};
  TerminalSignals interruption;
  context.app.interrupted = &interruption.flag();
  context.app.print = [&context](const std::string& text) {
    const std::string shown = visible(text, true) + "\n";
    if (context.arguments.json)
      context.console.progress(shown);
    else
      context.console.say(shown);
  };
  const Talk talk =
      TRY(context.arguments.run.empty() ? with_account(context) : with_recording(context));
  Session* const session = talk.exploration->session();
  Vault* vault = session ? &session->vault() : nullptr;
  const auto scrub = [vault](const std::string& text) { return vault ? vault->scrub(text) : text; };
  const std::string& folder = talk.folder;

  const bool edits = can_edit();
  const bool people = isatty(STDIN_FILENO) != 0;
  ReplDependencies surroundings{
      .exploration = *talk.exploration,
      .clock = context.app.clock(),
      .catalogue = standard_catalogue(),
      .where = talk.where,
      .style =
          [&context] {
            context.console.measure();
            return context.console.style();
          },
      .scrub = scrub,
      .drafts = folder + "/drafts",
      .run = [&context](const std::string& path) { return start_run(context, path); },
      .page = [people] { return people ? page_height() : SIZE_MAX; }};
  if (!folder.empty()) (void)mkdir(surroundings.drafts.c_str(), 0700);
  name_roles(context, surroundings);
  ReplSession dialogue(std::move(surroundings));
  History history(folder.empty() ? "" : folder + "/history/" + talk.where.profile, scrub);
  if (people && !context.arguments.quiet && !context.arguments.json)
    context.console.say(greeting_text(talk.where, context.console.style()));

  std::unique_ptr<Lines> lines;
  if (edits) {
    Result<std::unique_ptr<Lines>> opened = edited_lines(
        interruption, [&](const std::string& line) { return dialogue.complete(line); },
        history.lines());
    if (opened)
      lines = std::move(*opened);
    else
      context.console.warn(error_text(opened.error(), context.console.style_of_progress()));
  }
  const char guard = lines ? kPromptGuard : '\0';
  if (!lines) lines = plain_lines(interruption, people);
  Reply reply;
  reply.exact = true;
  reply.code = ReplLoop(context, interruption, dialogue, history, *lines, people).hold(guard);
  return reply;
}

}  // namespace countersign
