// Records of the run's file that are written behind the request, where its chain does not reach.
#include "tests/attacks/signed_run.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::attacks;

namespace {

Record at_the_end(const RunFile& file, const std::string& kind, const json& body) {
  Record record = file.records.back();
  record.kind = kind;
  record.body = body;
  return record;
}

SignedRun& waiting() {
  static SignedRun run;
  run.set_back();
  const Attempt went = run.resume();
  INFO(went.output);
  REQUIRE(went.code == 4);
  REQUIRE(went.sent.size() == 2);
  return run;
}

}  // namespace

TEST_CASE("a wait lasts as long as it was signed for, whatever a record says") {
  SignedRun& run = waiting();
  run.rewrite([](RunFile& file) {
    json& body = file.record("wait.started").body;
    body["until"] = body["until"].get<std::int64_t>() - 3600;
    body["seconds"] = 0;
  });
  const Attempt early = run.resume();
  INFO(early.output);
  CHECK(early.code == 4);
  CHECK(early.sent.size() == 2);
  run.rewrite([](RunFile& file) {
    file.records.push_back(
        at_the_end(file, "wait.condition", {{"phase", "settle"}, {"attempt", 1}, {"until", 0}}));
  });
  CHECK(run.resume().code == 4);
  run.room.simulator.advance(3600);
  const Attempt went = run.resume();
  INFO(went.output);
  CHECK(went.code == 5);
  CHECK(went.sent.size() == 3);
}

TEST_CASE("what was signed to be undone after a failed check is not undone without one") {
  SignedRun& run = waiting();
  run.rewrite([](RunFile& file) {
    file.records.push_back(at_the_end(file, "undo",
                                      {{"signed", true},
                                       {"phases", {"rename_undo"}},
                                       {"stays", json::array()},
                                       {"error", {{"kind", "check"}, {"message", "x"}}}}));
  });
  const Attempt tried = run.resume();
  INFO(tried.output);
  CHECK(tried.code == 9);
  CHECK(tried.message.find("it has not failed") != std::string::npos);
  CHECK(tried.sent.size() == 2);
  CHECK(run.resume().sent.size() == 2);
}

TEST_CASE("an undoing that was not signed is not carried out") {
  SignedRun& run = waiting();
  run.rewrite([](RunFile& file) {
    file.records.push_back(at_the_end(file, "undo",
                                      {{"signed", true},
                                       {"phases", {"again_undo"}},
                                       {"stays", json::array()},
                                       {"error", {{"kind", "check"}, {"message", "x"}}}}));
  });
  const Attempt tried = run.resume();
  INFO(tried.output);
  CHECK(tried.code == 9);
  CHECK(tried.message.find("is not part of what was signed") != std::string::npos);
  CHECK(tried.sent.size() == 2);
}

TEST_CASE("a sign-off that was left out of the head while the run waits is still asked for") {
  SignedRun& run = waiting();
  run.rewrite([](RunFile& file) {
    file.record("run.started").body["runbook"]["head"]["done"] = json::array();
  });
  run.room.simulator.advance(3600);
  const Attempt tried = run.resume();
  INFO(tried.output);
  CHECK(tried.code == 9);
  CHECK(tried.message.find("runbook: ") != std::string::npos);
  CHECK(tried.sent.size() == 2);
  CHECK(run.resume().code != 0);
}
