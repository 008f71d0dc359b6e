// Every truncation and every flipped bit of a signature, of every kind of key.
#include "approvals/armour.h"
#include "approvals/sshsig.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

constexpr char kDocument[] = "{\"decision\":\"approve\"}";
constexpr char kNamespace[] = "countersign-decision";

struct Sample {
  std::string name;
  std::string line;  // the key
  std::string signature;
};

std::vector<Sample> samples() {
  std::vector<Sample> out;
  for (const std::string type : {"ed25519", "ecdsa -b 256", "rsa -b 2048"}) {
    const FileKey& key = file_key(type);
    out.push_back({type, key.public_line, keygen_sign(key, kDocument, kNamespace)});
  }
  const LocalKey token(9, true);
  out.push_back({"token", token.line(), token.sign(kDocument)});
  return out;
}

bool accepted(const std::string& signature, const std::string& document = kDocument) {
  return static_cast<bool>(verify_signature(signature, document, kNamespace));
}

bool openssh_accepts(const Sample& sample, const std::string& signature) {
  return keygen_verifies("ada " + sample.line + "\n", "ada", kNamespace, signature, kDocument);
}

std::string flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  return bytes;
}

TEST_CASE("no flipped bit of a signature's bytes is accepted") {
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    const std::string blob = *dearmour(sample.signature);
    REQUIRE(accepted(armour(blob)));
    for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
      INFO("bit " << bit);
      REQUIRE_FALSE(accepted(armour(flipped(blob, bit))));
    }
  }
}

TEST_CASE("no flipped bit of a signature's text is accepted, but in its last newline") {
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    const std::string& text = sample.signature;
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
      INFO("bit " << bit);
      REQUIRE_FALSE(accepted(flipped(text, bit)));
    }
  }
}

TEST_CASE("no truncation is accepted, but that of the last newline") {
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    const std::string& text = sample.signature;
    const std::string blob = *dearmour(text);
    for (std::size_t size = 0; size < blob.size(); ++size)
      REQUIRE_FALSE(accepted(armour(blob.substr(0, size))));
    for (std::size_t size = 0; size + 1 < text.size(); ++size)
      REQUIRE_FALSE(accepted(text.substr(0, size)));
    REQUIRE(accepted(text.substr(0, text.size() - 1)));
    REQUIRE(openssh_accepts(sample, text.substr(0, text.size() - 1)));
    for (std::size_t start = 1; start < text.size(); ++start)
      REQUIRE_FALSE(accepted(text.substr(start)));
  }
}

TEST_CASE("no flipped bit of the document is accepted") {
  const Sample sample = samples()[0];
  const std::string document = kDocument;
  for (std::size_t bit = 0; bit < document.size() * 8; ++bit)
    REQUIRE_FALSE(accepted(sample.signature, flipped(document, bit)));
}

TEST_CASE("ssh-keygen accepts whatever is accepted here") {
  // A process for each, so a sample: every 97th bit of the bytes, every 193rd of the text.
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    const std::string blob = *dearmour(sample.signature);
    REQUIRE(accepted(sample.signature));
    REQUIRE(openssh_accepts(sample, sample.signature));
    std::vector<std::string> variants;
    for (std::size_t bit = 3; bit < blob.size() * 8; bit += 97)
      variants.push_back(armour(flipped(blob, bit)));
    for (std::size_t bit = 5; bit < sample.signature.size() * 8; bit += 193)
      variants.push_back(flipped(sample.signature, bit));
    for (const std::string& variant : variants)
      if (accepted(variant)) CHECK(openssh_accepts(sample, variant));
    // And the other way round these stay exceptions: most of what we refuse, it refuses.
    std::size_t lighter = 0;
    for (const std::string& variant : variants)
      lighter += !accepted(variant) && openssh_accepts(sample, variant) ? 1 : 0;
    CHECK(lighter <= variants.size() / 8);
  }
}

}  // namespace
}  // namespace countersign
