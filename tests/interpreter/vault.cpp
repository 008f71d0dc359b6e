// Secrets: every form in which one could leave, and who may open a handle.
#include "interpreter/vault.h"

#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

// Bytes that every encoding writes differently, also in base64 (with + and / in it).
const std::string kSecret = "s3cr\xC3\xA9t \"key\"/+\\~\xEF\xBF\xBF\xEF\xBB\xBF?>";
const std::string kHidden = "[secret env:KEY]";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

TEST_CASE("vault: a known secret is scrubbed in every form, wherever it stands") {
  Vault vault(std::string(32, 'k'));
  vault.know("env:KEY", kSecret);
  const auto hides = [&](const std::string& name, const std::string& form) {
    INFO(name << ": " << form);
    const std::string scrubbed = vault.scrub("before " + form + " after");
    CHECK(scrubbed == "before " + kHidden + " after");
  };
  hides("plain", kSecret);
  hides("URL", "s3cr%C3%A9t%20%22key%22%2F%2B%5C~%EF%BF%BF%EF%BB%BF%3F%3E");
  hides("URL in lower case", "s3cr%c3%a9t%20%22key%22%2f%2b%5c~%ef%bf%bf%ef%bb%bf%3f%3e");
  hides("form", "s3cr%C3%A9t+%22key%22%2F%2B%5C~%EF%BF%BF%EF%BB%BF%3F%3E");
  const std::string quoted = json(kSecret).dump(-1, ' ', true);
  hides("JSON", quoted.substr(1, quoted.size() - 2));
}

TEST_CASE("vault: base64 and base64url are scrubbed at each of the three offsets") {
  Vault vault(std::string(32, 'k'));
  vault.know("env:KEY", kSecret);
  const std::string plain = base64_encode(kSecret);
  REQUIRE(plain.find_first_of("+/") != plain.npos);
  for (const std::string lead : {"", "a", "ab", "user:", "user12:"}) {
    for (const std::string tail : {"", "z", "zz", "zzz"}) {
      INFO("\"" << lead << "\" and \"" << tail << "\"");
      const std::string encoded = base64_encode(lead + kSecret + tail);
      const std::string url = replaced(replaced(encoded, "+", "-"), "/", "_");
      REQUIRE(url != encoded);
      CHECK(vault.scrub(encoded).find(kHidden) != std::string::npos);
      CHECK(vault.scrub(url).find(kHidden) != std::string::npos);
      CHECK(vault.scrub("innocent " + base64_encode("something else entirely")).find("[secret") ==
            std::string::npos);
    }
  }
}

TEST_CASE("vault: the longest form goes first, so that no rest of a secret stays") {
  Vault vault(std::string(32, 'k'));
  vault.know("short", "token-1");
  vault.know("long", "token-1-and-more");
  CHECK(vault.scrub("token-1-and-more token-1") == "[secret long] [secret short]");
}

TEST_CASE("vault: what is shorter than 6 bytes is not looked for, and 6 bytes are") {
  Vault vault(std::string(32, 'k'));
  vault.know("five", "abcde");
  vault.know("six", "uvwxyz");
  CHECK(vault.scrub("abcde uvwxyz") == "abcde [secret six]");
}

TEST_CASE("vault: values are scrubbed in texts and in keys, and handles stay whole") {
  Vault vault(std::string(32, 'k'));
  const json handle = vault.hold("env:KEY", "hush-hush");
  json value = {{"list", {"say hush-hush", 7}},
                {"a hush-hush key", {{"deep", "hush-hush"}}},
                {"held", handle}};
  vault.scrub(value);
  CHECK(value == json{{"list", {"say [secret env:KEY]", 7}},
                      {"a [secret env:KEY] key", {{"deep", "[secret env:KEY]"}}},
                      {"held", handle}});
}

TEST_CASE("vault: a handle opens where it was made, while it is the same secret") {
  Vault vault(std::string(32, 'k'));
  const json handle = vault.hold("env:KEY", "hush-hush");
  CHECK(*vault.open(handle) == "hush-hush");
  CHECK(handle.dump().find("hush") == std::string::npos);

  const Vault other(std::string(32, 'k'));
  CHECK(other.open(handle).error().message == "the secret behind this handle is not held here");
  const json snapshot = make_handle("snapshot", "env:KEY", {{"fingerprint", "x"}});
  CHECK(vault.open(snapshot).error().message == "the secret behind this handle is not held here");
  CHECK(vault.open("env:KEY").error().kind == "refused");

  (void)vault.hold("env:KEY", "another secret");
  CHECK(vault.open(handle).error().message ==
        "the secret at \"env:KEY\" is not the one that was planned");
}

TEST_CASE("vault: fingerprints are equal for equal secrets under one key, and tell nothing else") {
  const Vault one(std::string(32, 'k')), same(std::string(32, 'k')), other(std::string(32, 'l'));
  CHECK(one.fingerprint("a secret") == same.fingerprint("a secret"));
  CHECK(one.fingerprint("a secret") != one.fingerprint("a secreT"));
  CHECK(one.fingerprint("a secret") != other.fingerprint("a secret"));
  CHECK(one.fingerprint("").size() == 12 + 1 + 32);
  const std::string digest = sha256_hex("a secret");
  CHECK(one.fingerprint("a secret").find(digest.substr(0, 8)) == std::string::npos);
}

}  // namespace
