#include "approvals/engine_key.h"

#include <sys/stat.h>

#include <filesystem>

#include "approvals/sshsig.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

TEST_CASE("the engine's key is made once, for nobody else to read") {
  const Folder folder;
  const std::string home = folder.path(".");
  const auto key = EngineKey::of_home(home);
  REQUIRE(said(key) == "ok");
  struct stat info {};
  REQUIRE(stat(folder.path("closing_key").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(info.st_size == 32);
  CHECK(EngineKey::of_home(home)->public_line() == key->public_line());
  // It is not the key of fingerprints, and nothing that is read beside it holds it.
  CHECK(key->public_line().find(folder.read("closing_key")) == std::string::npos);

  REQUIRE(chmod(folder.path("closing_key").c_str(), 0640) == 0);
  CHECK(said(EngineKey::of_home(home)).find("can be read by others") != std::string::npos);
  std::filesystem::remove(folder.path("closing_key"));
  folder.write("closing_key", "short");
  CHECK(said(EngineKey::of_home(home)).find("is not 32 bytes") != std::string::npos);
  CHECK(folder.read("closing_key") == "short");
}

TEST_CASE("what the engine's key signs, ssh-keygen and this verify, in its namespace alone") {
  const Folder folder;
  const auto key = EngineKey::of_home(folder.path("."));
  REQUIRE(said(key) == "ok");
  const std::string document = "{\"type\":\"countersign-closing\"}";
  const std::string signature = key->sign(document, kClosingNamespace);
  CHECK(signature == key->sign(document, kClosingNamespace));
  const auto found = verify_signature(signature, document, kClosingNamespace);
  REQUIRE(said(found) == "ok");
  CHECK(key_line(*found) == key->public_line());
  CHECK(said(verify_signature(signature, document, kDecisionNamespace)) != "ok");
  CHECK(said(verify_signature(signature, document + " ", kClosingNamespace)) != "ok");
  const std::string signers = "engine " + key->public_line() + "\n";
  CHECK(keygen_verifies(signers, "engine", std::string(kClosingNamespace), signature, document));
  CHECK_FALSE(keygen_verifies(signers, "engine", "countersign-decision", signature, document));
  CHECK_FALSE(keygen_verifies(signers, "engine", std::string(kClosingNamespace), signature,
                              document + " "));
}

}  // namespace
}  // namespace countersign
