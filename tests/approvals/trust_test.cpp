#include "approvals/trust.h"

#include <sys/stat.h>

#include "approvals/times.h"
#include "tests/approvals/approval_fixture.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

std::string findings(const ApprovalFixture& office) {
  const auto trust = load_trust(office.paths());
  if (!trust) return trust.error().message;
  std::string out;
  for (const Error& finding : check_trust(*trust, office.paths(), office.now))
    out += finding.message + "\n";
  return out;
}

TEST_CASE("the list names every key, whose it is, and whether it counts") {
  ApprovalFixture office;
  office.edit("allowed_signers", "ben ssh", "ben valid-before=\"20261101Z\" ssh");
  office.edit("allowed_signers", "cyd ssh",
              "cyd valid-after=\"20261201Z\",namespaces=\"countersign-*\" ssh");
  office.append("allowed_signers", "eve " + office.stranger.line() + " of a friend\n");
  office.append("revoked", office.dan.fingerprint() + "\n");
  const auto trust = load_trust(office.paths());
  REQUIRE(said(trust) == "ok");
  const auto rows = list_keys(*trust, office.now);
  std::string text;
  for (const TrustedKey& row : rows)
    text += row.principal + "|" + row.person + "|" + std::to_string(row.roles.size()) + "|" +
            row.namespaces + "|" + row.valid_after + "|" + row.valid_before + "|" + row.comment +
            "|" + row.state + "\n";
  CHECK(text ==
        "ada|ada|2|||||valid\n"
        "ben|ben|1|||2026-11-01T00:00:00Z||expired\n"
        "ben@token|ben|1|||||valid\n"
        "cyd|cyd|2|countersign-*|2026-12-01T00:00:00Z|||not yet valid\n"
        "dan|dan|1|||||revoked\n"
        "eve||0||||of a friend|nobody's\n");
  CHECK(rows[0].fingerprint == office.ada.fingerprint());
  CHECK(rows[2].type == "sk-ssh-ed25519@openssh.com");
}

TEST_CASE("a check finds what can be used but should not stay") {
  CHECK(findings(ApprovalFixture()) == "");
  ApprovalFixture keyless;
  keyless.append("revoked", keyless.cyd.fingerprint() + "\n");
  CHECK(findings(keyless) ==
        "\"cyd\" has no key that may sign a decision now\n"
        "the rule for \"destroy\" cannot be fulfilled: missing are 1 x ceo\n");
  ApprovalFixture shared;
  shared.append("allowed_signers",
                "dan " + shared.ada.line() + "\neve " + shared.stranger.line() + "\n");
  CHECK(findings(shared) ==
        "\"ada\" has no key that may sign a decision now\n"
        "the key on this line belongs to two people, and is of use to neither\n"
        "the key on this line belongs to two people, and is of use to neither\n"
        "\"eve\" is nobody in policy.toml\n");
  ApprovalFixture open;
  chmod(open.folder.path("policy.toml").c_str(), 0666);
  CHECK(findings(open) == "\"" + open.folder.path("policy.toml") + "\" can be written by others\n");
}

TEST_CASE("what init writes can be used at once, by one person alone") {
  const Folder folder;
  const TrustPaths paths{folder.path("allowed_signers"), folder.path("revoked"),
                         folder.path("policy.toml")};
  const LocalKey key(1);
  const FirstPerson person{"ada \"the first\"", "ada@example.com", key.line() + " ada@laptop\n"};
  REQUIRE(said(write_initial_trust(paths, person)) == "ok");
  AuthorizerSettings settings{paths, folder.path("home"), "ada@example.com"};
  const auto authorizer = signed_authorizer(settings);
  const Time now = *parse_utc("2026-11-20T12:00:00Z");
  const auto request = authorizer->request({{"run", "r-1"},
                                            {"asks",
                                             {{"effects", {"mutate", "destroy"}},
                                              {"operations", nlohmann::json::array()},
                                              {"requires", nlohmann::json::array()}}}},
                                           now);
  REQUIRE(said(request) == "ok");
  const auto trust = load_trust(paths);
  REQUIRE(said(trust) == "ok");
  CHECK(check_trust(*trust, paths, now).empty());
  CHECK(trust->policy.people[0].name == "ada \"the first\"");
  CHECK(said(write_initial_trust(paths, person)) ==
        "\"" + paths.allowed_signers + "\" is there already");
}

TEST_CASE("init refuses a name or a key that could not be read again, and writes nothing") {
  const LocalKey key(1);
  const std::tuple<std::string, std::string, std::string> table[] = {
      {"*", key.line(), "this key cannot be used: "},
      {"", key.line(), "this key cannot be used: "},
      {"ada", "ssh-dss AAAAB3NzaC1kc3M=", "this key cannot be used: "},
      {"ada", "", "this key cannot be used: "},
  };
  for (const auto& [principal, line, error] : table) {
    const Folder folder;
    const TrustPaths paths{folder.path("a"), folder.path("r"), folder.path("p")};
    CHECK(said(write_initial_trust(paths, {"ada", principal, line})).find(error) == 0);
    CHECK(folder.read("a").empty());
  }
}

}  // namespace
}  // namespace countersign
