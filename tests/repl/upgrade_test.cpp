// Runs that an earlier version began go on, or say in one sentence why not and what leads on.
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using room::CliFixture;
namespace fs = std::filesystem;

namespace {

const std::string kId = "20261128-0f7689";
const std::string kFixture = COUNTERSIGN_SOURCE_DIR "/tests/fixtures/run-0.1/";

// The demo's workspace, and in it the state folder of 0.1.0 with a cancellation in its drain. Its
// simulator was at this port, and a run goes on only where it began.
void park(CliFixture& room) {
  fs::copy(COUNTERSIGN_SOURCE_DIR "/docs/examples/demo", room.folder,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  fs::create_directory(room.folder + "/keys");
  const std::string carla = room.key("keys/carla"), olive = room.key("keys/olive");
  room.write("allowed_signers", "olive@connie.example " + olive + "carla@connie.example " + carla);
  room.write("revoked", "# countersign revocations\n");
  const std::pair<const char*, const char*> secrets[] = {
      {"acme.secret", "fake-api-secret-acme"},
      {"acme.token", "fake-auth-token-acme"},
      {"cct.secret", "fake-api-secret-cct"},
      {"devsandbox.secret", "fake-api-secret-devsandbox"},
      {"mailgun", "fake-mailgun-account-key"}};
  for (const auto& [name, secret] : secrets)
    room.write(std::string("secrets/") + name, std::string(secret) + "\n", 0600);
  std::string configuration = room.read("countersign.toml");
  for (std::size_t at; (at = configuration.find("PORT")) != configuration.npos;)
    configuration.replace(at, 4, "18765");
  room.write("countersign.toml", configuration);
  fs::create_directories(room.folder + "/state/runs");
  fs::copy_file(kFixture + kId + ".run", room.folder + "/state/runs/" + kId + ".run");
  fs::copy_file(kFixture + "key", room.folder + "/state/key");
  fs::permissions(room.folder + "/state/key", fs::perms::owner_read | fs::perms::owner_write);
  fs::copy(kFixture + "written", room.folder + "/dev-logs/wait-experience-acme-2026-11-20",
           fs::copy_options::recursive);
  std::ifstream in(COUNTERSIGN_SOURCE_DIR "/docs/examples/worlds/demo.json");
  const room::json world = room::json::parse(in);
  // Somebody else's tests on this machine may be at the same port just now.
  Result<int> port = room.simulator.start(world, {.port = 18765});
  for (int i = 0; !port && i < 60; ++i) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    port = room.simulator.start(world, {.port = 18765});
  }
  REQUIRE(port);
  room.simulator.advance(90'000);
}

}  // namespace

TEST_CASE("a run that 0.1.0 parked in its drain is told what leads on, and goes on by that") {
  CliFixture room;
  park(room);
  CHECK(room.value({"show", kId})["status"] == "awaiting_time");
  // It came here as a copy, and says so first.
  CHECK(room.value({"resume", kId}, 8)["status"] == "in_doubt");
  CHECK(room.countersign({"settle", kId, "--adopt", "--note", "moved here with its simulator",
                          "--key", "keys/carla", "--yes"})
            .code == 0);
  const room::json refused = room.value({"resume", kId}, 9)["error"];
  CHECK(refused["message"] ==
        "this version of Countersign applies command.run differently from the one that the run "
        "began with");
  CHECK(refused["hint"] ==
        "have what is left planned by this version, for a new decision: countersign resume " + kId +
            " --replan");
  // The way that is named leads on.
  const room::json asked = room.value({"resume", kId, "--replan"}, 3);
  CHECK(asked["status"] == "awaiting_decision");
  CHECK(asked["error"].is_null());
  CHECK(room.countersign({"approve", kId, "--key", "keys/carla", "--yes", "--reference",
                          "https://acme.slack.example/p2"})
            .code == 0);
  // What was decided under either version's rows holds, each by those of its time.
  const Ran verified = room.countersign({"verify", kId});
  INFO(verified.out << verified.err);
  CHECK(verified.code == 0);
  CHECK(verified.out.find("requests: 2, bound to runbook, modules, operations") !=
        std::string::npos);
}
