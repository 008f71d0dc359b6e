#include <cstring>

#include "interpreter/script_host.h"
#include "repl/command_line.h"
#include "repl/process_setup.h"
#include "repl/version.h"

extern const char* const kDescribedVersion;  // written by repl/describe.cmake

int main(int argc, char** argv) {
  // The script host shares the binary and nothing else: it is jailed before anything is set up.
  if (argc == 2 && std::strcmp(argv[1], "--script-host") == 0)
    return countersign::script_host_main(3);
  countersign::close_environment();
  countersign::keep_memory_private();
  countersign::described_version = kDescribedVersion;
  return countersign::command_line(argc, argv);
}
