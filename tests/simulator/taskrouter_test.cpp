#include "stdlib/simulator/twilio/task_expression.h"
#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using countersign::simulator::expression_holds;
using nlohmann::json;

namespace {

const std::string kWorkspace = "/taskrouter.twilio.com/v1/Workspaces/" + sid("WS", 'a');
const std::string kTasks = kWorkspace + "/Tasks";
const std::string kQueue = sid("WQ", 'a');

// A world with a task in every status; the last letter of its SID is the status's first.
json busy_world() {
  json world = small_world();
  json tasks = json::array();
  int hour = 0;
  for (const char* status : {"assigned", "canceled", "done", "pending", "reserved", "wrapping"}) {
    const std::string name = std::string(status) == "done" ? "completed" : status;
    std::string task = "WT" + std::string(31, '0') + std::to_string(hour);
    tasks.push_back({{"sid", task},
                     {"assignment_status", name},
                     {"priority", hour % 3},
                     {"date_created", "2026-11-20T0" + std::to_string(hour) + ":00:00Z"},
                     {"attributes", {{"status", status}, {"hour", hour}, {"skills", {"a", "b"}}}}});
    ++hour;
  }
  world["accounts"][sid("AC", 'a')]["taskrouter"][0]["tasks"] = tasks;
  return world;
}

// The last digits of the SIDs of the tasks that a query finds, or the verdict.
std::string found(const SimulatorFixture& stage, const std::string& query) {
  Answer answer = stage.key().get(kTasks + "?" + query);
  if (answer.status != 200) return answer.verdict();
  std::string digits;
  for (const json& task : answer["tasks"]) digits += task["sid"].get<std::string>().back();
  return digits;
}

std::string routed_to(const std::string& queue) {
  return json{{"task_routing", {{"default_filter", {{"queue", queue}}}}}}.dump();
}

}  // namespace

TEST_CASE("tasks are filtered by several statuses and by their attributes") {
  SimulatorFixture stage(busy_world());
  struct {
    const char *query, *found;
  } const table[] = {
      {"", "012345"},
      {"AssignmentStatus=pending", "3"},
      {"AssignmentStatus=pending,reserved,assigned", "034"},
      {"AssignmentStatus=pending%2C%20reserved", "34"},
      {"AssignmentStatus=completed,canceled", "12"},
      {"AssignmentStatus=", "012345"},
      {"AssignmentStatus=bogus", "400 20001"},
      {"AssignmentStatus=pending,bogus", "400 20001"},
      {"EvaluateTaskAttributes=status%20%3D%3D%20%22pending%22", "3"},
      {"EvaluateTaskAttributes=status%20%3D%20'pending'", "3"},
      {"EvaluateTaskAttributes=hour%20%3E%203", "45"},
      {"EvaluateTaskAttributes=absent%20%3D%3D%20'x'", ""},
      {"EvaluateTaskAttributes=skills%20HAS%20'a'%20AND%20hour%20%3C%202", "01"},
      {"EvaluateTaskAttributes=(((", "400 20001"},
      {"AssignmentStatus=pending,assigned&EvaluateTaskAttributes=hour%20%3D%3D%200", "0"},
      {"Ordering=DateCreated:desc", "543210"},
      {"Ordering=Priority:desc", "251403"},
      {"Ordering=Priority:asc,DateCreated:desc", "304152"},
      {"Ordering=Priority", "400 20001"},
      {"Ordering=Colour:asc", "400 20001"},
  };
  for (const auto& row : table) {
    CAPTURE(row.query);
    CHECK(found(stage, row.query) == row.found);
  }
}

TEST_CASE("a task's status changes only as TaskRouter lets it") {
  const std::string statuses[] = {"assigned", "canceled", "completed",
                                  "pending",  "reserved", "wrapping"};
  // From the row to the column, in that order.
  const char* const allowed[] = {"..c..w", "......", "......", ".x....", ".x....", "..c..."};
  for (int from = 0; from < 6; ++from)
    for (int to = 0; to < 6; ++to) {
      CAPTURE(statuses[from], statuses[to]);
      SimulatorFixture stage(busy_world());
      const std::string task = kTasks + "/WT" + std::string(31, '0') + std::to_string(from);
      const std::string status = stage.key().get(task)["assignment_status"];
      Answer changed = stage.key().post(task, {{"AssignmentStatus", statuses[to]}});
      const bool good = allowed[from][to] != '.';
      CHECK(changed.verdict() == (good ? "200" : "400 20001"));
      CHECK(stage.key().get(task)["assignment_status"] == (good ? statuses[to] : status));
    }
  SimulatorFixture stage(busy_world());
  const std::string task = kTasks + "/WT" + std::string(31, '0') + "3";
  CHECK(stage.key().post(task, {{"AssignmentStatus", "bogus"}}).verdict() == "400 20001");
  CHECK(stage.key().post(task, {{"AssignmentStatus", ""}}).verdict() == "400 20001");
  Answer refused = stage.key().post(task, {{"AssignmentStatus", "completed"}, {"Priority", "9"}});
  CHECK(refused["message"].get<std::string>().find("because it is pending") != std::string::npos);
  CHECK(stage.key().get(task)["priority"] == 0);
}

TEST_CASE("a workflow's configuration must route to queues that are there") {
  SimulatorFixture stage;
  auto verdict = [&](const json& configuration) {
    return stage.key()
        .post(kWorkspace + "/Workflows",
              {{"FriendlyName", "x"}, {"Configuration", configuration.dump()}})
        .verdict();
  };
  auto routing = [](const json& filters, const json& otherwise = json()) {
    json task_routing = {{"filters", filters}};
    if (!otherwise.is_null()) task_routing["default_filter"] = otherwise;
    return json{{"task_routing", task_routing}};
  };
  auto list = [](std::initializer_list<json> items) {
    json all = json::array();
    for (const json& item : items) all.push_back(item);
    return all;
  };
  json target = {{"queue", kQueue}};
  json filter = {{"expression", "type == 'x'"}, {"targets", list({target})}};
  json no_targets = filter, no_expression = filter, bad_expression = filter, foreign = filter,
       map_of_targets = filter;
  no_targets.erase("targets");
  no_expression.erase("expression");
  bad_expression["expression"] = "type == (";
  foreign["targets"][0]["queue"] = sid("WQ", 'f');
  map_of_targets["targets"] = json::object();
  CHECK(verdict(routing(list({filter}))) == "201");
  CHECK(verdict(routing(list({filter}), target)) == "201");
  CHECK(verdict(routing(json::array(), target)) == "201");
  CHECK(verdict(json::parse(routed_to(kQueue))) == "201");
  for (const json& wrong :
       {json::object(), json::array(), json{{"task_routing", json::object()}},
        json{{"task_routing", 1}}, routing(json::object(), target), routing(json::array()),
        routing(list({no_targets})), routing(list({no_expression})),
        routing(list({bad_expression})), routing(list({foreign})), routing(list({map_of_targets})),
        routing(list({1})), routing(list({filter}), {{"queue", sid("WQ", 'f')}}),
        routing(list({filter}), json::array()), routing(list({filter}), json::object())}) {
    CAPTURE(wrong.dump());
    CHECK(verdict(wrong) == "400 20001");
  }
  const std::string workflow = kWorkspace + "/Workflows/" + sid("WW", 'a');
  CHECK(stage.key().post(workflow, {{"Configuration", routed_to(sid("WQ", 'f'))}}).verdict() ==
        "400 20001");
  CHECK(stage.key().post(workflow, {{"Configuration", routed_to(kQueue)}}).verdict() == "200");
  CHECK(stage.key().post(workflow, {{"FriendlyName", ""}}).verdict() == "400 20001");
}

TEST_CASE("a queue has its own name and an expression for its workers") {
  SimulatorFixture stage;
  const std::string queues = kWorkspace + "/TaskQueues";
  struct {
    Pairs form;
    const char* verdict;
  } const table[] = {
      {{{"FriendlyName", "Support"}}, "400 20001"},
      {{{"FriendlyName", ""}}, "400 20001"},
      {{{"FriendlyName", "a"}, {"TargetWorkers", "((("}}, "400 20001"},
      {{{"FriendlyName", "a"}, {"TargetWorkers", "skill HAS"}}, "400 20001"},
      {{{"FriendlyName", "a"}, {"TaskOrder", "RANDOM"}}, "400 20001"},
      {{{"FriendlyName", "a"}, {"MaxReservedWorkers", "51"}}, "400 20001"},
      {{{"FriendlyName", "a"}, {"MaxReservedWorkers", "0"}}, "400 20001"},
      {{{"FriendlyName", "a"}, {"TargetWorkers", "1==1"}, {"TaskOrder", "LIFO"}}, "201"},
      {{{"FriendlyName", "b"}, {"TargetWorkers", "routing.skills HAS \"x\" OR 1 != 2"}}, "201"},
  };
  for (const auto& row : table) CHECK(stage.key().post(queues, row.form).verdict() == row.verdict);
  const std::string own = queues + "/" + kQueue;
  CHECK(stage.key().post(own, {{"FriendlyName", "Support"}}).verdict() == "200");
  CHECK(stage.key().post(own, {{"FriendlyName", "a"}}).verdict() == "400 20001");
}

TEST_CASE("an expression is read as TaskRouter writes it") {
  const json attributes = json::parse(
      R"({"type":"callback","n":5,"skills":["a","b"],"vip":true,"deep":{"er":"x"},"none":null})");
  const std::pair<const char*, bool> good[] = {
      {"type == 'callback'", true},
      {"type = \"callback\"", true},
      {"type=='callback'", true},
      {"type != 'callback'", false},
      {"deep.er == 'x'", true},
      {"deep.absent == 'x'", false},
      {"skills HAS 'a'", true},
      {"skills has 'c'", false},
      {"type IN ['voicemail', 'callback']", true},
      {"type NOT IN ['voicemail']", true},
      {"type IN []", false},
      {"type CONTAINS 'call'", true},
      {"n > 4 AND n <= 5", true},
      {"n < 5", false},
      {"n >= 5.0", true},
      {"type > 5", false},
      {"vip", true},
      {"vip == true", true},
      {"none == null", true},
      {"NOT vip", false},
      {"n == 1 OR n == 2 OR n == 5", true},
      {"n == 5 OR n == 1 AND vip == false", true},
      {"(n == 5 OR n == 1) AND vip == false", false},
      {"((n == 5))", true},
      {"1==1", true},
  };
  for (const auto& [text, holds] : good) {
    CAPTURE(text);
    auto result = expression_holds(text, attributes);
    REQUIRE(result);
    CHECK(*result == holds);
  }
  for (const char* text :
       {"", " ", "(((", "n ==", "== 5", "n == 5 AND", "OR n == 5", "n == 5 n == 5", "n HAS",
        "type == 'open", "n == 5)", "(n == 5", "n ! 5", "type NOT 'x'", "type IN ['a'", "a == b; c",
        "type IN ['a' 'b']", "AND"}) {
    CAPTURE(text);
    CHECK_FALSE(expression_holds(text, attributes));
  }
  CHECK_FALSE(expression_holds(std::string(5000, '('), attributes));
}
