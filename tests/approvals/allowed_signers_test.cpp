#include "approvals/allowed_signers.h"

#include "approvals/pattern.h"
#include "approvals/times.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

constexpr char kNamespace[] = "countersign-decision";

std::string joined(const Result<std::vector<std::string>>& principals) {
  if (!principals) return principals.error().message;
  std::string out;
  for (const std::string& principal : *principals) out += (out.empty() ? "" : ",") + principal;
  return out;
}

// Who may sign with `key` at `time`, by a file of this text.
std::string who(const std::string& text, const LocalKey& key, const std::string& time,
                const std::string& name_space = kNamespace) {
  const auto signers = parse_allowed_signers(text, "signers");
  if (!signers) return signers.error().message;
  return joined(
      principals_of(*signers, *parse_public_key(key.blob()), name_space, *parse_utc(time)));
}

TEST_CASE("a key signs as its principals, in its namespaces, in its time") {
  const LocalKey key(1), other(2);
  const std::string line = key.line();
  const std::string name = "the key " + key.fingerprint();
  const std::string noon = "2026-11-20T12:00:00Z";
  struct Row {
    std::string text, time, result;
  };
  const Row table[] = {
      {"ada " + line, noon, "ada"},
      {"ada " + line + " a comment here", noon, "ada"},
      {"# a comment\n\n  \tada\t" + line + "\n", noon, "ada"},
      {"ada,ada@example.com " + line, noon, "ada,ada@example.com"},
      {"\"ada lovelace,ada\" " + line, noon, "ada lovelace,ada"},
      {"ada " + other.line(), noon, name + " is not in allowed_signers"},
      {"ada " + line + "\nben " + line, noon, "ada,ben"},
      {"ada namespaces=\"countersign-decision\" " + line, noon, "ada"},
      {"ada namespaces=\"git,countersign-*\" " + line, noon, "ada"},
      {"ada namespaces=\"git\" " + line, noon,
       name + " may not sign in the namespace \"countersign-decision\""},
      {"ada namespaces=\"countersign-*,!countersign-decision\" " + line, noon,
       name + " may not sign in the namespace \"countersign-decision\""},
      {"ada valid-after=\"20261120Z\" " + line, noon, "ada"},
      {"ada valid-after=\"202611201200Z\" " + line, noon, "ada"},
      {"ada valid-after=\"20261120120001Z\" " + line, noon,
       name + " is not valid before 2026-11-20T12:00:01Z"},
      {"ada valid-before=\"20261121Z\" " + line, noon, "ada"},
      {"ada valid-before=\"20261120120000Z\" " + line, noon, "ada"},
      {"ada valid-before=\"20261120115959Z\" " + line, noon,
       name + " was valid until 2026-11-20T11:59:59Z"},
      {"ada "
       "valid-after=\"20261101Z\",valid-before=\"20261201Z\",namespaces=\"countersign-decision\" " +
           line,
       noon, "ada"},
      {"ada valid-before=\"20261101Z\" " + line + "\nada valid-after=\"20261101Z\" " + line, noon,
       "ada"},
  };
  for (const auto& [text, time, result] : table) {
    INFO(text);
    CHECK(who(text, key, time) == result);
    // Never laxer: where we name a principal, so does ssh-keygen.
    if (result.find(' ') == std::string::npos)
      CHECK(keygen_verifies(text + "\n", "ada", kNamespace, key.sign("m"), "m",
                            "-O verify-time=20261120120000Z"));
  }
}

TEST_CASE("a file that is not understood as a whole is not used") {
  const LocalKey key(1);
  const std::string line = key.line();
  const std::string base64 = line.substr(line.find(' ') + 1);
  const std::pair<std::string, std::string> table[] = {
      {"", "\"signers\" names no key, so nobody could sign"},
      {"# nothing\n", "\"signers\" names no key, so nobody could sign"},
      {"ada", "\"signers\" line 1: no key"},
      {"ada ssh-ed25519", "\"signers\" line 1: no key"},
      {"ada namespaces=\"x\"", "\"signers\" line 1: no key"},
      {"ada " + line + "\nben cert-authority " + line,
       "\"signers\" line 2: cert-authority: certificates are not accepted"},
      {"* " + line, "\"signers\" line 1: the principal \"*\" is a pattern"},
      {"*@example.com " + line, "\"signers\" line 1: the principal \"*@example.com\" is a pattern"},
      {"ada,b?n " + line, "\"signers\" line 1: the principal \"b?n\" is a pattern"},
      {"!ada " + line, "\"signers\" line 1: the principal \"!ada\" is a pattern"},
      {"\"*\" " + line, "\"signers\" line 1: the principal \"*\" is a pattern"},
      {"ada,,ben " + line, "\"signers\" line 1: an empty principal"},
      {"\"ada " + line, "\"signers\" line 1: a quote is not closed"},
      {"\"ada\"" + line, "\"signers\" line 1: no space after the quoted principals"},
      {"a\"da " + line, "\"signers\" line 1: a quote stands inside the principals"},
      {"ada valid-after=\"20261120\" " + line,
       "\"signers\" line 1: valid-after=\"20261120\" is not a time in UTC"},
      {"ada valid-before=\"202611201200\" " + line,
       "\"signers\" line 1: valid-before=\"202611201200\" is not a time in UTC"},
      {"ada valid-before=\"20261320Z\" " + line,
       "\"signers\" line 1: valid-before=\"20261320Z\" is not a time in UTC"},
      {"ada valid-before=\"20260229Z\" " + line,
       "\"signers\" line 1: valid-before=\"20260229Z\" is not a time in UTC"},
      {"ada valid-before=20261120Z " + line,
       "\"signers\" line 1: valid-before has no quoted value"},
      {"ada valid-before=\"20261120Z " + line, "\"signers\" line 1: a quote is not closed"},
      {"ada valid-after=\"20261120Z\",valid-before=\"20261120Z\" " + line,
       "\"signers\" line 1: valid-before is not after valid-after"},
      {"ada namespaces=\"a\",namespaces=\"b\" " + line,
       "\"signers\" line 1: namespaces stands twice"},
      {"ada valid-after=\"20261120Z\",valid-after=\"20261121Z\" " + line,
       "\"signers\" line 1: valid-after stands twice"},
      {"ada namespaces=\"\" " + line, "\"signers\" line 1: namespaces is empty"},
      {"ada namespaces=\"a\\\"b\" " + line,
       "\"signers\" line 1: a backslash stands in the value of namespaces"},
      {"ada namespaces=\"a\"valid-after=\"20261120Z\" " + line,
       "\"signers\" line 1: no comma between two options"},
      {"ada no-touch-required " + line,
       "\"signers\" line 1: unknown option or key type \"no-touch-required\""},
      {"ada ssh-ed25519 !!!!", "\"signers\" line 1: the key is not base64"},
      {"ada ssh-ed25519 AAAA", "\"signers\" line 1: the key is malformed"},
      {"ada ssh-rsa " + base64,
       "\"signers\" line 1: the key's text and its bytes name different types"},
      {"ada ssh-dss AAAAB3NzaC1kc3M=",
       "\"signers\" line 1: keys of type \"ssh-dss\" cannot sign here"},
      {"ada " + line + "\r\n", "\"signers\" line 1: a control character"},
  };
  for (const auto& [text, error] : table) {
    INFO(text);
    const auto signers = parse_allowed_signers(text, "signers");
    CHECK(said(signers) == error);
    CHECK((!signers && signers.error().kind == "config"));
  }
}

TEST_CASE(
    "ssh-keygen reads times without Z as local and lets patterns sign; both are refused here") {
  const LocalKey key(1);
  for (const std::string text : {"ada valid-after=\"20200101\" ", "* ", "a*a "}) {
    CHECK(keygen_verifies(text + key.line() + "\n", "ada", kNamespace, key.sign("m"), "m"));
    CHECK_FALSE(parse_allowed_signers(text + key.line(), "signers"));
  }
}

TEST_CASE("pattern lists match as OpenSSH's do") {
  const std::tuple<const char*, const char*, bool> table[] = {
      {"abc", "abc", true},     {"abc", "ab", false},     {"abc", "*", true},
      {"", "*", true},          {"", "", true},           {"abc", "", false},
      {"abc", "a*c", true},     {"abc", "a?c", true},     {"abc", "a?", false},
      {"abc", "x,abc", true},   {"abc", "*,!abc", false}, {"abc", "!abc,*", false},
      {"abc", "!x", false},     {"abc", "!x,*", true},    {"aXbXc", "a*b*c", true},
      {"aXbX", "a*b*c", false}, {"ABC", "abc", false},    {"abc", "abc*", true},
      {"abc", "**c", true},     {"abc", "a,b,c", false},
  };
  for (const auto& [text, patterns, matches] : table) {
    INFO(text << " " << patterns);
    CHECK(matches_pattern_list(text, patterns) == matches);
  }
  CHECK_FALSE(matches_pattern_list(std::string(2000, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}

TEST_CASE("times and durations are read in one form only") {
  const std::pair<const char*, bool> utc[] = {
      {"2026-11-20T18:00:00Z", true},       {"2026-11-20T18:00:00", false},
      {"2026-11-20T18:00:00+00:00", false}, {"2026-11-20t18:00:00Z", false},
      {"2026-11-20T24:00:00Z", false},      {"2026-11-20T18:60:00Z", false},
      {"2026-11-20T18:00:60Z", false},      {"2026-02-29T00:00:00Z", false},
      {"2028-02-29T00:00:00Z", true},       {"2026-11-20T18:00:00.0Z", false},
      {" 2026-11-20T18:00:00Z", false},     {"2026-11-20T18:00:00Z ", false},
      {"1969-12-31T23:59:59Z", false},
  };
  for (const auto& [text, good] : utc) {
    INFO(text);
    CHECK(parse_utc(text).has_value() == good);
    if (good) CHECK(iso_time(*parse_utc(text)) == text);
  }
  CHECK(*parse_utc("2026-11-20T18:00:00Z") == 1795197600);
  CHECK(*parse_signers_time("20261120Z") == *parse_utc("2026-11-20T00:00:00Z"));
  CHECK(*parse_signers_time("202611201830Z") == *parse_utc("2026-11-20T18:30:00Z"));
  CHECK(*parse_signers_time("20261120183001Z") == *parse_utc("2026-11-20T18:30:01Z"));
  for (const char* text :
       {"20261120", "2026112Z", "2026112018Z", "20261120183Z", "2026-11-20Z", "Z"})
    CHECK_FALSE(parse_signers_time(text).has_value());
}

}  // namespace
}  // namespace countersign
