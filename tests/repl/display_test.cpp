// What is signed can be read whole before it is signed: values, differences, flows, look-alikes.
#include "repl/views/changes_view.h"
#include "repl/views/contrast.h"
#include "repl/views/escape.h"
#include "repl/views/flow_lines.h"
#include "repl/views/scripts.h"
#include "repl/views/value_lines.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

std::string words(const Spans& spans) {
  std::string text;
  for (const Span& span : spans) text += span.text;
  return text;
}

std::string page_of(const std::vector<Line>& lines) {
  Page page({false, 100});
  put(page, 0, lines);
  return page.text();
}

// Lines that were broken for their length as one again.
std::string unwrapped(std::string page) {
  for (std::size_t at = 0; (at = page.find("\n      ", at)) != std::string::npos;)
    page.replace(at, page.find_first_not_of(" \n", at) - at, " ");
  return page;
}

std::string difference_of(const json& from, const json& to, bool full = false) {
  ValueLines lines({full, 100});
  lines.difference(0, "it", from, to);
  return page_of(lines.lines());
}

std::string value_of(const json& value, bool full = false) {
  ValueLines lines({full, 100});
  lines.value(0, "+", "it", value);
  return page_of(lines.lines());
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

const std::string kLong =
    "https://webhooks.twilio.com/v1/Accounts/AC68c8096035594cd23248bd5540f7c7ee/Flows/"
    "FWbc3a4d5bbdf26bcf10e3a01e4a7b6a43?queue=support&language=en-US&retry=3";

json step(const std::string& name, const std::string& type, json properties,
          const std::string& event = "", const std::string& next = "") {
  json one = {{"name", name}, {"type", type}, {"properties", std::move(properties)}};
  one["transitions"] = json::array();
  if (!event.empty()) one["transitions"].push_back({{"event", event}, {"next", next}});
  return one;
}

}  // namespace

TEST_CASE("two long values that differ never look the same, and what differs is seen") {
  struct Row {
    const char* where;
    std::size_t at;
  };
  const Row rows[] = {{"first character", 0},
                      {"host", 9},
                      {"path", 40},
                      {"identifier", 83},
                      {"middle of an identifier", 100},
                      {"query", 120},
                      {"last character", kLong.size() - 1}};
  for (const Row& row : rows)
    for (const std::size_t times : {1, 3, 40}) {
      std::string from;
      for (std::size_t i = 0; i < times; ++i) from += (i > 0 ? " " : "") + kLong;
      for (const std::size_t base : {std::size_t{0}, (times - 1) * (kLong.size() + 1)}) {
        std::string to = from;
        to[base + row.at] = to[base + row.at] == 'Q' ? 'X' : 'Q';
        INFO(row.where << ", " << times << " times, from " << base);
        const Contrast both = contrast(from, to, 80);
        CHECK(words(both.from) != words(both.to));
        CHECK(words(both.to).find('Q') != std::string::npos);
        CHECK(columns(words(both.to)) < 260);
        if (times > 1) CHECK(words(both.to).find("…") != std::string::npos);
        const std::string page = difference_of(from, to);
        CHECK(has(unwrapped(page), words(both.from)));
        CHECK(has(unwrapped(page), words(both.to)));
        if (times == 1) CHECK(has(difference_of(from, to, true), to));
      }
    }
}

TEST_CASE("each of several differences in one value is seen, and only what is common is cut") {
  std::string from, to;
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    from += "parameter" + n + "=value" + n + "&";
    to += "parameter" + n + "=" + (i % 10 == 5 ? "OTHER" + n : "value" + n) + "&";
  }
  const std::string shown = words(contrast(from, to, 80).to);
  for (const char* part : {"OTHER5", "OTHER15", "OTHER25"}) CHECK(has(shown, part));
  CHECK(shown.find("value10&") == std::string::npos);
}

TEST_CASE("texts that could be taken for one another are written differently") {
  struct Row {
    const char* one;
    const char* other;
  };
  const Row rows[] = {{"a\nb", "a\\nb"},
                      {"a\tb", "a    b"},
                      {"a \" → \"b", "a\\\" → \"b"},
                      {"\x1b[2m", "\\x1B[2m"},
                      {"…x", "\\u{2026}x"},
                      {"a b",
                       "a\xC2\xA0"
                       "b"},
                      {"twilio", "tw\xD1\x96lio"},
                      {"a\xE2\x80\x8B", "a"},
                      {"⟨U+0456⟩", "\xD1\x96"},
                      {"‹secret ab›", "‹secret ac›"}};
  for (const Row& row : rows) {
    INFO(row.one << " and " << row.other);
    CHECK(in_quotes(row.one) != in_quotes(row.other));
    CHECK(text_line(row.one) != text_line(row.other));
  }
  CHECK(text_line("\ta ") == "⇥   a␠");
  CHECK(in_quotes("say \"hi\"") == "\"say \\\"hi\\\"\"");
  // A handle is no text that looks like one.
  const json secret = {
      {"$countersign", {{"handle", "secret"}, {"id", "x"}, {"fingerprint", "k:0123456789abcdef"}}}};
  CHECK(whole_value(secret) == "‹secret 0123456789›");
  CHECK(whole_value("‹secret 0123456789›") == "\"\\u{2039}secret 0123456789\\u{203A}\"");
}

TEST_CASE("a text is shown as its lines, a changed one by the lines that differ") {
  CHECK(value_of("From: a\n\n\tDear all\n") == "+ it:\n  + From: a\n  +\n  + ⇥   Dear all\n");
  CHECK(has(value_of("one\ntwo"), "(its last line has no line end)"));
  std::string from, to;
  for (int i = 1; i <= 40; ++i) {
    from += "line " + std::to_string(i) + "\n";
    to += (i == 20 ? "another line" : "line " + std::to_string(i)) + std::string("\n");
  }
  const std::string shown = difference_of(from, to);
  CHECK(shown ==
        "~ it:\n  … 16 lines as before\n    line 17\n    line 18\n    line 19\n  - line 20\n"
        "  + another line\n    line 21\n    line 22\n    line 23\n  … 17 lines as before\n");
  CHECK(has(difference_of(from, to, true), "line 1\n"));
  // One line more at the top is one line, not a difference of all.
  json before = json::array(), after = {"new"};
  for (int i = 0; i < 30; ++i) before.push_back("l" + std::to_string(i));
  after.insert(after.end(), before.begin(), before.end());
  CHECK(difference_of({{"lines", before}}, {{"lines", after}}) ==
        "~ it/lines:\n  + new\n    l0\n    l1\n    l2\n  … 27 lines as before\n");
  CHECK(has(difference_of("a\nb", "a\nb\n"), "+ the end of its last line"));
}

TEST_CASE("what is very long says what is left out by its digest, and --full has all of it") {
  std::string one, other;
  for (int i = 0; i < 900; ++i) {
    one += "line " + std::to_string(i) + "\n";
    other += "line " + std::to_string(i == 800 ? -1 : i) + "\n";
  }
  CHECK(has(value_of(one), "… and 500 lines more, sha256 "));
  CHECK(value_of(one) != value_of(other));
  CHECK(has(value_of(one, true), "+ line 899\n"));
  const std::string wide(5000, 'x');
  CHECK(value_of(wide + "a") != value_of(wide + "b"));
  CHECK(has(value_of(wide + "a", true), "xa\""));
}

TEST_CASE("entries of a list are compared by their names") {
  const json from = {{"filters", {{{"name", "a"}, {"to", "1"}}, {{"name", "b"}, {"to", "2"}}}}};
  json to = from;
  to["filters"].insert(to["filters"].begin(), json{{"name", "c"}, {"to", "3"}});
  CHECK(difference_of(from, to) == "+ it/filters/c: {name = \"c\", to = \"3\"}\n");
  to = from;
  to["filters"][1]["to"] = "9";
  CHECK(difference_of(from, to) == "~ it/filters/b/to: \"2\" → \"9\"\n");
  to = from;
  std::swap(to["filters"][0], to["filters"][1]);
  CHECK(has(difference_of(from, to), "their order"));
  CHECK(difference_of({{"n", {1, 2, 3}}}, {{"n", {1, 4, 3}}}) == "~ it/n/1: 2 → 4\n");
}

TEST_CASE("a flow is shown as its steps with the words that callers hear") {
  const json greeting =
      step("greeting", "say-play", {{"say", "Thank you for calling Acme."}, {"offset", {{"x", 1}}}},
           "audioComplete", "menu");
  const json menu = step("menu", "gather-input-on-call", {{"say", "Press 1."}, {"timeout", 5}},
                         "keypress", "greeting");
  const json flow = {{"initial_state", "greeting"}, {"states", {greeting, menu}}};
  REQUIRE(is_flow(flow));
  const std::string made = value_of({{"definition", flow}});
  for (const char* line : {"+ greeting (say-play)", "+ says: \"Thank you for calling Acme.\"",
                           "+ audioComplete → menu", "+ menu (gather-input-on-call)",
                           "+ says: \"Press 1.\"", "+ timeout: 5", "+ initial_state: \"greeting\""})
    CHECK(has(made, line));
  CHECK(made.find("offset") == std::string::npos);
  CHECK(has(value_of({{"definition", flow}}, true), "offset"));

  json other = flow;
  other["states"][0]["properties"]["say"] = "Thank you for calling Mallory.";
  other["states"][1]["transitions"][0]["next"] = "bye";
  other["states"].push_back(step("bye", "say-play", {{"say", "Goodbye."}}));
  const std::string changed = difference_of({{"definition", flow}}, {{"definition", other}});
  for (const char* line :
       {"~ greeting (say-play)",
        "~ says: \"Thank you for calling Acme.\" → \"Thank you for calling Mallory.\"",
        "- keypress → greeting", "+ keypress → bye", "+ bye (say-play)", "+ says: \"Goodbye.\""})
    CHECK(has(changed, line));
  CHECK(changed.find("timeout") == std::string::npos);
}

TEST_CASE("words of mixed scripts and hosts that are not ASCII are marked") {
  CHECK(visible("https://handler.tw\xD1\x96lio.com") == "https://handler.tw⟨U+0456⟩lio.com");
  const std::string once = visible("https://handler.tw\xD1\x96lio.com/x");
  CHECK(visible(once) == once);
  CHECK(visible("carl\xD0\xB0@example.com") == "carl⟨U+0430⟩@example.com");
  // A host of one alphabet alone, and one with an umlaut.
  CHECK(visible("https://\xD1\x81\xD0\xB0.com/x") == "https://⟨U+0441⟩⟨U+0430⟩.com/x");
  CHECK(visible("a@b\xC3\xBC"
                "cher.de") == "a@b⟨U+00FC⟩cher.de");
  CHECK(visible("PN03\xD1\x81"
                "ca") == "PN03⟨U+0441⟩ca");
  CHECK(visible("\xEF\xBD\x81"
                "bc") == "⟨U+FF41⟩bc");
  for (const char* plain : {"Müller, Straße", "Привет мир", "Ελληνικά", "日本語のLINE", "→ … ✓ ×",
                            "1 × ceo", "naïve café"})
    CHECK(visible(plain) == plain);
  CHECK(odd_words("https://handler.twilio.com").empty());
  const auto odd = odd_words("https://handler.tw\xD1\x96lio.com");
  REQUIRE(odd.size() == 2);
  CHECK(odd[0] == "mixed scripts in tw⟨U+0456⟩lio: Cyrillic among Latin");
  CHECK(has(odd[1],
            "the host handler.tw⟨U+0456⟩lio.com is not ASCII: the network knows it as "
            "handler.xn--twlio-"));
  // RFC 3492's own example, and two that every browser shows.
  CHECK(ascii_host("b\xC3\xBC"
                   "cher.de") == "xn--bcher-kva.de");
  CHECK(ascii_host("m\xC3\xBCnchen.de") == "xn--mnchen-3ya.de");
  CHECK(
      ascii_host("\xD0\xBF\xD0\xBE\xD1\x87\xD0\xB5\xD0\xBC\xD1\x83\xD0\xB6\xD0\xB5\xD0\xBE\xD0\xBD"
                 "\xD0\xB8\xD0\xBD\xD0\xB5\xD0\xB3\xD0\xBE\xD0\xB2\xD0\xBE\xD1\x80\xD1\x8F\xD1\x82"
                 "\xD0\xBF\xD0\xBE\xD1\x80\xD1\x83\xD1\x81\xD1\x81\xD0\xBA\xD0\xB8") ==
      "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l");
}

TEST_CASE("JSON escapes what would not be seen, and stays the same value") {
  const json value = {
      {"a", "x\xE2\x80\xAEy\xE2\x80\x8B tw\xD1\x96lio \xF3\xA0\x81\x81 M\xC3\xBCller"}};
  const std::string text = visible_json(value.dump());
  CHECK(has(text, "x\\u202ey\\u200b tw\\u0456lio \\udb40\\udc41 Müller"));
  CHECK(json::parse(text) == value);
}

TEST_CASE("an operation shows what it is told, what it starts from, and the files it takes") {
  json operation = {
      {"n", 3},
      {"operation", "command.run"},
      {"effect", "mutate"},
      {"target", "/commands/deploy"},
      {"summary", "Runs a declared command"},
      {"told_only", true},
      {"arguments", {{"name", "deploy"}, {"environment", {{"ENVIRONMENT", "acme"}}}}},
      {"before",
       {{{"argv", {"./deploy.sh", "--all"}},
         {"cwd", "serverless"},
         {"inputs", {{"src/a.js", "sha256:aa"}, {std::string(120, 'p') + "/b.js", "sha256:bb"}}}}}},
      {"sources", {{"program", {{"path", "/srv/deploy.sh"}, {"sha256", std::string(64, 'c')}}}}}};
  const std::string shown = page_of(operation_lines(operation, {false, 100}));
  for (const std::string& part :
       {std::string("ENVIRONMENT = \"acme\""), std::string("argv: [\"./deploy.sh\", \"--all\"]"),
        std::string("cwd: \"serverless\""), std::string("reads src/a.js: \"sha256:aa\""),
        std::string(120, 'p') + "/b.js", std::string("program: /srv/deploy.sh"),
        std::string(64, 'c')})
    CHECK(has(shown, part));

  // What is signed beside what is projected is shown too.
  operation = {{"n", 1},
               {"operation", "x.y.update"},
               {"target", "/things/T1"},
               {"arguments", {{"sid", "T1"}, {"name", "b"}, {"comment", "why"}}},
               {"before", {{{"name", "a"}}}},
               {"after", {{{"name", "b"}}}}};
  const std::string plain = page_of(operation_lines(operation, {false, 100}));
  CHECK(has(plain, "~ name: \"a\" → \"b\"\n· comment: \"why\"\n"));
  CHECK(plain.find("sid") == std::string::npos);
  CHECK(has(page_of(operation_lines(operation, {true, 100})), "· sid: \"T1\""));
  CHECK(in_words(json{{"summary", "Writes a file"},
                      {"target", "/files/x"},
                      {"arguments", {{"path", std::string(200, 'd') + ".md"}}}})
            .find(std::string(200, 'd') + ".md") != std::string::npos);
}
