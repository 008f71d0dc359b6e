#include "tests/approvals/test_scheme.h"

#include <sstream>

#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::string_view kType = "test-key";
constexpr std::size_t kShortest = 4;

Error refused(const std::string& message) {
  return Error{"refused", message};
}

// "test-signature BASE64 NAMESPACE DIGEST".
struct Parts {
  std::string begin, key, name_space, digest;
};

bool read(std::string_view signature, Parts& out) {
  std::istringstream in{std::string(signature)};
  std::string more;
  return in >> out.begin >> out.key >> out.name_space >> out.digest && !(in >> more) &&
         out.begin == "test-signature";
}

std::string digest_of(const std::string& word, std::string_view name_space,
                      std::string_view message) {
  return sha256_hex(word + "\n" + std::string(name_space) + "\n" + std::string(message));
}

}  // namespace

std::string TestScheme::line(const std::string& word) {
  return std::string(kType) + " " + base64_encode(word);
}

std::string TestScheme::print(const std::string& word) {
  return fingerprint(word);
}

std::string TestScheme::sign(const std::string& word, const std::string& document,
                             const std::string& name_space) {
  return "test-signature " + base64_encode(word) + " " + name_space + " " +
         digest_of(word, name_space, document);
}

bool TestScheme::reads_key(std::string_view type) const {
  return type == kType;
}

bool TestScheme::reads_signature(std::string_view signature) const {
  return signature.starts_with("test-signature ");
}

Result<std::string> TestScheme::key_bytes(std::string_view, std::string_view base64) const {
  std::string word;
  if (!base64_decode(std::string(base64), word)) return refused("the test key is not base64");
  return word;
}

Result<PublicKey> TestScheme::key(std::string_view, std::string_view bytes) const {
  if (bytes.size() < kShortest) return refused("the test key is too short to sign");
  return PublicKey{std::string(kType), std::string(bytes)};
}

Result<PublicKey> TestScheme::claimed_key(std::string_view signature) const {
  Parts parts;
  if (!read(signature, parts)) return refused("the test signature is malformed");
  const auto word = key_bytes(kType, parts.key);
  if (!word) return word.error();
  return key(kType, *word);
}

Result<PublicKey> TestScheme::verify(std::string_view signature, std::string_view message,
                                     std::string_view name_space) const {
  auto claimed = claimed_key(signature);
  if (!claimed) return claimed;
  Parts parts;
  read(signature, parts);
  if (parts.name_space != name_space)
    return refused("the test signature is for \"" + parts.name_space + "\"");
  if (parts.digest != digest_of(claimed->blob, name_space, message))
    return refused("the test signature does not belong to this document");
  return claimed;
}

}  // namespace countersign
