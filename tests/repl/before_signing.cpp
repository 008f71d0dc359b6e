// What is said before anybody signs, and what `show` ticks.
#include "interpreter/digest.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

const char kLabel[] = R"(return runbook {
  name = "label", title = "Rename the number",
  parameters = {
    client = param.profile { why = "Which account" },
    label = param.text { why = "What it is called from now on" },
    url = param.text { optional = true, why = "Where its calls go" },
  },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = "+15550100200" }.sid }
    end),
    mutate "rename" (function(run)
      step "Give it the new name"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label,
        voice_url = run.params.url }
    end),
  },
}
)";

std::string started(CliFixture& room, const std::string& label = "Front desk",
                    const std::string& url = "") {
  room.write("label.lua", kLabel);
  std::vector<std::string> words = {"run",         "label.lua", "-p",
                                    "client=acme", "-p",        "label=" + label};
  if (!url.empty()) {
    words.push_back("-p");
    words.push_back("url=" + url);
  }
  return room.value(words, 3)["run"];
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

// olive asks; ann and ben approve, both are needed.
void two_approvers(CliFixture& room) {
  room.furnish();
  const std::string olive = room.read("allowed_signers");
  room.write("allowed_signers", olive + "ann@connie.example " + room.key("ann") +
                                    "ben@connie.example " + room.key("ben"));
  room.write("policy.toml",
             "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\nroles = "
             "[\"operator\"]\n"
             "[people.ann]\nprincipals = [\"ann@connie.example\"]\nroles = [\"ceo\"]\n"
             "[people.ben]\nprincipals = [\"ben@connie.example\"]\nroles = [\"ceo\"]\n"
             "[rules.mutate]\nrequires = { ceo = 2 }\nseparation = false\n"
             "[rules.destroy]\nrequires = { ceo = 2 }\nseparation = false\n");
}

}  // namespace

TEST_CASE("a freeze is said by run, plan, request, approve and show, before anybody signs") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  CHECK(room.countersign({"plan", id}).out.find("Nothing can be changed now") == std::string::npos);
  room.value({"freeze", "--profile", "acme", "--reason", "callers report dead air", "--yes"});
  const std::string why = "! Nothing can be changed now: changes are frozen for the account of";
  CHECK(room.countersign({"plan", id}).out.find(why) == 0);
  CHECK(room.countersign({"show", id}).out.find(why) == 0);
  CHECK(room.countersign({"request", id, "--to", "papers"}).out.find(why) == 0);
  CHECK(has(room.countersign({"approve", id, "--yes"}).err, why));
  CHECK(room.value({"plan", id})["blocked"][0]["message"].get<std::string>().find(
            "callers report dead air") != std::string::npos);
  const Ran run = room.countersign({"run", "label.lua", "-p", "client=acme", "-p", "label=Desk"});
  CHECK(run.code == 3);
  CHECK(run.out.find(why) == 0);
  CHECK(has(run.out, "thaw --profile acme"));
}

TEST_CASE("a policy that is not the request's any more is said before anybody signs") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.write("policy.toml", room.read("policy.toml") + "# another word\n");
  CHECK(has(room.error({"plan", id}, 9), "policy.toml\" is not the version that was accepted"));
  room.value({"trust", "accept", "--reason", "a remark", "--yes"});
  const std::string page = room.countersign({"plan", id}).out;
  CHECK(page.find("! Nothing can be changed now: ") == 0);
  CHECK(has(page, "policy"));
}

TEST_CASE("plan.txt is whole, the same at any time, and ends with the line that signs it") {
  CliFixture room;
  room.furnish();
  std::string url = "https://handler.twilio.com/" + std::string(180, 'a') + "?end=here";
  const std::string id = started(room, "Front desk", url);
  room.value({"request", id, "--to", "papers"});
  const std::string text = room.read("papers/plan.txt");
  CHECK(has(text, url));
  // What is read is what is signed: the request names the page.
  CHECK(json::parse(room.read("papers/request.json"))["plan_text"] == sha256_hex(text));
  CHECK(has(text, "stands in request.json as \"plan_text\""));
  const std::string last = "ssh-keygen -Y sign -n countersign-decision -f KEY approve.json\n";
  REQUIRE(text.size() > last.size());
  CHECK(text.substr(text.size() - last.size() - 1) == "\n" + last);
  CHECK(text.find('\x1b') == std::string::npos);
  // Neither the clock, nor what was answered, nor a freeze, nor the terminal changes a byte.
  room.simulator.advance(600);
  room.environment["COLUMNS"] = "40";
  room.environment["TZ"] = "Asia/Tokyo";
  room.value({"freeze", "--profile", "acme", "--reason", "x", "--yes"});
  room.value({"request", id, "--to", "again"});
  CHECK(room.read("again/plan.txt") == text);
  CHECK(has(room.countersign({"plan", id, "--full"}).out, "· friendly_name: \"Front desk\""));
}

TEST_CASE("two plans that differ in one character of a long value never look the same") {
  CliFixture room;
  room.furnish();
  const std::string base = "https://handler.twilio.com/" + std::string(150, 'a') + "/";
  std::string pages[2];
  for (const int i : {0, 1})
    pages[i] = room.countersign({"plan", started(room, "Desk", base + (i == 0 ? "x" : "y"))}).out;
  CHECK(has(pages[0], base + "x\""));
  CHECK(has(pages[1], base + "y\""));
}

TEST_CASE("a host of mixed scripts is marked with a warning on every page") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room, "Desk", "https://handler.tw\xD1\x96lio.com/x");
  room.value({"request", id, "--to", "papers"});
  for (const std::string& page :
       {room.countersign({"plan", id}).out, room.read("papers/plan.txt")}) {
    CHECK(has(page, "https://handler.tw⟨U+0456⟩lio.com"));
    CHECK(has(page, "! mixed scripts in tw⟨U+0456⟩lio: Cyrillic among Latin"));
    CHECK(has(page, "xn--"));
    CHECK(page.find("\xD1\x96") == std::string::npos);
  }
  const Ran plain = room.countersign({"plan", id, "--json"});
  CHECK(plain.out.find("\xD1\x96") == std::string::npos);
  CHECK(has(plain.out, "tw\\u0456lio"));
  room.value({"export", id, "--to", "evidence"});
  const std::string html = room.read("evidence/report.html");
  CHECK(html.find("\xD1\x96") == std::string::npos);
  CHECK(has(html, "mixed scripts in tw⟨U+0456⟩lio"));
}

TEST_CASE("a window that can never be used is refused when it is given") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  CHECK(has(room.error({"approve", id, "--yes", "--not-before", "2036-12-25T00:00:00Z"}, 2),
            "usage: the approval could never be used: with it \"rename\" cannot begin before "
            "2036-12-25 00:00 UTC, and the plan lets it begin until "));
  CHECK(
      has(room.error({"request", id, "--to", "papers", "--not-before", "2036-12-25T00:00:00Z"}, 2),
          "could never be used"));
  CHECK_FALSE(room.has("papers/approve.json"));
  CHECK(room.value({"show", id})["status"] == "awaiting_decision");
  CHECK(has(room.error({"approve", id, "--yes", "--break-glass", ""}, 2), "--break-glass"));
  CHECK(has(room.error({"approve", id, "--yes", "--break-glass", "  "}, 2), "it has to say why"));
  CHECK(room.value({"show", id})["status"] == "awaiting_decision");
}

TEST_CASE("an approved run that nobody resumed is approved, in every list") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  CHECK(room.value({"approve", id, "--yes"})["status"] == "approved");
  CHECK(room.value({"show", id})["status"] == "approved");
  CHECK(has(room.countersign({"show", id}).out, "approved: it goes on when it is resumed"));
  CHECK(room.value({"runs"})[0]["status"] == "approved");
  CHECK(room.value({"runs", "--status", "approved"}).size() == 1);
  CHECK(room.value({"runs", "--status", "running"}) == json::array());
  CHECK(room.value({"resume", id})["status"] == "done");
}

TEST_CASE("when the time to decide is over the step named is the one that works") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  CHECK(has(room.countersign({"show", id}).out, "countersign approve " + id));
  room.simulator.advance(30 * 24 * 3600);
  for (const char* look : {"show", "plan"}) {
    const std::string page = room.countersign({look, id}).out;
    CHECK(has(page, "The time to decide ended at "));
    CHECK(has(page, "countersign resume " + id));
    CHECK(page.find("countersign approve") == std::string::npos);
  }
  CHECK(room.value({"resume", id}, 3)["status"] == "awaiting_decision");
  CHECK(room.value({"approve", id, "--yes"})["status"] == "approved");
  // An approval that was not used in time has no tick.
  CHECK(has(room.countersign({"show", id}).out, "approved by olive"));
  room.simulator.advance(30 * 24 * 3600);
  const std::string late = room.countersign({"show", id}).out;
  CHECK(late.find("✓ olive") == std::string::npos);
  CHECK(has(late, "it was not used in time"));
}

TEST_CASE("a revoked approval loses its tick, with the person's name") {
  CliFixture room;
  two_approvers(room);
  const std::string id = started(room);
  room.value({"approve", id, "--yes", "--key", "ann", "--as", "ann@connie.example"});
  CHECK(has(room.countersign({"show", id}).out, "✓ ann approved"));
  const std::string key = room.read("ann.pub");
  room.write("revoked", room.read("revoked") + key.substr(0, key.rfind(' ')) + "\n");
  for (const char* look : {"show", "plan"}) {
    const std::string page = room.countersign({look, id}).out;
    CHECK(page.find("✓ ann") == std::string::npos);
    CHECK(has(page, "✗ ann approved; it no longer counts: "));
    CHECK(has(page, "revoked"));
  }
}

TEST_CASE("a step that failed or is in doubt is not ticked") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  room.write("label.lua", kLabel);
  REQUIRE(room.simulator.add_fault("match=POST *IncomingPhoneNumbers*,times=always,status=400"));
  CHECK(room.countersign({"resume", id}).code == 9);
  const std::string page = room.countersign({"show", id}).out;
  CHECK(page.find("✓ Give it the new name") == std::string::npos);
  CHECK(has(page, "✗ Give it the new name"));
  CHECK(has(page, "it failed"));
}
