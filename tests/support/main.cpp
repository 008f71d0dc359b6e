#define CATCH_CONFIG_RUNNER
#include <cstring>

#include "interpreter/script_host.h"
#include "tests/support/catch.h"

// A test executable is its own script host, as the product's binary is.
int main(int argc, char* argv[]) {
  if (argc == 2 && std::strcmp(argv[1], "--script-host") == 0)
    return countersign::script_host_main(3);
  return Catch::Session().run(argc, argv);
}
