// doc: runbooks as pages for people, as its users publish them.
#include <sys/stat.h>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

// Every section, and in every text something that MDX would take for itself.
const char kRunbook[] = R"lua(
return runbook {
  name = "house/strange", title = 'He said "{x}"',
  summary = "import {1+1} <script> https://a.example/b_c?d=1. Then\nhttps://a.example/{id}",
  authority = { operator = "otto*", approver = "ceo" },
  approval = {
    requires = { { role = "cto", count = 2, given = { kind = { "{", "b" } } } },
    reference = "required", reference_parameter = "approval",
  },
  evidence = "log-{client}",
  parameters = {
    client = param.profile { why = "a | b" },
    kind = param.choice { choices = { "{", "b" }, why = "export {}" },
    approval = param.text { required_if = { kind = "b" }, why = "\27[31mred" },
    drain = param.duration { default = "24h", why = "so" },
  },
  read_first = { "export const x = 1", "1. not a list", ":::tip", "# no heading", "[l](rel.md)" },
  rails = {
    rails.snapshot_first,
    rails.never("twilio.numbers.delete", "x {y}.", "call <z>"),
    rails.given({ kind = "b" }, rails.only_with("flex.deploy", { overwrite = true })),
    rails.after("flex.deploy", { "files.edit", { path = "a" } }, "source first"),
    rails.after_one_of("studio.flows.delete", { "twilio.numbers.update", "twilio.numbers.delete" }),
    rails.after_phase("flex.deploy", "drain", "calm"),
    rails.after_check("flex.deploy", "1 < 2"),
    rails.protect("/flex/x"),
  },
  procedure = {
    read("look", { returns = { log = hole.document } }) (function() end),
    wait("drain", { title = "Wait {a}" }) {
      duration = "24h", unless = { "it is <green>", function() end }, why = "calls end",
    },
    wait("calm", { when = function() end }) { duration = "0s", ready = function() end, every = "2m" },
    mutate("apply", { when = function() end, undo_if = "heard" }) (function() end),
  },
  done = {
    proven { "p {", when = function() end },
    attest { "heard", "It is | heard", by = "ceo", due = "24h", after = "apply", within = "6h", undo = true },
    attest { "seen", "It is seen" },
    sign_off "ceo",
  },
  variants = { ["v|{w}"] = "see <there>" },
  gotchas = { { gotcha = "g", symptom = "s", fix = "f {" } },
}
)lua";

const char kPage[] = R"mdx(---
# Written by countersign doc from the runbook house/strange: change that, not this page.
sidebar_label: "Strange"
sidebar_position: 1
title: "He said \"{x}\""
---

&#105;mport \{1+1\} \<script\> [https://a.example/b\_c?d=1](https://a.example/b_c?d=1). Then `https://a.example/{id}`

## 1. Role / Authority

- **Operator:** **otto\***
- **Approver:** **CEO**
- Approval by 2 × **CTO**, where `kind` is `{` or `b`
- Approval is given in writing: a decision without a reference is refused (the parameter `approval`).
- `policy.toml` may ask for more people, never for fewer. Every change is shown as a plan and signed before it is made.
- The run's evidence is filed in the dev-log folder `log-{client}`.

## 2. Required Parameters

| Parameter | Kind | Why you need it | Choices | Required |
|---|---|---|---|---|
| `client` | account (a profile) | a \| b | | yes |
| `kind` | choice | export \{\} | `{`, `b` | yes |
| `approval` | text | \\x1B\[31mred | | where `kind` is `b` |
| `drain` | duration, such as `24h` | so | | no: `24h` where not given |

## 3. Read First

- &#101;xport const x = 1
- 1\. not a list
- \:::tip
- \# no heading
- \[l\](rel.md)

## 4. Safety Rails for This Change

They hold whatever the steps say: the engine looks at them while planning, and again before every operation.

- Nothing is changed before a snapshot labelled PRE has been captured: what is not recorded before a change cannot be compared after it.
- `twilio.numbers.delete` is never done: x \{y\}. Instead: call \<z\>.
- Where `kind` is `b`: `flex.deploy` is done only where `overwrite` is `true`.
- `flex.deploy` is done only after `files.edit` (where `path` is `a`): source first.
- `studio.flows.delete` is done only after `twilio.numbers.update` or `twilio.numbers.delete`.
- `flex.deploy` is done only after the phase "Wait \{a\}" (`drain`) has ended: calm.
- `flex.deploy` is done only after the check "1 \< 2" has passed.
- Nothing at or below `/flex/x` is changed.
- Nothing is changed while an adjacent account changes.

## 5. Procedure

`countersign run house/strange` goes through these phases in order. It stops where somebody has to decide, and where something has to be waited for.

### 1. look

- Phase `look`: reads only.
- What follows is planned before this has happened; it finds `log`.

### 2. Wait \{a\}

- Phase `drain`: waits.
- Waits 24h.
- Ends early when it is \<green\>; looked at every 15m.
- Why: calls end.

### 3. calm

- Phase `calm`: waits; *only where it applies*.
- Goes on only when what it waits for is so; looked at every 2m.

### 4. apply

- Phase `apply`: **changes**, as planned and signed; *only where it applies*.
- Undone, as signed with the plan, where "heard" fails.

## 6. Definition of Done

- [ ] p \{ *(where it applies)* — proven by the run
- [ ] It is \| heard — attested by **CEO** (`heard`), due 24h after the phase `apply`, overdue 6h later; where it is not so, the change is planned to be undone
- [ ] It is seen — attested by a person (`seen`)
- [ ] Sign-off by the ceo — signed off by **CEO**, over the run's evidence

## 7. If Your Variant Differs

| Variant | Where it goes |
|---|---|
| v\|\{w\} | see \<there\> |

## Common gotchas

| Gotcha | Symptom | Fix |
|---|---|---|
| g | s | f \{ |
)mdx";

const char kSymptom[] = R"lua(
return symptom {
  name = "silence", title = "Caller hears nothing", severity = "high", caller_visible = 1,
  last_verified = "2026-11-20", matches = { "dead air" }, summary = "The line is silent.",
  not_for = { "voicemail-only" },
  causes = {
    cause { "broken", "The Wait URL <answers> an error", lesson = "Ask it once." },
    cause { "late", "It is late", tell = "Wait.", look_again = "6h", escalate = "nobody answers" },
  },
  diagnose = function() end,
  fixes = { broken = fix "Deploy the functions" (function() end) },
  verify = function() return true end,
}
)lua";

const char kSymptomPart[] = R"mdx(### Symptom: Caller hears nothing

The line is silent.

- **Severity:** high
- **Caller-visible rank:** 1 (1 is what callers notice first)
- **Reported as:** "dead air"
- **Does not occur in the variants:** `voicemail-only`
- **Last verified:** 2026-11-20

Most likely causes, in order:

1. **The Wait URL \<answers\> an error** (`broken`)
    - Fix: Deploy the functions.
    - Lesson: Ask it once.
2. **It is late** (`late`)
    - No fix of ours; the reporter is told: Wait.
    - Looked at again after 6h.
    - Escalation: nobody answers.
)mdx";

const char kTable[] = R"mdx(---
# Written by countersign doc from the symptoms of the runbooks: change that, not this page.
sidebar_label: "Symptoms"
sidebar_position: 3
title: "Symptoms"
---

What callers notice first comes first. Of each symptom the most frequent cause is 1.

| Rank | Symptom | Severity | Causes | Fix | Last verified | Runbook |
|---|---|---|---|---|---|---|
| 1 | Caller hears nothing (`silence`) | high | 1. The Wait URL \<answers\> an error<br />2. It is late | 1. Deploy the functions<br />2. none of ours | 2026-11-20 | `silence` |
)mdx";

json names(const json& pages) {
  json out = json::array();
  for (const json& page : pages) out.push_back(page["page"]);
  return out;
}

}  // namespace

TEST_CASE("a runbook's page says every section, and nothing of its text becomes markup") {
  CliFixture room;
  room.write("strange.lua", kRunbook);
  room.write("silence.lua", kSymptom);
  CHECK(room.value({"doc", "strange.lua", "silence.lua", "--to", "pages"}) == json::parse(R"([
    {"page": "pages/strange.md", "runbook": "house/strange", "title": "He said \"{x}\"",
     "replaced": false},
    {"page": "pages/silence.md", "runbook": "silence", "title": "Caller hears nothing",
     "replaced": false},
    {"page": "pages/symptoms.md", "runbook": null, "title": "Symptoms", "replaced": false}])"));
  CHECK(room.read("pages/strange.md") == kPage);
  CHECK(room.read("pages/symptoms.md") == kTable);
  const std::string page = room.read("pages/silence.md");
  INFO(page);
  CHECK(page.find(kSymptomPart) != std::string::npos);
  CHECK_FALSE(room.has("home"));
  CHECK_FALSE(room.has(".local"));
}

TEST_CASE("pages are written anew, and what somebody else wrote stays") {
  CliFixture room;
  room.write("strange.lua", kRunbook);
  const std::vector<std::string> doc = {"doc", "strange.lua", "--to", "pages"};
  room.write("pages/symptoms.md", "mine\n");
  CHECK(room.error(doc, 2) == "usage: \"pages/symptoms.md\" was not written by countersign doc");
  CHECK_FALSE(room.has("pages/strange.md"));  // all pages, or none
  REQUIRE(remove((room.folder + "/pages/symptoms.md").c_str()) == 0);
  CHECK(room.value(doc)[0]["replaced"] == false);
  const std::string first = room.read("pages/strange.md");
  CHECK(room.value(doc)[0]["replaced"] == true);
  CHECK(room.read("pages/strange.md") == first);
  CHECK(room.read("pages/symptoms.md").find("\nThe runbooks have no symptoms.\n") !=
        std::string::npos);
  struct stat page = {};
  REQUIRE(stat((room.folder + "/pages/strange.md").c_str(), &page) == 0);
  CHECK((page.st_mode & 0777) == 0644);
}

TEST_CASE("without names every runbook is published, and no part or test of one") {
  CliFixture room;
  room.write("runbooks/house/strange.lua", kRunbook);
  room.write("runbooks/house/strange_test.lua", "return scenarios {}\n");
  room.write("runbooks/house/words.lua", "return { hello = 'x' }\n");
  room.write("runbooks/house/parts/silence.lua",
             "local w = require 'words'" + std::string(kSymptom));
  room.write(
      "runbooks/house/all.lua",
      "local w = require 'words'\nreturn troubleshooting { name = 'house/all', title = 'All',"
      " symptoms = { require 'parts.silence' } }\n");
  CHECK(names(room.value({"doc", "--to", "pages"})) ==
        json::parse(R"(["pages/audit.md", "pages/cancel.md", "pages/change.md", "pages/revert.md",
          "pages/setup.md", "pages/troubleshoot.md", "pages/all.md", "pages/strange.md", "pages/symptoms.md"])"));
  CHECK(room.read("pages/all.md").find(kSymptomPart) != std::string::npos);
  // A script that nothing requires and that cannot be read is said, not left out.
  room.write("runbooks/house/broken.lua", "x =\n");
  CHECK(room.error({"doc", "--to", "pages"}, 2).find("house/broken.lua\" cannot be read: ") !=
        std::string::npos);
}

TEST_CASE("doc says what it cannot publish") {
  CliFixture room;
  room.write("strange.lua", kRunbook);
  room.write("words.lua", "return { hello = 'x' }\n");
  struct {
    std::vector<std::string> words;
    std::string said;
  } const cases[] = {
      {{"doc", "strange.lua"}, "usage: doc: --to is required"},
      {{"doc", "words.lua", "--to", "pages"}, "usage: \"words.lua\" is not a runbook"},
      {{"doc", "nothing", "--to", "pages"}, "usage: there is no runbook \"nothing\""},
      {{"doc", "strange.lua", "strange.lua", "--to", "pages"},
       "usage: \"" + room.folder +
           "/strange.lua\" would be the page strange.md, which there is "
           "already"},
      {{"doc", "strange.lua", "--to", "strange.lua"},
       "usage: the folder \"strange.lua\" cannot be made"},
  };
  for (const auto& one : cases) CHECK(room.error(one.words, 2) == one.said);
  CHECK_FALSE(room.has("pages"));
}
