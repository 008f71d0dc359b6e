// Evidence that earlier versions wrote holds, now and for ever.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;

TEST_CASE("evidence of version 0.1, whose requests did not drive, is still authentic") {
  const std::string folder = COUNTERSIGN_SOURCE_DIR "/tests/fixtures/evidence-0.1";
  const Ran ran =
      run_process({{COUNTERSIGN_BINARY_DIR "/countersign", "--home", "/nonexistent/home", "verify",
                    folder, "--signers", folder + ".signers"}});
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.out.rfind("authentic  run 20261128-075a47\n", 0) == 0);
  CHECK(ran.out.find("replay: 8 phases walked again") != std::string::npos);
  CHECK(ran.out.find("signatures: 5, by the trust files and the clock of their time") !=
        std::string::npos);
  CHECK(ran.out.find("keys: the evidence trusts no key that the file from outside does not") !=
        std::string::npos);
  // By hand too, although its documents name no head.
  const Ran by_hand =
      run_process({{"sh", COUNTERSIGN_SOURCE_DIR "/docs/verify.sh", folder, folder + ".signers"}});
  INFO(by_hand.out << by_hand.err);
  CHECK(by_hand.code == 0);
}
