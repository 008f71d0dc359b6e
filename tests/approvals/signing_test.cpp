#include "approvals/signing.h"

#include <cstdlib>

#include "approvals/documents.h"
#include "approvals/signed_authorizer.h"
#include "approvals/sshsig.h"
#include "approvals/times.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

constexpr char kNamespace[] = "countersign-decision";

TEST_CASE("ssh-keygen signs with every kind of key file, and it is accepted each time") {
  for (const std::string type : {"ed25519", "ecdsa -b 256", "rsa -b 2048"}) {
    INFO(type);
    for (int i = 0; i < 8; ++i) {  // half of all ECDSA signatures come with the larger s
      const std::string document = "document " + std::to_string(i);
      const auto signature = sign_with_ssh_keygen(file_key(type).file, document, kNamespace);
      REQUIRE(said(signature) == "ok");
      CHECK(said(verify_signature(*signature, document, kNamespace)) == "ok");
      CHECK(keygen_verifies("ada " + file_key(type).public_line + "\n", "ada", kNamespace,
                            *signature, document));
    }
  }
}

TEST_CASE("a key that cannot sign is named, with ssh-keygen's reason") {
  const Folder folder;
  const auto missing = sign_with_ssh_keygen(folder.path("no key"), "x", kNamespace);
  CHECK(said(missing) == "ssh-keygen cannot sign with \"" + folder.path("no key") +
                             "\": Couldn't load public key " + folder.path("no key") +
                             ": No such file or directory");
  CHECK(missing.error().kind == "config");
  CHECK(said(sign_with_ssh_keygen("", "x", kNamespace)) == "no key to sign with is configured");
  std::string heard;
  (void)sign_with_ssh_keygen(folder.path("no key"), "x", kNamespace,
                             [&](std::string_view line) { heard += line; });
  CHECK(heard.find("Couldn't load public key") != std::string::npos);
}

TEST_CASE("shell characters in a key's name are only characters") {
  const Folder folder;
  const auto refused =
      sign_with_ssh_keygen("$(touch " + folder.path("made") + ");`x`", "x", kNamespace);
  CHECK_FALSE(refused);
  CHECK(folder.read("made").empty());
  REQUIRE(
      std::system(("cp " + file_key("ed25519").file + " '" + folder.path("my key;x") + "' && cp " +
                   file_key("ed25519").file + ".pub '" + folder.path("my key;x") + ".pub'")
                      .c_str()) == 0);
  CHECK(said(sign_with_ssh_keygen(folder.path("my key;x"), "x", kNamespace)) == "ok");
}

TEST_CASE("nothing of the document is left behind") {
  const Folder folder;
  REQUIRE(setenv("TMPDIR", folder.path("").c_str(), 1) == 0);
  const auto signature = sign_with_ssh_keygen(file_key("ed25519").file, "x", kNamespace);
  unsetenv("TMPDIR");
  CHECK(said(signature) == "ok");
  CHECK(std::system(("test -z \"$(ls -A " + folder.path("") + ")\"").c_str()) == 0);
}

TEST_CASE("a key in the agent signs by its public half") {
  const Folder folder;
  const FileKey& key = file_key("ed25519");
  folder.write("only.pub", key.public_line + "\n");
  const std::string socket = folder.path("agent");
  REQUIRE(std::system(("ssh-agent -a " + socket + " > " + folder.path("env")).c_str()) == 0);
  setenv("SSH_AUTH_SOCK", socket.c_str(), 1);
  const int added = std::system(("ssh-add -q " + key.file + " 2>/dev/null").c_str());
  const auto signature = sign_with_ssh_keygen(folder.path("only.pub"), "x", kNamespace);
  std::system((". " + folder.path("env") + " >/dev/null; ssh-agent -k >/dev/null").c_str());
  unsetenv("SSH_AUTH_SOCK");
  CHECK(added == 0);
  REQUIRE(said(signature) == "ok");
  CHECK(said(verify_signature(*signature, "x", kNamespace)) == "ok");
}

TEST_CASE("a request is asked and approved with nothing but ssh-keygen") {
  const Folder folder;
  const FileKey &ada = file_key("ed25519"), &ben = file_key("ecdsa -b 256");
  AuthorizerSettings settings;
  settings.trust = {
      folder.write("allowed_signers", "ada " + ada.public_line + "\nben " + ben.public_line + "\n"),
      folder.write("revoked", "# countersign revocations\n"),
      folder.write("policy.toml",
                   "version = 1\n[people.ada]\nprincipals = [\"ada\"]\nroles = []\n"
                   "[people.ben]\nprincipals = [\"ben\"]\nroles = [\"ceo\"]\n"
                   "[rules.mutate]\nrequires = { ceo = 1 }\n")};
  settings.home = folder.path("home");
  settings.operator_principal = "ada";
  settings.operator_key = ada.file;
  const auto authorizer = signed_authorizer(settings);
  const Time now = *parse_utc("2026-11-20T12:00:00Z");
  const auto request = authorizer->request({{"run", "r-1"},
                                            {"runbook", "x"},
                                            {"account", "AC1"},
                                            {"asks",
                                             {{"effects", {"mutate"}},
                                              {"operations", nlohmann::json::array()},
                                              {"requires", nlohmann::json::array()}}}},
                                           now);
  REQUIRE(said(request) == "ok");
  const std::string document = *decision_document(request->document, kHead, "approve", "", "");
  const Signed decision{document, keygen_sign(ben, document, kNamespace)};
  CHECK(said(authorizer->examine(request->document, decision, now)) == "ok");
  CHECK(said(authorizer->authorize(*request, {decision}, now, false)) == "ok");
  CHECK(keygen_verifies("ada " + ada.public_line + "\n", "ada", "countersign-request",
                        request->signature, request->document));
}

}  // namespace
}  // namespace countersign
