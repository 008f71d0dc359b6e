// Each kind of rail by itself: what it lets through, what it refuses, and in which words.
#include "interpreter/rails.h"

#include "tests/support/catch.h"

using namespace countersign;

namespace {

const char* const kDeploy = "flex.deploy";
const char* const kDelete = "mailgun.keys.delete";

struct Attempt {
  std::string operation = kDelete;
  json arguments = json::object();
  std::string target = "/mailgun/keys/1";
};

std::string refusal(const json& rail, const RailContext& context, const Attempt& attempt = {}) {
  const std::optional<Error> error =
      forbidden(json::array({rail}), context, attempt.operation, attempt.arguments, attempt.target);
  if (!error) return "ok";
  CHECK(error->kind == "refused");
  CHECK(error->operation == attempt.operation);
  CHECK(refused_by(rail, *error));
  return error->message;
}

RailContext after(const std::string& operation, const json& arguments = json::object()) {
  RailContext context;
  context.done = [=](const std::string& name, const json& wanted) {
    return name == operation && has_arguments(arguments, wanted);
  };
  return context;
}

TEST_CASE("rails: never refuses its operation always, and no other") {
  const json rail = {{"rail", "never"}, {"operation", kDelete}, {"why", "it cannot be undone"}};
  const std::string said =
      "a rail forbids mailgun.keys.delete: it is never done by this runbook (it cannot be undone)";
  CHECK(refusal(rail, {}) == said);
  CHECK(refusal(rail, after(kDelete)) == said);
  CHECK(refusal(rail, {}, {.operation = kDeploy}) == "ok");
}

TEST_CASE("rails: only_with compares every argument that it names") {
  const json rail = {{"rail", "only_with"},
                     {"operation", kDeploy},
                     {"arguments", {{"overwrite", true}, {"client", "acme"}}}};
  const auto with = [](json arguments) { return Attempt{kDeploy, std::move(arguments), "/flex"}; };
  CHECK(refusal(rail, {}, with({{"overwrite", true}, {"client", "acme"}, {"more", 1}})) == "ok");
  const std::string said =
      "a rail forbids flex.deploy: only with client = \"acme\", overwrite = true";
  CHECK(refusal(rail, {}, with({{"overwrite", true}})) == said);
  CHECK(refusal(rail, {}, with({{"overwrite", false}, {"client", "acme"}})) == said);
  CHECK(refusal(rail, {}, with({{"overwrite", "true"}, {"client", "acme"}})) == said);
  CHECK(refusal(rail, {}, with(json::object())) == said);
}

TEST_CASE("rails: after wants the operation done, with the arguments that it names") {
  const json plain = {{"rail", "after"}, {"operation", kDelete}, {"needs", kDeploy}};
  CHECK(refusal(plain, {}) == "a rail forbids mailgun.keys.delete: only after flex.deploy");
  CHECK(refusal(plain, after("flex.restore")) != "ok");
  CHECK(refusal(plain, after(kDeploy)) == "ok");

  json rail = plain;
  rail["needs_arguments"] = {{"overwrite", true}};
  const std::string said =
      "a rail forbids mailgun.keys.delete: only after flex.deploy with overwrite = true";
  CHECK(refusal(rail, {}) == said);
  CHECK(refusal(rail, after(kDeploy)) == said);
  CHECK(refusal(rail, after(kDeploy, {{"overwrite", false}})) == said);
  CHECK(refusal(rail, after("flex.restore", {{"overwrite", true}})) == said);
  CHECK(refusal(rail, after(kDeploy, {{"overwrite", true}, {"client", "acme"}})) == "ok");
}

TEST_CASE("rails: after_one_of wants any of its operations done") {
  const json rail = {{"rail", "after_one_of"},
                     {"operation", kDelete},
                     {"needs", json::array({kDeploy, "flex.restore"})}};
  CHECK(refusal(rail, {}) ==
        "a rail forbids mailgun.keys.delete: only after flex.deploy or flex.restore");
  CHECK(refusal(rail, after("env.update")) != "ok");
  CHECK(refusal(rail, after(kDeploy)) == "ok");
  CHECK(refusal(rail, after("flex.restore")) == "ok");
}

TEST_CASE("rails: after_phase wants the phase ended") {
  const json rail = {{"rail", "after_phase"}, {"operation", kDelete}, {"phase", "inspect"}};
  RailContext context;
  CHECK(refusal(rail, context) ==
        "a rail forbids mailgun.keys.delete: only after the phase \"inspect\" has ended");
  context.ended = [](const std::string& phase) { return phase == "verify"; };
  CHECK(refusal(rail, context) != "ok");
  context.ended = [](const std::string& phase) { return phase == "inspect"; };
  CHECK(refusal(rail, context) == "ok");
}

TEST_CASE("rails: after_check wants the check passed, and cannot know it while planning") {
  const json rail = {{"rail", "after_check"}, {"operation", kDelete}, {"title", "it rings"}};
  RailContext context;
  CHECK(refusal(rail, context) ==
        "a rail forbids mailgun.keys.delete: only after the check \"it rings\" has passed");
  context.passed = [](const std::string& title) { return title == "it does not ring"; };
  CHECK(refusal(rail, context) != "ok");
  context.planning = true;
  CHECK(refusal(rail, context) == "ok");
  context.planning = false;
  context.passed = [](const std::string& title) { return title == "it rings"; };
  CHECK(refusal(rail, context) == "ok");
}

TEST_CASE("rails: snapshot_first holds for every operation") {
  const json rail = {{"rail", "snapshot_first"}};
  RailContext context;
  CHECK(refusal(rail, context) ==
        "a rail forbids mailgun.keys.delete: no snapshot labelled PRE has been captured yet");
  CHECK(refusal(rail, context, {.operation = kDeploy}) != "ok");
  context.pre_captured = [] { return true; };
  CHECK(refusal(rail, context) == "ok");
}

TEST_CASE("rails: protect covers what is named, what is below it and what holds it") {
  const json rail = {{"rail", "protect"}, {"pointer", "/taskrouter/*/workspace"}};
  const auto at = [](const std::string& target) {
    return Attempt{kDelete, json::object(), target};
  };
  CHECK(refusal(rail, {}, at("/taskrouter/WS1/workspace")) ==
        "a rail forbids mailgun.keys.delete: \"/taskrouter/WS1/workspace\" is protected");
  CHECK(refusal(rail, {}, at("/taskrouter/WS1/workspace/name")) != "ok");
  CHECK(refusal({{"rail", "protect"}, {"pointer", "/a/b"}}, {}, at("/a")) != "ok");
  CHECK(refusal(rail, {}, at("/taskrouter/WS1/queues")) == "ok");
  CHECK(refusal(rail, {}, at("/taskrouter/WS1/workspaces")) == "ok");
}

TEST_CASE("rails: a rail holds only for the parameters that it is given for") {
  const json rail = {{"rail", "never"},
                     {"operation", kDelete},
                     {"given", {{"keep_number", json::array({true})}, {"client", "acme"}}}};
  RailContext context;
  context.parameters = {{"keep_number", true}, {"client", "acme"}};
  CHECK(refusal(rail, context) != "ok");
  context.parameters["keep_number"] = false;
  CHECK(refusal(rail, context) == "ok");
  context.parameters = {{"keep_number", true}, {"client", "other"}};
  CHECK(refusal(rail, context) == "ok");
  context.parameters = {{"client", "acme"}};
  CHECK(refusal(rail, context) == "ok");
}

TEST_CASE("rails: the first one that forbids is the one that is named") {
  const json rails = {{{"rail", "after"}, {"operation", kDelete}, {"needs", kDeploy}},
                      {{"rail", "never"}, {"operation", kDelete}, {"instead", "archive it"}}};
  const auto error = forbidden(rails, after(kDeploy), kDelete, json::object(), "/x");
  REQUIRE(error);
  CHECK(error->hint == "archive it");
  CHECK_FALSE(refused_by(rails[0], *error));
  CHECK(refused_by(rails[1], *error));
}

TEST_CASE("rails: which one refused is told by what the error carries, also through JSON") {
  const json rails = {{{"rail", "never"}, {"operation", kDelete}, {"instead", "archive it"}}};
  auto error = forbidden(rails, after(kDeploy), kDelete, json::object(), "/x");
  REQUIRE(error);
  error->message = "said in other words";
  const Error read = error_from_json(to_json(*error));
  CHECK(refused_by(rails[0], read));
  CHECK(to_json(*error)["refused_by"]["rule"] == rail_text(rails[0]));
  const json adjacent = {{"rail", "baselines_unchanged"}};
  Error drift{"drift", "an adjacent account changed"};
  CHECK_FALSE(refused_by(adjacent, drift));
  drift.check = "baselines_unchanged";
  CHECK(refused_by(adjacent, error_from_json(to_json(drift))));
  drift.kind = "transport";
  CHECK_FALSE(refused_by(adjacent, drift));
}

}  // namespace
