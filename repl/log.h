// Where the engine's log goes: to <home>/log/countersign.log, and with -v to stderr too.
//
//   2026-11-20T12:01:10.482Z info 4711 20261120-340cb5 request GET api.twilio.com /2010-04-01/… 200
//   34 ms time in UTC, level, process, run (or -), what happened
//
// Nothing is opened before there is both a home folder and a line; lines from before the home is
// known are kept until then, and dropped with the process where it never is: a command that works
// in no home logs nothing. That a line cannot be written is said once, on stderr.
#pragma once
#include <functional>
#include <string>

#include "interpreter/log.h"

namespace countersign {

// -v: everything from debug on to stderr. Of one command; to be called once.
void open_log(LogLevel level, bool verbose);
// From here on to the files of that folder.
void log_into(const std::string& folder);
// What takes secrets out of every line; empty: there are none. Returns what did so before.
std::function<std::string(std::string)> scrub_log_with(
    std::function<std::string(std::string)> scrub);

}  // namespace countersign
