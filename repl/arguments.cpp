// CLI11 is known here only: it is large, and nothing else needs it.
#include "repl/arguments.h"
#include "interpreter/did_you_mean.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "interpreter/catalogue.h"
#include "interpreter/log.h"
#include "interpreter/utf8.h"
#include "repl/command_examples.h"
#include "repl/command_table.h"
#include "repl/commands/commands.h"
#include "repl/version.h"

namespace countersign {
namespace {

constexpr const char* kEverywhere = "Everywhere";  // the options of every command

using Declare = void (*)(CLI::App&, Arguments&);

struct Command {
  const char* name;
  const char* usage;
  const char* summary;
  Handler handler;
  Declare declare;
};

// Each use of the option takes one value, so that what follows it is not swallowed.
CLI::Option* repeated(CLI::App& app, const std::string& name, std::vector<std::string>& to,
                      const std::string& what, const std::string& value) {
  return app.add_option(name, to, what)->allow_extra_args(false)->type_name(value);
}

CLI::Option* text(CLI::App& app, const std::string& name, std::string& to, const std::string& what,
                  const std::string& value) {
  return app.add_option(name, to, what)->type_name(value);
}

void lasting(CLI::App& app, const std::string& name, std::optional<double>& to,
             const std::string& what) {
  app.add_option(name, to, what)->type_name("SECONDS")->check(CLI::NonNegativeNumber);
}

void one_run(CLI::App& app, Arguments& a) {
  text(app, "run", a.run, "the run's id, or its beginning", "RUN")->required();
}

// People are told of it.
void telling(CLI::App& app, Arguments& a) {
  repeated(app, "--mail", a.mail, "tell this address by mail; again for each", "TO");
  text(app, "--webhook", a.webhook, "post it there; - is the one of [notify]", "URL");
}

// In place of an account: a run that was recorded, and where in it.
void recorded(CLI::App& app, Arguments& a, CLI::Option* profile) {
  CLI::Option* run = text(app, "--run", a.run, "answer from the journal of this run", "RUN");
  run->excludes(profile);
  text(app, "--phase", a.phase, "as it was when this phase began; else where the run stands",
       "NAME")
      ->needs(run);
}

void going(CLI::App& app, Arguments& a) {
  app.add_flag("--wait", a.wait, "stay through declared waits and go on when they are over");
  app.add_flag("--events", a.events, "one JSON record per line on stdout as things happen");
}

void signing(CLI::App& app, Arguments& a) {
  text(app, "--key", a.key, "the SSH key to sign with; else [operator].key", "FILE");
  text(app, "--as", a.principal, "who signs; the key must be theirs", "PRINCIPAL");
  app.add_flag("--yes", a.yes, "do not ask");
}

void terms(CLI::App& app, Arguments& a) {
  text(app, "--not-before", a.not_before, "approve now, run then: 2026-11-20T22:00:00Z", "TIME");
  text(app, "--not-after", a.not_after, "until when it may be used", "TIME");
  text(app, "--break-glass", a.break_glass, "why it cannot wait for the people it needs", "TEXT")
      ->check([](const std::string& why) {
        return why.find_first_not_of(" \t\n") == why.npos ? std::string("it has to say why") : "";
      });
}

CLI::Option* signed_elsewhere(CLI::App& app, Arguments& a) {
  CLI::Option* decision =
      text(app, "--decision", a.decision, "the answer, signed elsewhere", "FILE");
  text(app, "--signature", a.signature, "its signature", "FILE.sig")->needs(decision);
  return decision;
}

// What is signed here, or written down to be signed elsewhere, or taken in from there.
void signed_anywhere(CLI::App& app, Arguments& a) {
  signing(app, a);
  text(app, "--to", a.folder, "write what is to be signed elsewhere into a folder", "DIR")
      ->excludes(signed_elsewhere(app, a));
}

void one_operation(CLI::App& app, Arguments& a) {
  app.add_option("--operation", a.operation, "which, where more than one was settled")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
}

void latching(CLI::App& app, Arguments& a) {
  CLI::Option* profile = text(app, "--profile", a.profile, "the account", "NAME");
  app.add_flag("--all", a.all, "every account")->excludes(profile);
  text(app, "--reason", a.reason, "why", "TEXT");
  signed_anywhere(app, a);
}

void changing_trust(CLI::App& app, Arguments& a) {
  text(app, "--reason", a.reason, "why", "TEXT");
  signed_anywhere(app, a);
}

// One row per command: how it is called, what it says of itself, and what does it.
const Command kCommands[] = {
    {"init", "[DIR]", "create a workspace", init_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "folder", a.folder, "where; else here", "DIR");
       text(app, "--key", a.key, "your public SSH key; else the first of ~/.ssh", "FILE.pub");
       text(app, "--as", a.principal, "your name in allowed_signers; else USER@HOST", "PRINCIPAL");
     }},
    {"run", "RUNBOOK [-p NAME=VALUE]…", "start a run and go as far as possible", run_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "runbook", a.runbook, "a file, or a name such as connie/cancel", "RUNBOOK")
           ->required();
       repeated(app, "-p,--param", a.parameters, "a parameter; again for each", "NAME=VALUE");
       text(app, "--params", a.parameter_file, "parameters as one JSON object", "FILE.json");
       text(app, "--call", a.call, "a call that showed it; the same as -p call=CA…", "CA…");
       text(app, "--profile", a.profile, "the account, where the runbook leaves it open", "NAME");
       text(app, "--as", a.principal, "who asks; else [operator].principal", "PRINCIPAL");
       text(app, "--take-over", a.take_over, "an ended run, to go on with what it did", "RUN");
       going(app, a);
     }},
    {"resume", "RUN|--all-due", "continue a run", resume_command,
     [](CLI::App& app, Arguments& a) {
       CLI::Option* run = text(app, "run", a.run, "the run's id, or its beginning", "RUN");
       CLI::Option* all =
           app.add_flag("--all-due", a.all_due, "every run that can go on without anybody's answer")
               ->excludes(run);
       CLI::Option* again =
           app.add_flag("--look-again", a.look_again, "read, check and ask again what failed")
               ->excludes(all);
       CLI::Option* anew =
           app.add_flag("--replan", a.replan, "plan what is left anew, for a new decision")
               ->excludes(again)
               ->excludes(all);
       text(app, "--take-over", a.take_over, "an ended run, to go on with what it did", "RUN")
           ->excludes(again)
           ->excludes(anew)
           ->excludes(all);
       text(app, "--as", a.principal, "who asks from now on; else who began the run", "PRINCIPAL");
       app.add_flag("--wait", a.wait, "stay through declared waits and go on when they are over")
           ->excludes(all);
       app.add_flag("--events", a.events, "one JSON record per line on stdout as things happen")
           ->excludes(all);
     }},
    {"runbooks", "[NAME]", "list the runbooks, what they need and when to use them",
     runbooks_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "name", a.name, "only this one, with all its parameters", "RUNBOOK");
     }},
    {"plan", "RUN", "show what a run is going to change", plan_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       app.add_flag("--full", a.full, "everything whole: what both sides have too, every argument");
     }},
    {"request", "RUN --to DIR", "write the documents to sign elsewhere", request_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "item", a.item, "only this item of the checklist", "ITEM");
       text(app, "--to", a.folder, "the folder to write them into", "DIR")->required();
       app.add_flag("--html", a.html, "also request.html: all of it on one page");
       telling(app, a);
       text(app, "--reference", a.reference, "the written approval, for approve.json", "TEXT");
       text(app, "--reason", a.reason, "why not, for reject.json", "TEXT");
       text(app, "--note", a.note, "what was seen, or how it is known, for the others", "TEXT");
       text(app, "--result", a.result, "for applied.json: what it returned, as JSON", "FILE");
       CLI::Option* applied =
           app.add_flag("--applied", a.applied, "correct a settlement: it was carried out");
       app.add_flag("--not-applied", a.not_applied, "correct a settlement: it was not")
           ->excludes(applied);
       one_operation(app, a);
       terms(app, a);
     }},
    {"approve", "RUN", "show the plan, confirm, sign the approval", approve_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       signing(app, a);
       text(app, "--reference", a.reference, "the written approval: a link, an e-mail", "TEXT");
       terms(app, a);
       signed_elsewhere(app, a);
     }},
    {"reject", "RUN --reason TEXT", "sign a rejection, which ends the run", reject_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "--reason", a.reason, "why", "TEXT");
       signing(app, a);
       signed_elsewhere(app, a);
     }},
    {"attest", "RUN ITEM --pass|--fail", "sign the answer to a check that only a person can make",
     attest_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "item", a.item, "the item, as `show` names it", "ITEM")->required();
       CLI::Option* pass = app.add_flag("--pass", a.pass, "it is as it should be");
       app.add_flag("--fail", a.fail, "it is not")->excludes(pass);
       text(app, "--note", a.note, "what was seen", "TEXT");
       signing(app, a);
       signed_elsewhere(app, a);
     }},
    {"sign-off", "RUN", "sign the evidence and close the run", sign_off_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "--note", a.note, "a remark", "TEXT");
       signing(app, a);
       signed_elsewhere(app, a);
     }},
    {"settle", "RUN --applied|--not-applied|--adopt",
     "resolve an operation in doubt, or correct that", settle_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       CLI::Option* applied = app.add_flag("--applied", a.applied, "it was carried out");
       CLI::Option* not_applied =
           app.add_flag("--not-applied", a.not_applied, "it was not")->excludes(applied);
       app.add_flag("--adopt", a.adopt, "the run was copied here, and goes on here only")
           ->excludes(applied)
           ->excludes(not_applied);
       text(app, "--result", a.result, "of --applied: what it returned, as JSON", "FILE")
           ->excludes(not_applied);
       one_operation(app, a);
       text(app, "--note", a.note, "how it is known", "TEXT");
       signing(app, a);
       signed_elsewhere(app, a);
     }},
    {"inbox", "DIR", "take in the signed answers that arrived in a folder", inbox_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "folder", a.folder, "the folder, and those in it", "DIR")->required();
     }},
    {"due", "", "list what is due or overdue, over all runs", due_command,
     [](CLI::App& app, Arguments& a) {
       telling(app, a);
       text(app, "--profile", a.profile, "only of this account", "NAME");
       text(app, "--for", a.whose, "only what this person can sign or do; `me`: who works here",
            "me|PRINCIPAL");
       text(app, "--as", a.principal, "who `me` is; else [operator].principal", "PRINCIPAL");
     }},
    {"freeze", "--profile NAME|--all --reason TEXT", "block every change, signed", freeze_command,
     latching},
    {"thaw", "--profile NAME|--all --reason TEXT", "lift a freeze or an incident, signed",
     thaw_command, latching},
    {"runs", "[--status S] [--since T]", "list runs", runs_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "--status", a.status, "only those of this status", "STATUS");
       text(app, "--profile", a.profile, "only those of this account", "NAME");
       text(app, "--runbook", a.runbook, "only those of this runbook", "NAME");
       text(app, "--since", a.since, "only those updated since: a moment, a day, or 7d", "TIME");
       app.add_option("--limit", a.limit, "at most so many, the newest")
           ->type_name("N")
           ->check(CLI::PositiveNumber);
     }},
    {"show", "RUN", "show the status of a run, and what it waits for", show_command, one_run},
    {"cancel", "RUN --reason TEXT", "cancel a run", cancel_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "--reason", a.reason, "why", "TEXT")->required();
     }},
    {"undo", "RUN", "plan to undo what a finished run changed", undo_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "--as", a.principal, "who asks; else [operator].principal", "PRINCIPAL");
       going(app, a);
     }},
    {"export", "RUN [--to DIR]", "export the evidence of a run as a folder", export_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       text(app, "--to", a.folder, "the folder to make; else where the runbook says", "DIR");
       app.add_flag("--redact", a.redact, "a copy without numbers, addresses and names");
     }},
    {"verify", "RUN|DIR [--signers FILE] [--policy FILE]",
     "whether evidence is what it says, offline", verify_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "run", a.run, "a run's id, or the folder of its evidence", "RUN|DIR")->required();
       text(app, "--signers", a.signers, "an allowed_signers file that you trust", "FILE");
       text(app, "--policy", a.policy, "the policy.toml that it should have been decided by",
            "FILE");
     }},
    {"backup", "--to DIR", "copy the state folder", backup_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "--to", a.folder, "the folder to make", "DIR")->required();
     }},
    {"prune", "[--older-than 90d] [--yes]", "remove ended runs whose evidence was exported",
     prune_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "--older-than", a.since, "how long ago they ended; else 90d", "DURATION");
       repeated(app, "--evidence", a.paths, "where evidence was exported to; else the dev-logs",
                "DIR");
       app.add_flag("--yes", a.yes, "do not ask; without a terminal nothing is removed otherwise");
     }},
    {"eval", "(-e CODE | FILE | -)", "run read-only Lua", eval_command,
     [](CLI::App& app, Arguments& a) {
       CLI::Option* code = text(app, "-e", a.code, "the Lua itself", "CODE");
       text(app, "file", a.file, "a file of Lua, or - for stdin", "FILE")->excludes(code);
       recorded(app, a, text(app, "--profile", a.profile, "the account to look at", "NAME"));
     }},
    {"repl", "[--profile NAME | --run RUN]", "explore in an interactive, read-only Lua session",
     repl_command,
     [](CLI::App& app, Arguments& a) {
       recorded(app, a,
                text(app, "--profile", a.profile, "the account; without it there is none to ask",
                     "NAME"));
     }},
    {"replay", "RUN --with FILE.lua", "walk a changed script over the answers that a run got",
     replay_command,
     [](CLI::App& app, Arguments& a) {
       one_run(app, a);
       repeated(app, "--with", a.files,
                "what stands in for the script or the module of that name; again for each",
                "[MODULE=]FILE")
           ->required();
     }},
    {"check", "FILE…", "check scripts without running them", check_command,
     [](CLI::App& app, Arguments& a) {
       app.add_option("files", a.files, "scripts, folders of them, or names of runbooks")
           ->required()
           ->type_name("FILE…");
     }},
    {"new", "runbook|symptom NAME | scenario --from-run RUN",
     "create a script, and a scenario that fails", new_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "kind", a.kind, "what it is to be", "runbook|symptom|scenario")
           ->required()
           ->check(CLI::IsMember({"runbook", "symptom", "scenario"}));
       text(app, "name", a.name, "its name: lower-case letters, digits and -", "NAME");
       text(app, "--to", a.folder, "the folder to write into; else here", "DIR");
       text(app, "--from-run", a.run, "of a scenario: the run whose answers are played again",
            "RUN");
       repeated(app, "--with", a.files, "of a scenario: it expects what this script comes to",
                "[MODULE=]FILE");
       app.add_flag("--redact", a.redact,
                    "of a scenario: without telephone numbers and e-mail addresses");
     }},
    {"snapshot", "--profile NAME|--all", "print the live state of an account, without secrets",
     snapshot_command,
     [](CLI::App& app, Arguments& a) {
       CLI::Option* profile = text(app, "--profile", a.profile, "the account", "NAME");
       CLI::Option* all =
           app.add_flag("--all", a.all, "every account, each into a file of --output")
               ->excludes(profile);
       app.add_option("--scope", a.scopes, "only these parts of it")
           ->allow_extra_args(false)
           ->delimiter(',')
           ->type_name("S,…");
       text(app, "--output", a.output, "a file instead of stdout; with --all a folder", "FILE");
       app.add_flag("--continue", a.go_on, "leave out the accounts whose file is there")
           ->needs(all);
     }},
    {"drift", "[--profile NAME|--all]", "compare the Flex source files with what is live",
     drift_command,
     [](CLI::App& app, Arguments& a) {
       CLI::Option* profile = text(app, "--profile", a.profile, "only this account", "NAME");
       app.add_flag("--all", a.all, "every account, as without --profile")->excludes(profile);
       text(app, "--since", a.since, "a snapshot, or a folder of them: say which side moved since",
            "PATH");
       CLI::Option* report = text(app, "--report", a.report,
                                  "note each account as it ends, one JSON line each", "FILE");
       app.add_flag("--continue", a.go_on, "go on with that report where it was broken off")
           ->needs(report);
     }},
    {"diff", "A B", "compare two JSON documents, such as snapshots", diff_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "from", a.file, "the one before", "A")->required();
       text(app, "to", a.other, "the one after", "B")->required();
     }},
    {"test", "PATH…", "run scenarios of runbooks against simulated providers", test_command,
     [](CLI::App& app, Arguments& a) {
       app.add_option("path", a.paths, "a scenario file (*_test.lua), or a folder of such")
           ->type_name("PATH")
           ->required();
       app.add_option("--jobs", a.jobs, "how many at a time; else one for each processor")
           ->type_name("N")
           ->check(CLI::Range(1, 256));
       app.add_flag("--coverage", a.coverage, "name what no scenario reached");
       app.add_flag("--prove", a.prove, "show of each scenario that it could fail");
       app.add_flag("--tap", a.tap, "the Test Anything Protocol on stdout");
       text(app, "--junit", a.junit, "JUnit's XML as well, into a file", "FILE");
       app.add_flag("--keep", a.keep, "keep the temporary folders, and name them");
     }},
    {"sim", "--world FILE", "simulate the providers on this machine", sim_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "--world", a.world, "the state they start with", "FILE")->required();
       app.add_option("--port", a.port, "the port; else a free one")
           ->type_name("N")
           ->check(CLI::Range(0, 65535));
       text(app, "--port-file", a.port_file, "where to write the port once it listens", "FILE");
       app.add_option("--time-scale", a.time_scale, "simulated seconds in a second; 0 stands still")
           ->type_name("X")
           ->check(CLI::NonNegativeNumber);
       repeated(app, "--fault", a.faults, "what goes wrong (docs/formats/faults.md)", "SPEC");
     }},
    {"sim call", "--port N --to N --from N", "place a call to a number of the simulated world",
     sim_call_command,
     [](CLI::App& app, Arguments& a) {
       CLI::Option* port = app.add_option("--port", a.port, "the simulator's port");
       port->type_name("N")->check(CLI::Range(1, 65535));
       text(app, "--endpoint", a.endpoint, "its address instead", "URL")->excludes(port);
       text(app, "--to", a.called, "the number to dial", "NUMBER")->required();
       text(app, "--from", a.caller, "the caller's number", "NUMBER")->required();
       text(app, "--path", a.path, "what the caller goes for; else agent",
            "agent|callback|voicemail|hangup");
       app.add_option("--speaks", a.speaks, "what the caller says on the voicemail")
           ->type_name("TEXT");
       text(app, "--keys", a.keys, "the keys to press, in order; else as the path wants", "KEYS");
       lasting(app, "--seconds", a.seconds, "how long the voicemail is; 0 says nothing");
       lasting(app, "--hold", a.hold, "on hold until an agent answers or the caller hangs up");
       lasting(app, "--patience", a.patience, "on hold where nobody answers");
       lasting(app, "--after", a.after, "how long after the call to look at what came of it");
       app.add_flag("--accepts", a.accepts, "an agent takes the callback or voicemail then");
     }},
    {"trust list", "", "list whose keys may sign, and in which roles", trust_list_command, nullptr},
    {"trust check", "", "check the trust files against those that were accepted",
     trust_check_command, nullptr},
    {"trust add", "PRINCIPAL [KEY.pub] --reason TEXT", "add a key or roles, signed",
     trust_add_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "principal", a.principal_added, "who; as allowed_signers names them", "PRINCIPAL");
       text(app, "file", a.file, "their public SSH key", "KEY.pub");
       text(app, "--person", a.person, "somebody new: their name in the policy", "NAME");
       repeated(app, "--role", a.roles, "a role of somebody new, or of a deputy", "ROLE");
       CLI::Option* until = text(app, "--until", a.until,
                                 "only as a deputy: when that ends, 2026-12-24T18:00:00Z", "TIME");
       text(app, "--from", a.from, "when it begins; else now", "TIME")->needs(until);
       changing_trust(app, a);
     }},
    {"trust revoke", "KEY|PRINCIPAL --reason TEXT", "revoke keys, signed", trust_revoke_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "key", a.name, "a fingerprint, a .pub file, a principal or a person",
            "KEY|PRINCIPAL");
       changing_trust(app, a);
     }},
    {"trust accept", "[--reason TEXT]", "sign a pending change, or what was edited by hand",
     trust_accept_command, changing_trust},
    {"profiles", "", "list the configured accounts, and check that they answer", profiles_command,
     nullptr},
    {"doctor", "", "check the installation", doctor_command, nullptr},
    {"operations", "[NAME]", "list the operations, or describe one", operations_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "name", a.name, "an operation, or the beginning of several", "NAME");
     }},
    {"doc", "[RUNBOOK…] --to DIR", "write runbooks as pages, with a table of symptoms", doc_command,
     [](CLI::App& app, Arguments& a) {
       app.add_option("runbooks", a.runbooks, "files or names; else all that there are")
           ->type_name("RUNBOOK…");
       text(app, "--to", a.folder, "the folder to write them into", "DIR")->required();
     }},
    {"completion", "bash|zsh|fish", "print the completion script of a shell", completion_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "shell", a.shell, "the shell", "bash|zsh|fish")
           ->required()
           ->check(CLI::IsMember({"bash", "zsh", "fish"}));
     }},
    {"canonicalize", "", "print the canonical form (RFC 8785) of the JSON on stdin",
     canonicalize_command, nullptr},
    {"signature check", "… <MESSAGE", "verify a signature as ssh-keygen -Y verify does",
     signature_check_command,
     [](CLI::App& app, Arguments& a) {
       text(app, "--signers", a.signers, "an allowed_signers file", "F")->required();
       text(app, "--principal", a.principal, "whose signature it should be", "P")->required();
       text(app, "--namespace", a.name_space, "what it is signed for", "N")->required();
       text(app, "--signature", a.signature, "the signature", "S")->required();
     }},
};

// What the commands that begin with one word have in common.
struct Group {
  const char* name;
  const char* summary;
};
const Group kGroups[] = {
    {"sim", "Simulated providers on this machine, and callers of their numbers"},
    {"trust", "Whose keys may sign, and in which roles; changes of it are signed"},
    {"signature", "Signatures, as ssh-keygen makes and verifies them"},
};

bool is_of(const Command& command, const std::string& group) {
  return std::string(command.name).rfind(group + " ", 0) == 0;
}

std::string call_of(const Command& command) {
  return std::string(command.name) + (*command.usage ? " " : "") + command.usage;
}

// Calls and what they do, in two columns; behind a call that is too long for its own on the next
// line.
std::string in_columns(const std::vector<std::pair<std::string, std::string>>& rows) {
  constexpr std::size_t kCalls = 33;
  std::string out;
  for (const auto& [call, what] : rows) {
    // Every … is one column in three bytes.
    std::size_t columns = 0;
    for (const char c : call) columns += (c & 0xC0) != 0x80 ? 1 : 0;
    out += "  " + call +
           (columns < kCalls ? std::string(kCalls - columns, ' ')
                             : "\n" + std::string(kCalls + 2, ' ')) +
           what + "\n";
  }
  return out;
}

std::string examples_section(const std::string& of) {
  std::string out;
  for (const Example& example : examples_of(of))
    out += std::string(out.empty() ? "\nExamples:\n" : "") + "  " + example.line + "\n" +
           (*example.what ? std::string("      ") + example.what + "\n" : "");
  return out;
}

std::string overview() {
  std::string out =
      "Nothing changes until it is countersigned: runbooks in Lua whose every change is planned,\n"
      "shown, signed, applied exactly as signed, and verified.\n\n"
      "countersign [--config FILE] [--home DIR] [--json] [--no-color] [--no-pager]\n"
      "[--log-level LEVEL] [-v|-q] COMMAND …\n\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& command : kCommands) rows.emplace_back(call_of(command), command.summary);
  return out + in_columns(rows) + examples_section("") +
         "\n`countersign COMMAND --help` says more of each; `man countersign` all of it.\n";
}

std::string subcommands(const std::string& group) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& command : kCommands)
    if (is_of(command, group)) rows.emplace_back(call_of(command), command.summary);
  return in_columns(rows);
}

// Of a word that begins several commands and is none itself.
std::string group_help(const Group& group) {
  return std::string(group.summary) + "\n\nUsage: countersign " + group.name + " COMMAND …\n\n" +
         subcommands(group.name) + examples_section(group.name) + "\n`countersign " + group.name +
         " COMMAND --help` says more of each.\n";
}

const Group* group_of(const std::string& name) {
  for (const Group& group : kGroups)
    if (name == group.name) return &group;
  return nullptr;
}

std::string command_help(const Command& command, const CLI::App& app) {
  std::string out = app.help();
  if (group_of(command.name) != nullptr) out += "\nCommands:\n" + subcommands(command.name);
  return out + examples_section(command.name);
}

// The command's own options and those of every command.
void declare(CLI::App& app, const Command& command, Arguments& arguments) {
  if (command.declare != nullptr) command.declare(app, arguments);
  text(app, "--config", arguments.config, "the configuration file", "FILE")->group(kEverywhere);
  text(app, "--home", arguments.home, "the folder of the runs", "DIR")->group(kEverywhere);
  app.add_flag("--json", arguments.json, "one JSON value on stdout")->group(kEverywhere);
  app.add_flag("--no-color", arguments.no_color, "no colours")->group(kEverywhere);
  app.add_flag("--no-pager", arguments.no_pager, "no $PAGER where a text is longer than the screen")
      ->group(kEverywhere);
  text(app, "--log-level", arguments.log_level,
       "how much the log holds: trace, debug, info (else), warn, error or off", "LEVEL")
      ->check([](const std::string& name) {
        return log_level(name) ? "" : "\"" + name + "\" is none of the levels of the log";
      })
      ->group(kEverywhere);
  CLI::Option* verbose = app.add_flag("-v", arguments.verbose, "more of what happens, on stderr");
  verbose->group(kEverywhere);
  app.add_flag("-q", arguments.quiet, "no progress on stderr")
      ->excludes(verbose)
      ->group(kEverywhere);
}

OptionText option_text(const CLI::Option& option) {
  OptionText out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  // A flag takes no value.
  if (option.get_items_expected_max() > 0) {
    out.value = option.get_type_name();
    // What CLI11 says of a check stands behind a colon.
    out.value = out.value.substr(0, out.value.find(':'));
  }
  out.what = option.get_description();
  out.required = option.get_required();
  out.repeats = option.get_expected_max() > 1;
  out.everywhere = option.get_group() == kEverywhere;
  return out;
}

struct Words {
  std::vector<std::string> all;  // what was typed, without the command's own words
  std::string first, second;     // words that are neither options nor their values
  std::size_t first_at = 0, second_at = 0;
};

bool takes_value(const std::string& word) {
  return word == "--config" || word == "--home" || word == "--log-level";
}

Words words_of(std::vector<std::string> typed) {
  Words words;
  words.all = std::move(typed);
  for (std::size_t i = 0; i < words.all.size(); ++i) {
    const std::string& word = words.all[i];
    if (takes_value(word)) {
      ++i;
      continue;
    }
    if (!word.empty() && word[0] == '-') continue;
    if (words.first.empty()) {
      words.first = word;
      words.first_at = i;
    } else if (words.second.empty()) {
      words.second = word;
      words.second_at = i;
    }
  }
  return words;
}

Error unknown_command(const Words& words) {
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    const std::string name = command.name;
    if (name.rfind(words.first + " ", 0) == 0) names.push_back(name);
  }
  if (!names.empty()) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return {"usage", "\"" + words.first + "\" needs to know what to do", "there are: " + all};
  }
  for (const Command& command : kCommands) names.emplace_back(command.name);
  return {"usage", "there is no command \"" + words.first + "\"",
          did_you_mean(words.first, names, "`countersign --help` lists them")};
}

bool asks_for_help(const std::string& word) {
  return word == "--help" || word == "-h";
}

// The runbook that `run … --help` names; empty: none, or the words do not fit.
std::string runbook_of(CLI::App& app, const Arguments& arguments, std::vector<std::string> words) {
  words.erase(std::remove_if(words.begin(), words.end(), asks_for_help), words.end());
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::ParseError&) {
    return "";
  }
  return arguments.runbook;
}

// CLI11's sentence in our words.
Error misused(const Command& command, CLI::App& app, const CLI::ParseError& error) {
  const std::string help = "`countersign " + std::string(command.name) + " --help` shows its use";
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    std::string extra = app.remaining().empty() ? std::string() : app.remaining().front();
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const auto near =
        extra.rfind("-", 0) == 0 ? nearest(extra, names, 1) : std::vector<std::string>();
    return {"usage", std::string(command.name) + ": \"" + extra + "\" is not expected here",
            did_you_mean(near, help)};
  }
  std::string message = error.what();
  while (!message.empty() && (message.back() == '.' || message.back() == '\n')) message.pop_back();
  return {"usage", std::string(command.name) + ": " + message, help};
}

}  // namespace

std::vector<CommandText> command_texts() {
  std::vector<CommandText> out;
  for (const Command& command : kCommands) {
    Arguments unused;
    CLI::App app;
    app.set_help_flag();
    declare(app, command, unused);
    CommandText text{command.name, command.usage, command.summary, {}};
    for (const CLI::Option* option : app.get_options())
      text.options.push_back(option_text(*option));
    out.push_back(std::move(text));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> command_groups() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Group& group : kGroups) out.emplace_back(group.name, group.summary);
  return out;
}

Result<Arguments> parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i)
    if (!is_utf8(argv[i]))
      return Error{"usage", "\"" + escape_bytes(argv[i]) + "\" is not UTF-8",
                   "names of files and folders must be UTF-8 to stand in plans and reports; rename "
                   "it, or type it with a UTF-8 locale"};
  Words words = words_of(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  bool help = std::any_of(words.all.begin(), words.all.end(), asks_for_help);
  // `help trust add` is `trust add --help`.
  if (words.first == "help") {
    help = true;
    words.all.erase(words.all.begin() + static_cast<std::ptrdiff_t>(words.first_at));
    words = words_of(std::move(words.all));
  }
  if (words.first.empty()) {
    if (std::find(words.all.begin(), words.all.end(), "--version") != words.all.end())
      arguments.help = std::string("countersign ") + described_version + "\n";
    else if (help)
      arguments.help = overview();
    else
      return Error{"usage", "no command was given", "`countersign --help` lists them"};
    return arguments;
  }
  const Command* found = nullptr;
  for (const Command& command : kCommands) {
    if (command.name == words.first + " " + words.second) {
      found = &command;
      words.all.erase(words.all.begin() + static_cast<std::ptrdiff_t>(words.second_at));
      break;
    }
    if (command.name == words.first) found = &command;
  }
  if (found == nullptr) {
    const Group* group = group_of(words.first);
    if (!help || group == nullptr || !words.second.empty()) return unknown_command(words);
    arguments.help = group_help(*group);
    return arguments;
  }
  words.all.erase(words.all.begin() + static_cast<std::ptrdiff_t>(words.first_at));

  CLI::App app(found->summary, "countersign " + std::string(found->name));
  declare(app, *found, arguments);
  arguments.command = found->name;
  arguments.handler = found->handler;
  if (help) {
    arguments.help = command_help(*found, app);
    if (found->handler == run_command && !runbook_of(app, arguments, words.all).empty()) {
      arguments.options = std::exchange(arguments.help, "");
      arguments.handler = run_help_command;
    }
    return arguments;
  }
  std::reverse(words.all.begin(), words.all.end());
  try {
    app.parse(words.all);
  } catch (const CLI::ParseError& error) {
    return misused(*found, app, error);
  }
  return arguments;
}

}  // namespace countersign
