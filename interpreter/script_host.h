// The script host: the jailed child that holds the Lua state. It reads one "start" message, runs
// what it says, asks the engine for everything else over the wire, and ends with "finished" or
// "failed". One that is told to stay then runs chunk after chunk in the same Lua state.
#pragma once

namespace countersign {

// Runs the script host on `descriptor` and returns the process's exit status. Never returns to
// code that holds anything: the caller exits with it.
int script_host_main(int descriptor);

}  // namespace countersign
