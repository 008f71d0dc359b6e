#include "approvals/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>

#include "approvals/ecdsa.h"
#include "approvals/rsa.h"
#include "approvals/ssh_wire.h"
#include "approvals/sshsig.h"
#include "interpreter/digest.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

constexpr char kDocument[] = "a document";
constexpr char kNamespace[] = "countersign-decision";

// An RSA key of ours, to make signatures that ssh-keygen does not make.
class RsaKey {
 public:
  explicit RsaKey(unsigned bits) : key_(EVP_RSA_gen(bits), EVP_PKEY_free) { REQUIRE(key_); }
  std::string blob() const {
    std::string out;
    append_string("ssh-rsa", out);
    append_positive(magnitude(OSSL_PKEY_PARAM_RSA_E), out);
    append_positive(magnitude(OSSL_PKEY_PARAM_RSA_N), out);
    return out;
  }
  std::string line() const { return "ssh-rsa " + base64_encode(blob()); }
  std::string raw_signature(const EVP_MD* hash, const std::string& digest) const {
    const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(
        EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    REQUIRE(EVP_PKEY_sign_init(context.get()) == 1);
    REQUIRE(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1);
    REQUIRE(EVP_PKEY_CTX_set_signature_md(context.get(), hash) == 1);
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    std::size_t length = out.size();
    REQUIRE(EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                          reinterpret_cast<const unsigned char*>(digest.data()),
                          digest.size()) == 1);
    return out;
  }

 private:
  std::string magnitude(const char* parameter) const {
    BIGNUM* value = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key_.get(), parameter, &value) == 1);
    std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
    BN_free(value);
    return out;
  }
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

std::string signed_data(const std::string& document) {
  std::string out = "SSHSIG";
  for (const std::string& field :
       {std::string(kNamespace), std::string(), std::string("sha512"), sha512_raw(document)})
    append_string(field, out);
  return out;
}

std::string rsa_signature(const RsaKey& key, const std::string& algorithm, const std::string& raw) {
  SignatureParts parts;
  parts.key = key.blob();
  append_string(algorithm, parts.signature);
  append_string(raw, parts.signature);
  return put_together(parts);
}

bool openssh_accepts(const RsaKey& key, const std::string& signature, const std::string& document) {
  return keygen_verifies("ada " + key.line() + "\n", "ada", kNamespace, signature, document);
}

TEST_CASE("RSA signs with SHA-2 and 2048 bits, or not at all") {
  const RsaKey strong(2048), weak(1024);
  const std::string data = signed_data(kDocument);
  const auto sha256 =
      rsa_signature(strong, "rsa-sha2-256", strong.raw_signature(EVP_sha256(), sha256_raw(data)));
  const auto sha512 =
      rsa_signature(strong, "rsa-sha2-512", strong.raw_signature(EVP_sha512(), sha512_raw(data)));
  const auto crossed =
      rsa_signature(strong, "rsa-sha2-256", strong.raw_signature(EVP_sha512(), sha512_raw(data)));
  const auto sha1 =
      rsa_signature(strong, "ssh-rsa", strong.raw_signature(EVP_sha1(), std::string(20, 'x')));
  const auto few_bits =
      rsa_signature(weak, "rsa-sha2-512", weak.raw_signature(EVP_sha512(), sha512_raw(data)));
  CHECK(said(verify_signature(sha256, kDocument, kNamespace)) == "ok");
  CHECK(said(verify_signature(sha512, kDocument, kNamespace)) == "ok");
  CHECK(said(verify_signature(crossed, kDocument, kNamespace)) ==
        "the signature does not belong to this document");
  CHECK(said(verify_signature(sha1, kDocument, kNamespace)) == "the signature is RSA with SHA-1");
  CHECK(said(verify_signature(few_bits, kDocument, kNamespace)) == "the RSA key has 1024 bits");
  CHECK(openssh_accepts(strong, sha256, kDocument));
  CHECK(openssh_accepts(strong, sha512, kDocument));
  CHECK_FALSE(openssh_accepts(strong, crossed, kDocument));
  CHECK(openssh_accepts(weak, few_bits, kDocument));
}

TEST_CASE("an RSA signature without its leading zero is refused, although ssh-keygen pads it") {
  const RsaKey key(2048);
  for (int i = 0;; ++i) {
    const std::string document = "document " + std::to_string(i);
    std::string raw = key.raw_signature(EVP_sha512(), sha512_raw(signed_data(document)));
    if (raw[0] != '\0') continue;
    const std::string whole = rsa_signature(key, "rsa-sha2-512", raw);
    CHECK(said(verify_signature(whole, document, kNamespace)) == "ok");
    const std::string shorter = rsa_signature(key, "rsa-sha2-512", raw.substr(1));
    CHECK(said(verify_signature(shorter, document, kNamespace)) ==
          "the RSA signature is not as long as its key");
    CHECK(openssh_accepts(key, shorter, document));
    return;
  }
}

TEST_CASE("a key has one spelling: others of the same key are malformed") {
  const auto rsa = [](std::string_view e, const std::string& n) {
    std::string out;
    append_string("ssh-rsa", out);
    append_string(e, out);
    append_string(n, out);
    return out;
  };
  const auto ecdsa = [](std::string_view curve, const std::string& point) {
    std::string out;
    append_string("ecdsa-sha2-nistp256", out);
    append_string(curve, out);
    append_string(point, out);
    return out;
  };
  const auto ed25519 = [](const std::string& type, const std::string& point,
                          const std::string& rest = "") {
    std::string out;
    append_string(type, out);
    append_string(point, out);
    return out + rest;
  };
  const std::string n = std::string(1, '\0') + std::string(256, '\xFF');
  const std::string p256 = blob_of(file_key("ecdsa -b 256")).substr(39);
  REQUIRE(p256.size() == 65);
  std::string off_curve = p256;
  off_curve[64] = static_cast<char>(off_curve[64] ^ 1);
  std::string application, no_application, split_application;
  append_string("ssh:", application);
  append_string("", no_application);
  append_string(std::string("ssh:\0x", 6), split_application);
  const std::string fido = "sk-ssh-ed25519@openssh.com";
  const std::string point(32, 'p');

  const std::pair<std::string, std::string> table[] = {
      {rsa("\x01\x00\x01", n), "the ssh-rsa key is malformed"},  // the literal ends at its zero
      {rsa(std::string("\x01\0\x01", 3), n), "ok"},
      {rsa(std::string("\0\x01\0\x01", 4), n), "the ssh-rsa key is malformed"},
      {rsa("\x03", n), "ok"},
      {rsa("\x01", n), "the ssh-rsa key is malformed"},
      {rsa("\x04", n), "the ssh-rsa key is malformed"},
      {rsa("", n), "the ssh-rsa key is malformed"},
      {rsa("\x83", n), "the ssh-rsa key is malformed"},
      {rsa("\x03", n.substr(1)), "the ssh-rsa key is malformed"},
      {rsa("\x03", std::string(1, '\0') + n), "the ssh-rsa key is malformed"},
      {rsa("\x03", n) + "x", "the ssh-rsa key is malformed"},
      {rsa("\x03", std::string(1, '\0') + std::string(255, '\xFF')), "the RSA key has 2040 bits"},
      {rsa("\x03", std::string(1, '\x7F') + std::string(255, '\xFF')), "the RSA key has 2047 bits"},
      {rsa("\x03", std::string(1, '\0') + std::string(2049, '\xFF')), "the RSA key has 16392 bits"},
      {ecdsa("nistp256", p256), "ok"},
      {ecdsa("nistp384", p256), "the ecdsa-sha2-nistp256 key is malformed"},
      {ecdsa("nistp256", off_curve), "the ecdsa-sha2-nistp256 key is malformed"},
      {ecdsa("nistp256", std::string(1, '\0')), "the ecdsa-sha2-nistp256 key is malformed"},
      {ecdsa("nistp256", "\x02" + p256.substr(1, 32)), "the ecdsa-sha2-nistp256 key is malformed"},
      {ecdsa("nistp256", "\x06" + p256.substr(1)), "the ecdsa-sha2-nistp256 key is malformed"},
      {ecdsa("nistp256", p256) + "x", "the ecdsa-sha2-nistp256 key is malformed"},
      {ed25519("ssh-ed25519", point), "ok"},
      {ed25519("ssh-ed25519", point + "p"), "the ssh-ed25519 key is malformed"},
      {ed25519("ssh-ed25519", point.substr(1)), "the ssh-ed25519 key is malformed"},
      {ed25519(fido, point, application), "ok"},
      {ed25519(fido, point), "the " + fido + " key is malformed"},
      {ed25519(fido, point, no_application), "the " + fido + " key is malformed"},
      {ed25519(fido, point, split_application), "the " + fido + " key is malformed"},
      {ed25519(fido, point, application + "x"), "the " + fido + " key is malformed"},
      {ed25519("ssh-dss", point), "keys of type \"ssh-dss\" cannot sign here"},
      {ed25519("ssh-ed25519-cert-v01@openssh.com", point),
       "keys of type \"ssh-ed25519-cert-v01@openssh.com\" cannot sign here"},
      {ed25519("ecdsa-sha2-nistp384", point),
       "keys of type \"ecdsa-sha2-nistp384\" cannot sign here"},
      {ed25519("\x1b[31m", point), "these bytes are not a public SSH key"},
      {"", "these bytes are not a public SSH key"},
  };
  for (const auto& [blob, verdict] : table) {
    INFO(to_hex(blob).substr(0, 80));
    CHECK(said(parse_public_key(blob)) == verdict);
  }
}

TEST_CASE("fingerprints are those of ssh-keygen -l") {
  const FileKey& key = file_key("ed25519");
  const Folder folder;
  REQUIRE(std::system(("ssh-keygen -lf " + key.file + ".pub > " + folder.path("l")).c_str()) == 0);
  const std::string printed = fingerprint(blob_of(key));
  CHECK(folder.read("l").find(" " + printed + " ") != std::string::npos);
  CHECK(is_fingerprint(printed));
  CHECK_FALSE(is_fingerprint(printed + "="));
  CHECK_FALSE(is_fingerprint(printed.substr(0, printed.size() - 1)));
  CHECK_FALSE(is_fingerprint("MD5:" + printed.substr(7)));
}

TEST_CASE("the integers of an ECDSA signature have one spelling and lie inside the order") {
  const std::string order =
      "\xFF\xFF\xFF\xFF" + std::string(4, '\0') + std::string(8, '\xFF') +
      std::string("\xBC\xE6\xFA\xAD\xA7\x17\x9E\x84\xF3\xB9\xCA\xC2\xFC\x63\x25\x51", 16);
  std::string below = order;
  below[31] = static_cast<char>(below[31] - 1);
  const auto blob = [](const std::string& r, const std::string& s) {
    std::string out;
    append_string(r, out);
    append_string(s, out);
    return out;
  };
  const auto padded = [](const std::string& bytes) { return std::string(1, '\0') + bytes; };
  EcdsaSignature out;
  CHECK(parse_ecdsa(blob("\x01", padded(below)), out));
  CHECK(out.s == below);
  CHECK(parse_ecdsa(blob(padded(below), "\x01"), out));
  const std::string refused[] = {
      blob("\x01", padded(order)),
      blob(padded(order), "\x01"),
      blob("", "\x01"),
      blob("\x01", ""),
      blob(padded("\x01"), "\x01"),
      blob("\x01", padded("\x01")),
      blob("\xFF", "\x01"),
      blob("\x01", "\x01") + "x",
      blob("\x01", padded("")),
      blob("\x01", "\x01").substr(1),
  };
  for (const std::string& bytes : refused) CHECK_FALSE(parse_ecdsa(bytes, out));
}

}  // namespace
}  // namespace countersign
