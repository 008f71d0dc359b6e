// Digests, fingerprints and random bytes, by libcrypto.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace countersign {

// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// SHA-256 of `bytes`, 32 raw bytes. SHA-512: 64 raw bytes.
std::string sha256_raw(std::string_view bytes);
std::string sha512_raw(std::string_view bytes);

// HMAC-SHA-256 of `bytes` under `key`, lower-case hexadecimal. HMAC-SHA-1 raw: webhook signatures
// only.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
std::string hmac_sha1_raw(std::string_view key, std::string_view bytes);

// `count` bytes from the system's generator, as raw bytes.
std::string random_bytes(std::size_t count);

std::string to_hex(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
// Strict: no white space, correct padding, no stray bits; false where it is not base64.
bool base64_decode(std::string_view text, std::string& out);

}  // namespace countersign
