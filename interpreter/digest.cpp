#include "interpreter/digest.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include "interpreter/crypto_library.h"

namespace countersign {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBlock = 64;  // of SHA-1 and SHA-256

// Fetched once: looking an algorithm up costs more than a short digest.
const EVP_MD* algorithm(const char* name) {
  const EVP_MD* found = EVP_MD_fetch(crypto_library(), name, nullptr);
  if (!found) throw std::runtime_error(std::string("libcrypto offers no ") + name);
  return found;
}

// A digest that cannot be made leaves nothing to go on with, so it is thrown, not returned.
std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(algorithm)), '\0');
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr,
                 algorithm, nullptr) != 1)
    throw std::runtime_error("libcrypto cannot make a digest");
  return out;
}

std::string sha1_raw(std::string_view bytes) {
  static const EVP_MD* const sha1 = algorithm("SHA1");
  return digest(sha1, bytes);
}

// RFC 2104, for the two hashes with 64-byte blocks.
std::string hmac(std::string (*hash)(std::string_view), std::string_view key,
                 std::string_view bytes) {
  std::string block(key.size() > kBlock ? hash(key) : std::string(key));
  block.resize(kBlock, '\0');
  std::string inner = block;
  std::string outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return hash(outer.append(hash(inner.append(bytes))));
}

std::array<std::int8_t, 256> base64_values() {
  std::array<std::int8_t, 256> values;
  values.fill(-1);
  for (int i = 0; i < 64; ++i)
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<std::int8_t>(i);
  return values;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256_raw(bytes));
}

std::string sha256_raw(std::string_view bytes) {
  static const EVP_MD* const sha256 = algorithm("SHA256");
  return digest(sha256, bytes);
}

std::string sha512_raw(std::string_view bytes) {
  static const EVP_MD* const sha512 = algorithm("SHA512");
  return digest(sha512, bytes);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  return to_hex(hmac(sha256_raw, key, bytes));
}

std::string hmac_sha1_raw(std::string_view key, std::string_view bytes) {
  return hmac(sha1_raw, key, bytes);
}

// Without randomness nothing that follows is safe, so a generator that fails is thrown, not
// returned.
std::string random_bytes(std::size_t count) {
  constexpr std::size_t kAtOnce = 256;  // what getentropy gives in one call
  std::string out(count, '\0');
  for (std::size_t at = 0; at < count; at += kAtOnce) {
    if (getentropy(out.data() + at, std::min(kAtOnce, count - at)) != 0)
      throw std::system_error(errno, std::generic_category(), "the system's random generator");
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < have ? static_cast<unsigned char>(bytes[at + i]) : 0);
    for (std::size_t i = 0; i < 4; ++i)
      out += i <= have ? kBase64[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

bool base64_decode(std::string_view text, std::string& out) {
  static const std::array<std::int8_t, 256> values = base64_values();
  out.clear();
  if (text.size() % 4 != 0) return false;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::string_view group = text.substr(at, 4);
    if (at + 4 == text.size()) {
      if (group.ends_with("==")) {
        group.remove_suffix(2);
      } else if (group.ends_with('=')) {
        group.remove_suffix(1);
      }
    }
    std::uint32_t bits = 0;
    for (const unsigned char c : group) {
      if (values[c] < 0) return false;
      bits = bits << 6 | static_cast<std::uint32_t>(values[c]);
    }
    bits <<= 6 * (4 - group.size());
    const std::size_t bytes = group.size() - 1;
    if (bits & ((1u << (8 * (3 - bytes))) - 1)) return false;  // stray bits under the padding
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(bits >> (16 - 8 * i) & 255);
  }
  return true;
}

}  // namespace countersign
