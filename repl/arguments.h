// What the user typed, as plain data: parsed once, read by the commands.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

struct CommandContext;
struct Reply;
using Handler = Result<Reply> (*)(CommandContext&);

struct Arguments {
  // of every command
  std::string config, home;
  bool json = false, no_color = false, verbose = false, quiet = false, no_pager = false;

  std::string command;        // "run", "trust list"
  Handler handler = nullptr;  // what does it; null where `help` is all there is to say
  std::string help;           // text that was asked for, or empty

  // Each is of the commands that name it in arguments.cpp; empty or false where it was not given.
  std::string runbook, run, item, name, file, folder, code;
  std::vector<std::string> parameters, faults, scopes, files;
  std::string call;
  std::string parameter_file, profile, principal, key, reference, reason, note;
  std::string decision, signature, result, status, world, port_file, output;
  std::string signers, policy, name_space, other, kind;
  std::string since;              // of `runs` and `drift`; of `prune` --older-than
  int limit = 0;                  // of `runs`; 0: all
  std::string whose;              // of `due`: --for
  std::string phase;              // of `eval` and `repl`: where in a recorded run
  bool redact = false;            // of `export` and `new scenario`
  bool html = false;              // of `request`
  std::vector<std::string> mail;  // of `request` and `due`: who is told
  std::string webhook;            // likewise; "-": the one of [notify]
  bool full = false;              // of `plan`
  bool wait = false, events = false, yes = false, pass = false, fail = false;
  std::string not_before, not_after, break_glass;
  bool look_again = false, replan = false;  // of `resume`
  std::string take_over;                    // of `run` and `resume`
  int operation = 0;                        // of settle: the one that is meant; 0: not said
  bool applied = false, not_applied = false, adopt = false, all = false;
  std::string report;  // of drift
  bool go_on = false;  // of drift and snapshot: --continue
  int port = 0;
  double time_scale = 1.0;

  // of `trust add`
  std::string principal_added, person, from, until;
  std::vector<std::string> roles;

  // of `test`
  std::vector<std::string> paths;
  int jobs = 0;
  std::string junit;
  bool keep = false, tap = false, coverage = false, prove = false;

  // of `sim call`
  std::string endpoint, called, caller, path = "agent", keys;
  std::optional<std::string> speaks;
  std::optional<double> seconds, hold, patience, after;
  bool accepts = false;

  // of `doc`
  std::vector<std::string> runbooks;

  std::string log_level;  // of every command; empty: info

  std::string shell;     // of `completion`
  bool all_due = false;  // of `resume`
  std::string options;   // of `run RUNBOOK --help`: what it says of the command itself
};

// Errors (kind "usage"): an unknown command or option (with "did you mean"), a missing or
// superfluous argument, a value of another form.
Result<Arguments> parse_arguments(int argc, const char* const* argv);

}  // namespace countersign
