// A provider that lies: any part of any of its answers replaced, while a signed plan is carried
// out. What is sent is what was signed, up to where the lie is found out.
#include <algorithm>
#include <set>

#include "tests/attacks/signed_run.h"
#include "tests/simulator/client.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::attacks;

namespace {

constexpr const char* kMainLine = "PN03cca2b259f51e6fe0b6503b54449880";
constexpr const char* kEvil = "https://evil.example/steal";

std::string runbook(const std::string& steps, const std::string& more = "",
                    const std::string& found = "") {
  return "return runbook {\n  name = \"hostile\", title = \"A hostile provider\",\n"
         "  parameters = { client = param.profile { why = \"Which account\" },\n"
         "    label = param.text { why = \"A label\" } },\n" +
         more +
         "  procedure = {\n    read \"look\" (function(run)\n"
         "      snapshot.capture { label = \"PRE\" }\n" +
         found + "      return { looked = true" +
         (found.empty() ? "" : ", definition = definition") +
         " }\n    end),\n    mutate \"change\" (function(run)\n" + steps + "    end),\n  },\n}\n";
}

void lie(SignedRun& run, const std::string& match, const std::string& pointer, const json& value) {
  // As the text form takes it: the value is JSON.
  const Status told =
      run.room.simulator.add_fault("match=" + match + ", kind=replace, pointer=" + pointer +
                                   ", value=" + value.dump() + ", times=always");
  INFO((told ? std::string() : told.error().message));
  REQUIRE(told);
}

bool any_of(const std::vector<std::string>& sent, const std::string& part) {
  return std::any_of(sent.begin(), sent.end(),
                     [&](const std::string& one) { return one.find(part) != std::string::npos; });
}

const char* kBuyAndReturn =
    "      local n = twilio.numbers.create { phone_number = \"+15550107777\" }\n"
    "      twilio.numbers.delete { sid = n.sid }\n";

}  // namespace

TEST_CASE("a number that was bought is given back, and no other one, whatever the answer names") {
  for (const std::string& rails :
       {std::string(), std::string("  rails = { rails.protect(\"/numbers/") + kMainLine +
                           "\", \"the main line\") },\n"}) {
    SignedRun run(runbook(kBuyAndReturn, rails));
    const Attempt good = run.resume();
    INFO(good.output);
    CHECK(good.code == 0);
    CHECK(good.sent.size() == 2);
    for (const json& answer : std::vector<json>{
             json(kMainLine), json("PN00000000000000000000000000000002"),
             json("PN0000000000000000000000000000000X"), json("x"), json(7), json(),
             json(std::string(kMainLine) + "/../../x"),
             json{{"$countersign", {{"placeholder", 1}, {"path", "/sid"}}}},
             json{{"$countersign", {{"handle", "secret"}, {"id", "profile:acme:api_secret"}}}}}) {
      run.set_back();
      lie(run, "POST api.twilio.com/*/IncomingPhoneNumbers.json", "/sid", answer);
      const Attempt tried = run.resume();
      INFO(answer.dump() << "\n" << tried.output);
      CHECK(tried.code != 0);
      CHECK_FALSE(any_of(tried.sent, "DELETE"));
      const Attempt again = run.resume();
      CHECK_FALSE(any_of(again.sent, "DELETE"));
    }
  }
}

TEST_CASE("what was made is used as often as it was signed") {
  SignedRun run(
      runbook("      local n = twilio.numbers.create { phone_number = \"+15550107777\" }\n"
              "      twilio.numbers.update { sid = n.sid, friendly_name = \"One\" }\n"
              "      twilio.numbers.update { sid = n.sid, friendly_name = \"Two\" }\n"
              "      twilio.numbers.delete { sid = n.sid }\n"));
  const Attempt good = run.resume();
  INFO(good.output);
  CHECK(good.code == 0);
  CHECK(good.sent.size() == 4);
}

TEST_CASE("a flow's address is what was signed, or it is not sent") {
  const std::string definition =
      "      local definition = studio.flows.fetch { sid = "
      "\"FWbc3a4d5bbdf441d90c3cc781e7ef61fd\" }.definition\n";
  SignedRun run(runbook(
      "      local flow = studio.flows.create { friendly_name = \"New\", status = \"published\", "
      "definition = run.look.definition, commit_message = \"first\" }\n"
      "      twilio.numbers.update { sid = \"" +
          std::string(kMainLine) + "\", voice_url = flow.webhook_url }\n",
      "", definition));
  const Attempt good = run.resume();
  INFO(good.output);
  CHECK(good.code == 0);
  CHECK(good.sent.size() == 2);
  for (const auto& [pointer, answer] : std::vector<std::pair<std::string, json>>{
           {"/webhook_url", kEvil},
           {"/webhook_url",
            "https://webhooks.twilio.com.evil.example/v1/Accounts/"
            "AC68c8096035594cd23248bd5540f7c7ee/Flows/FWbc3a4d5bbdf441d90c3cc781e7ef61fd"},
           {"/webhook_url",
            "https://webhooks.twilio.com/v1/Accounts/AC66b0f371ae2b2607ab71f2cdfc17293f/Flows/"
            "FWbc3a4d5bbdf441d90c3cc781e7ef61fd"},
           {"/webhook_url", 7},
           {"/webhook_url", json{{"$countersign", {{"template", {kEvil}}}}}},
           {"/sid", "FWbc3a4d5bbdf441d90c3cc781e7ef61fd"},
           {"/sid", "x"}}) {
    run.set_back();
    lie(run, "POST studio.twilio.com/v2/Flows", pointer, answer);
    const Attempt tried = run.resume();
    INFO(pointer << " " << answer.dump() << "\n" << tried.output);
    CHECK(tried.code != 0);
    CHECK_FALSE(any_of(tried.sent, "IncomingPhoneNumbers"));
    CHECK_FALSE(any_of(run.resume().sent, "IncomingPhoneNumbers"));
  }
}

TEST_CASE("a flow or a key that was made is removed, and no other one") {
  const std::string definition =
      "      local definition = studio.flows.fetch { sid = "
      "\"FWbc3a4d5bbdf441d90c3cc781e7ef61fd\" }.definition\n";
  SECTION("a flow") {
    SignedRun run(runbook(
        "      local flow = studio.flows.create { friendly_name = \"New\", status = \"draft\", "
        "definition = run.look.definition, commit_message = \"first\" }\n"
        "      studio.flows.delete { sid = flow.sid }\n",
        "", definition));
    const Attempt good = run.resume();
    INFO(good.output);
    CHECK(good.code == 0);
    run.set_back();
    lie(run, "POST studio.twilio.com/v2/Flows", "/sid", "FWbc3a4d5bbdf441d90c3cc781e7ef61fd");
    CHECK_FALSE(any_of(run.resume().sent, "DELETE"));
    CHECK_FALSE(any_of(run.resume().sent, "DELETE"));
  }
  SECTION("a key") {
    SignedRun run(runbook(
        "      local key = mailgun.keys.create { description = \"new\", role = \"sending\" }\n"
        "      mailgun.keys.delete { id = key.id }\n"));
    const Attempt good = run.resume();
    INFO(good.output);
    CHECK(good.code == 0);
    REQUIRE(good.sent.size() == 2);
    const std::string made = good.sent[1].substr(0, good.sent[1].find(' ', 7));
    for (const json& answer :
         std::vector<json>{"ac3e0001-5e0d0001", "cc700001-5e0d0001", "../x", 1}) {
      run.set_back();
      lie(run, "POST api.mailgun.net/v1/keys", "/key/id", answer);
      const Attempt tried = run.resume();
      INFO(answer.dump() << tried.output);
      CHECK_FALSE(any_of(tried.sent, "DELETE"));
      // Looked up, the key that was made may be found; no other one is removed.
      for (const std::string& sent : run.resume().sent)
        if (sent.rfind("DELETE", 0) == 0) CHECK(sent.find(made) != std::string::npos);
    }
  }
}

namespace {

struct Field {
  std::string match, pointer;
  json value;
};

void fields_of(const json& value, const std::string& match, const std::string& pointer,
               std::vector<Field>& all) {
  if (value.is_structured()) {
    for (const auto& [key, part] : value.items()) {
      if (key.find_first_of("/~*, ") != std::string::npos) continue;
      fields_of(part, match, pointer + "/" + key, all);
    }
    return;
  }
  if (value.is_string() || value.is_number() || value.is_boolean())
    all.push_back({match, pointer, value});
}

// What a liar puts in the place of a value.
std::vector<json> lies_for(const json& value) {
  if (!value.is_string()) return {json("x"), json(-1)};
  const std::string text = value.get<std::string>();
  const json mark = {{"$countersign", {{"placeholder", 1}, {"path", ""}}}};
  if (text.rfind("http", 0) == 0) return {json(kEvil), mark};
  if (text.size() == 34 && text.rfind("PN", 0) == 0)
    return {json(text == kMainLine ? "PN00000000000000000000000000000002" : kMainLine), mark};
  return {json("EVIL"), mark};
}

// Every field of the answers to what an apply asks, from the simulator itself.
std::vector<Field> fields_of_answers(SignedRun& run) {
  (void)run.resume();
  const json requests = run.room.simulator.requests();
  run.set_back();
  std::vector<Field> all;
  std::set<std::string> seen;
  const ::Client twilio(run.room.simulator.port(), "SK29061521b0294920183e16344b29f240",
                        "fake-api-secret-acme"),
      mailgun(run.room.simulator.port(), "api", "fake-mailgun-account-key");
  for (const json& one : requests) {
    const std::string host = one["host"], path = one["path"], method = one["method"];
    if (!seen.insert(method + host + path).second) continue;
    const bool mail = host.find("mailgun") != std::string::npos;
    const ::Answer answer = (mail ? mailgun : twilio).get("/" + host + path);
    if (answer.body.is_structured())
      fields_of(answer.body, method + " " + host + path.substr(0, path.find('?')), "", all);
  }
  return all;
}

}  // namespace

TEST_CASE("any field of any answer replaced: only what was signed is sent") {
  SignedRun run;
  const Attempt good = run.resume();
  INFO(good.output);
  REQUIRE(good.code == 4);
  run.set_back();
  const std::vector<Field> all = fields_of_answers(run);
  REQUIRE(all.size() > 100);
  constexpr std::size_t kTried = 48;
  int tried = 0, stopped = 0;
  for (std::size_t i = 0; i < kTried; ++i) {
    // Spread over all of them; a step that has no divisor in common with most sizes.
    const Field& field = all[(i * (all.size() / kTried) + i * 7) % all.size()];
    const json value = lies_for(field.value)[i % 2];
    run.set_back();
    lie(run, field.match, field.pointer, value);
    const Attempt attempt = run.resume();
    INFO(field.match << field.pointer << " := " << value.dump() << "\n" << attempt.output);
    CHECK(attempt.sent.size() <= good.sent.size());
    CHECK(std::equal(attempt.sent.begin(), attempt.sent.end(), good.sent.begin()));
    CHECK(run.other.port() == 0);
    ++tried;
    stopped += attempt.code != 4;
  }
  tell("Hostile provider: " + std::to_string(tried) + " of " + std::to_string(all.size()) +
       " fields of answers replaced, " + std::to_string(stopped) +
       " runs stopped: nothing was sent but what was signed");
}

TEST_CASE("a lookup that lies does not have a signed change sent twice or elsewhere") {
  SignedRun run(runbook(kBuyAndReturn));
  // The answer to the purchase is lost; who then asks what came of it is told of the main line.
  REQUIRE(run.room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers.json,kind=drop"));
  const Attempt lost = run.resume();
  INFO(lost.output);
  REQUIRE(lost.code == 8);
  lie(run, "GET api.twilio.com/*/IncomingPhoneNumbers.json*", "/incoming_phone_numbers/*/sid",
      kMainLine);
  for (int i = 0; i < 3; ++i) {
    const Attempt attempt = run.resume();
    INFO(attempt.output);
    CHECK(attempt.code != 0);
    CHECK_FALSE(any_of(attempt.sent, "DELETE"));
    CHECK(std::count_if(attempt.sent.begin(), attempt.sent.end(),
                        [](const std::string& one) { return one.rfind("POST", 0) == 0; }) == 1);
    run.room.simulator.advance(31);
  }
}
