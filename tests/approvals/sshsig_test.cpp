#include "approvals/sshsig.h"

#include "approvals/armour.h"
#include "approvals/ssh_wire.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

constexpr char kDocument[] = "{\"type\":\"countersign-decision\"}";
constexpr char kNamespace[] = "countersign-decision";

std::string verdict(const std::string& signature, const std::string& document = kDocument,
                    const std::string& name_space = kNamespace) {
  return said(verify_signature(signature, document, name_space));
}

// `line` is the key as allowed_signers writes it.
bool openssh_accepts(const std::string& line, const std::string& signature) {
  return keygen_verifies("ada " + line + "\n", "ada", kNamespace, signature, kDocument);
}

TEST_CASE("signatures of ssh-keygen are accepted, and nothing else with their bytes") {
  for (const std::string type : {"ed25519", "ecdsa -b 256", "rsa -b 2048", "rsa -b 3072"}) {
    INFO(type);
    const FileKey& key = file_key(type);
    const std::string signature = keygen_sign(key, kDocument, kNamespace);
    const auto found = verify_signature(signature, kDocument, kNamespace);
    REQUIRE(said(found) == "ok");
    CHECK(found->blob == blob_of(key));
    CHECK(openssh_accepts(key.public_line, signature));
    CHECK(verdict(signature, std::string(kDocument) + "\n") ==
          "the signature does not belong to this document");
    CHECK(verdict(signature, "") == "the signature does not belong to this document");
    CHECK(verdict(signature, kDocument, "countersign-request") ==
          "the signature is for the namespace \"countersign-decision\", not for "
          "\"countersign-request\"");
    CHECK(verdict(keygen_sign(key, kDocument, "file")) ==
          "the signature is for the namespace \"file\", not for \"countersign-decision\"");
  }
}

TEST_CASE("sha256 as the hash of the message is accepted too") {
  const FileKey& key = file_key("ed25519");
  const Folder folder;
  folder.write("m", kDocument);
  REQUIRE(std::system(("ssh-keygen -q -Y sign -O hashalg=sha256 -n countersign-decision -f " +
                       key.file + " " + folder.path("m") + " 2>/dev/null")
                          .c_str()) == 0);
  CHECK(take_apart(folder.read("m.sig")).hash == "sha256");
  CHECK(verdict(folder.read("m.sig")) == "ok");
}

TEST_CASE("a token's signature is accepted with its touch, and refused without") {
  const LocalKey token(1, true);
  const std::string touched = token.sign_as_token(kDocument, 0x01, 7);
  const std::string verified = token.sign_as_token(kDocument, 0x05, 8);
  const std::string untouched = token.sign_as_token(kDocument, 0x00, 9);
  const std::string pin_only = token.sign_as_token(kDocument, 0x04, 9);
  CHECK(verdict(touched) == "ok");
  CHECK(verdict(verified) == "ok");
  CHECK(verdict(untouched) == "the token signed without being touched");
  CHECK(verdict(pin_only) == "the token signed without being touched");
  for (const auto& signature : {touched, verified, untouched, pin_only})
    CHECK(openssh_accepts(token.line(), signature));

  CHECK(verdict(token.sign_as_token(kDocument, 1, 7, "ssh:other")) ==
        "the signature does not belong to this document");
  CHECK_FALSE(openssh_accepts(token.line(), token.sign_as_token(kDocument, 1, 7, "ssh:other")));
}

// What ssh-keygen accepts and is refused here; each with its own sentence.
struct Strictness {
  std::string name;
  std::string line;  // the key
  std::string signature;
  std::string refusal;
};

TEST_CASE("what ssh-keygen accepts too lightly is refused by name") {
  const LocalKey key(2);
  const std::string good = key.sign(kDocument);
  const auto changed = [&](auto change) {
    SignatureParts parts = take_apart(good);
    change(parts);
    return put_together(parts);
  };
  const Strictness table[] = {
      {"reserved field", key.line(), changed([](auto& parts) { parts.reserved = "junk"; }),
       "the signature's reserved field is not empty"},
      {"version 0", key.line(), changed([](auto& parts) { parts.version = 0; }),
       "the signature has version 0, not 1"},
      {"text after the armour", key.line(), good + "and more\n",
       "the signature has text after its last line"},
      {"text on the armour's last line", key.line(), good.substr(0, good.size() - 1) + " more",
       "the signature has text after its last line"},
      {"a second newline", key.line(), good + "\n", "the signature has text after its last line"},
      {"a second signature", key.line(), good + good, "the signature has text after its last line"},
  };
  CHECK(verdict(good) == "ok");
  for (const auto& [name, line, signature, refusal] : table) {
    INFO(name);
    CHECK(verdict(signature) == refusal);
    CHECK(openssh_accepts(line, signature));
  }
}

TEST_CASE("both forms of an ECDSA signature are accepted, as ssh-keygen makes and takes them") {
  const FileKey& key = file_key("ecdsa -b 256");
  const std::string made = keygen_sign(key, kDocument, kNamespace);
  const std::string low = ecdsa_with(true, made), high = ecdsa_with(false, made);
  REQUIRE(low != high);
  CHECK((made == low || made == high));
  for (const std::string& signature : {low, high}) {
    CHECK(verdict(signature) == "ok");
    CHECK(openssh_accepts(key.public_line, signature));
    CHECK(verdict(signature, "another document") ==
          "the signature does not belong to this document");
  }
}

TEST_CASE("white space inside the armour is refused, although ssh-keygen skips it") {
  const LocalKey key(2);
  std::string text = key.sign(kDocument);
  std::string carriage;
  for (const char c : text) carriage += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const std::size_t middle = text.find('\n') + 10;
  const std::pair<std::string, std::string> table[] = {
      {std::string(text).insert(middle, " "), "the signature is not base64"},
      {std::string(text).insert(middle, "\n\n"),
       "the signature has an empty line, or one longer than 76 characters"},
  };
  for (const auto& [signature, refusal] : table) {
    CHECK(verdict(signature) == refusal);
    CHECK(openssh_accepts(key.line(), signature));
  }
  CHECK(verdict(carriage) == "the signature has carriage returns in it");
  CHECK(verdict(std::string(text).insert(middle, "\n")) == "ok");
  CHECK(verdict(text.substr(0, text.size() - 1)) == "ok");
  CHECK(openssh_accepts(key.line(), text.substr(0, text.size() - 1)));
}

TEST_CASE("malformed signatures are refused, each for what is wrong with it") {
  const LocalKey key(3);
  const std::string good = key.sign(kDocument);
  const auto changed = [&](auto change) {
    SignatureParts parts = take_apart(good);
    change(parts);
    return put_together(parts);
  };
  const auto inner = [](std::string_view algorithm, const std::string& bytes,
                        const std::string& tail = "") {
    std::string out;
    append_string(algorithm, out);
    append_string(bytes, out);
    return out + tail;
  };
  const std::string zeros(64, '\0');
  const std::pair<std::string, std::string> table[] = {
      {"", "the signature is empty"},
      {std::string(70000, 'A'), "the signature is larger than 64 KiB"},
      {" " + good, "the signature does not start with the line \"-----BEGIN SSH SIGNATURE-----\""},
      {good.substr(0, good.size() - 10),
       "the signature does not end with the line \"-----END SSH SIGNATURE-----\""},
      {changed([](auto& p) { p.magic = "SSHSIX"; }),
       "the text is armoured like a signature but is none"},
      {changed([](auto& p) { p.version = 2; }), "the signature has version 2, not 1"},
      {changed([](auto& p) { p.name_space = ""; }),
       "the signature's namespace is empty or not plain text"},
      {changed([](auto& p) { p.name_space = std::string("countersign-decision\0x", 22); }),
       "the signature's namespace is empty or not plain text"},
      {changed([](auto& p) { p.hash = "sha1"; }),
       "the signature's hash is neither sha256 nor sha512"},
      {changed([](auto& p) { p.hash = "SHA512"; }),
       "the signature's hash is neither sha256 nor sha512"},
      {changed([](auto& p) { p.tail = "x"; }), "the signature has bytes after its end"},
      {changed([](auto& p) { p.signature += "x"; }), "the signature has bytes after its end"},
      {changed([](auto& p) { p.key += "x"; }), "the ssh-ed25519 key is malformed"},
      {changed([](auto& p) { p.key = "x"; }), "these bytes are not a public SSH key"},
      {changed([](auto& p) { p.signature = "x"; }), "the signature is cut short or malformed"},
      {changed([&](auto& p) { p.signature = inner("ssh-rsa", zeros); }),
       "the signature's algorithm is not one of its key"},
      {changed([&](auto& p) { p.signature = inner("sk-ssh-ed25519@openssh.com", zeros); }),
       "the signature's algorithm is not one of its key"},
      {changed([&](auto& p) { p.signature = inner("ssh-ed25519", zeros); }),
       "the signature does not belong to this document"},
      {changed([&](auto& p) { p.signature = inner("ssh-ed25519", zeros + "x"); }),
       "the signature does not belong to this document"},
  };
  for (const auto& [signature, refusal] : table) {
    CHECK(verdict(signature) == refusal);
    CHECK_FALSE(openssh_accepts(key.line(), signature == good ? "" : signature));
  }
}

TEST_CASE("a key of small order cannot sign everything") {
  // With the identity as the public key, R = identity and S = 0 satisfy the equation for any
  // message.
  std::string identity(32, '\0');
  identity[0] = 1;
  SignatureParts parts = take_apart(LocalKey(3).sign(kDocument));
  parts.key.clear();
  append_string("ssh-ed25519", parts.key);
  append_string(identity, parts.key);
  parts.signature.clear();
  append_string("ssh-ed25519", parts.signature);
  append_string(identity + std::string(32, '\0'), parts.signature);
  CHECK(verdict(put_together(parts)) == "the signature does not belong to this document");
}

TEST_CASE("armour is written as ssh-keygen writes it") {
  for (const std::string type : {"ed25519", "rsa -b 2048"}) {
    const std::string theirs = keygen_sign(file_key(type), kDocument, kNamespace);
    CHECK(armour(*dearmour(theirs)) == theirs);
  }
}

}  // namespace
}  // namespace countersign
