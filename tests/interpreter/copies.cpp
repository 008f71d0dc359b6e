// A decision counts once, however often the file of its run was copied or put back.
#include <filesystem>

#include "interpreter/home.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;
namespace fs = std::filesystem;

namespace {

const std::string kMail = R"(mutate "tell" (function() thing.mail.send { text = "hello" } end))";
const std::string kTwo = R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end))";
const std::string kNight = R"(
  mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
  wait "night" { duration = "8h" },
  mutate "two" (function() thing.items.update { key = "vase", value = "red" } end))";

// Approved, and closed again.
std::string approved(Fixture& f, const std::string& procedure) {
  const auto run = f.run(f.runbook(procedure));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.now += 60;
  return run->state().id();
}

void put_file(const std::string& from, const std::string& to) {
  fs::create_directories(fs::path(to).parent_path());
  for (const char* side : {"-wal", "-shm"}) fs::remove(to + side);
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

// The run goes nowhere, however often it is resumed.
void in_doubt(Fixture& f, const std::string& id, const std::string& why) {
  const std::size_t sent = f.world.changes.size();
  for (int again = 0; again < 3; ++again) {
    // The run's own clock goes on with the machine's.
    f.world.now += 60;
    const auto run = f.open(id);
    REQUIRE(run);
    const Status went = (*run)->advance();
    REQUIRE_FALSE(went);
    INFO(went.error().message);
    CHECK(went.error().kind == "in_doubt");
    CHECK(went.error().message.find(why) != std::string::npos);
    CHECK((*run)->state().status == RunStatus::in_doubt);
    CHECK((*run)->came_here());
  }
  CHECK(f.world.changes.size() == sent);
}

void resumed(Fixture& f, const std::string& id, const std::string& status) {
  f.world.now += 60;
  const auto run = f.open(id);
  REQUIRE(run);
  const Status went = (*run)->advance();
  INFO((went ? std::string() : went.error().message));
  CHECK(to_string((*run)->state().status) == status);
}

}  // namespace

TEST_CASE("a run's file that was copied with its approval into another home does nothing there") {
  Fixture f;
  const std::string id = approved(f, kMail), own = f.home().path(), other = f.folder + "/other";
  put_file(f.home().run_path(id), other + "/runs/" + id + ".run");
  SECTION("whether the first one used it") {
    resumed(f, id, "done");
    f.move_home(other);
    in_doubt(f, id, "the decision on this request was used already");
  }
  SECTION("or not yet") {
    f.move_home(other);
    in_doubt(f, id, "was copied or restored from a backup");
    f.move_home(own);
    resumed(f, id, "done");
  }
  CHECK(f.world.changes.size() == 1);

  // Taken over, it needs a decision of its own.
  f.move_home(other);
  const auto run = f.open(id);
  REQUIRE(run);
  f.world.now += 60;
  REQUIRE((*run)->adopt(settlement((*run)->state(), (*run)->adoption_subject(), "adopt")));
  CHECK_FALSE((*run)->came_here());
  CHECK_FALSE((*run)->state().request);
  REQUIRE((*run)->advance());
  CHECK((*run)->state().status == RunStatus::awaiting_decision);
  CHECK(f.world.changes.size() == 1);
  REQUIRE((*run)->decide(decision((*run)->state(), "approve")));
  REQUIRE((*run)->advance());
  CHECK((*run)->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("one request that was approved in two homes is carried out in one") {
  Fixture f;
  std::string id;
  {
    const auto run = f.run(f.runbook(kMail));
    id = run->state().id();
  }
  const std::string own = f.home().path(), other = f.folder + "/other";
  put_file(f.home().run_path(id), other + "/runs/" + id + ".run");
  const auto approve = [&] {
    const auto run = f.open(id);
    REQUIRE(run);
    (void)(*run)->advance();
    REQUIRE((*run)->decide(decision((*run)->state(), "approve")));
  };
  approve();
  f.move_home(other);
  // What nobody had decided on when it came here is only bound to the new home.
  approve();
  f.move_home(own);
  resumed(f, id, "done");
  f.move_home(other);
  in_doubt(f, id, "the decision on this request was used already");
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a run's file that was put back is noticed without the index too") {
  Fixture f;
  SECTION("from before the decision was used") {
    const std::string id = approved(f, kMail), path = f.home().run_path(id);
    put_file(path, path + ".backup");
    resumed(f, id, "done");
    put_file(path + ".backup", path);
    fs::remove(f.home().path() + "/index.sqlite");
    in_doubt(f, id, "is an older copy");
    CHECK(f.world.changes.size() == 1);
  }
  SECTION("from before an operation was sent") {
    const std::string id = approved(f, kTwo), path = f.home().run_path(id);
    f.world.before_change = [&](const std::string&) -> Status {
      if (f.world.changes.size() == 0 && !fs::exists(path + ".backup")) {
        // The first was begun, and nothing is known of it: a provider that is away for a while.
        return Error{"transport", "away"};
      }
      return Done{};
    };
    {
      const auto run = f.open(id);
      REQUIRE(run);
      REQUIRE_FALSE((*run)->advance());
    }
    put_file(path, path + ".backup");
    f.world.now += 31;
    for (int look = 0; look < 3; ++look) {
      const auto run = f.open(id);
      REQUIRE(run);
      (void)(*run)->advance();
      f.world.now += 31;
    }
    CHECK(f.world.changes.size() == 2);
    put_file(path + ".backup", path);
    fs::remove(f.home().path() + "/index.sqlite");
    in_doubt(f, id, "restored from a backup");
    CHECK(f.world.changes.size() == 2);
  }
  SECTION("the index is not made to believe it") {
    const std::string id = approved(f, kNight), path = f.home().run_path(id);
    resumed(f, id, "awaiting_time");
    put_file(path, path + ".backup");
    f.world.now += 8 * 3600;
    resumed(f, id, "done");
    put_file(path + ".backup", path);
    in_doubt(f, id, "restored from a backup");
    CHECK(f.world.changes.size() == 2);
  }
}

TEST_CASE("a process that ends while it uses a decision is resumed") {
  Fixture f;
  const std::string id = approved(f, kNight);
  resumed(f, id, "awaiting_time");
  // It had recorded that it uses the decision, and not yet said so to other copies.
  const std::string request = [&] {
    const auto run = f.open(id);
    REQUIRE(run);
    return (*run)->state().request_sha256;
  }();
  fs::remove(f.folder + "/user/used/" + request);
  f.world.now += 8 * 3600;
  resumed(f, id, "done");
  CHECK(f.world.changes.size() == 2);
  CHECK(fs::exists(f.folder + "/user/used/" + request));
}

TEST_CASE("an operation that was begun in a copy is settled, and what is left decided anew") {
  Fixture f;
  const std::string id = approved(f, kTwo);
  f.world.after_change = [&](const std::string&) -> Status { return Error{"transport", "gone"}; };
  {
    const auto run = f.open(id);
    REQUIRE(run);
    REQUIRE_FALSE((*run)->advance());
  }
  f.world.after_change = nullptr;
  const std::string other = f.folder + "/other";
  put_file(f.home().run_path(id), other + "/runs/" + id + ".run");
  f.move_home(other);
  in_doubt(f, id, "was copied or restored from a backup");
  const auto run = f.open(id);
  REQUIRE(run);
  f.world.now += 60;
  REQUIRE((*run)->adopt(settlement((*run)->state(), (*run)->adoption_subject(), "adopt")));
  REQUIRE((*run)->advance());
  CHECK((*run)->state().status == RunStatus::awaiting_decision);
  CHECK((*run)->state().confirmed.size() == 1);
  CHECK(f.world.changes.size() == 1);
  REQUIRE((*run)->decide(decision((*run)->state(), "approve")));
  REQUIRE((*run)->advance());
  CHECK((*run)->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("a change from another home makes earlier evidence stale") {
  Fixture f;
  const auto run =
      f.run(f.runbook(R"(
    mutate "switch" (function() thing.items.update { key = "lamp", value = "on" } end),
    read "verify" (function() check(thing.items.fetch { key = "lamp" }.value == "on", "the lamp is on") end))",
                      R"(done = { proven "the lamp is on", attest { "seen", "seen" } })"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  CHECK(f.world.reads.size() == 1);
  const auto elsewhere = Home::open(f.folder + "/other", f.folder + "/user");
  REQUIRE(elsewhere);
  f.world.now += 5;
  REQUIRE((*elsewhere)->note_change(run->state().account_key(), "another", f.world.now));
  f.world.now += 5;
  REQUIRE(run->advance());
  CHECK(f.world.reads.size() == 2);
}
