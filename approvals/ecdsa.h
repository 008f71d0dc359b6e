// ECDSA on P-256, as OpenSSH writes its signatures.
#pragma once
#include <string>
#include <string_view>

namespace countersign {

// With (r, s) also (r, n - s) is a signature of the same message by the same key, and anybody can
// compute one from the other. Both are accepted, as OpenSSH makes and takes them: whoever counts
// signatures counts people and documents, never the bytes of a signature.
struct EcdsaSignature {
  std::string r;  // magnitudes, big endian, without leading zeros
  std::string s;
};

// The two integers in their only form, inside 1 … n-1; false otherwise.
bool parse_ecdsa(std::string_view blob, EcdsaSignature& out);

// `point` is an uncompressed point (65 bytes).
bool valid_p256_point(std::string_view point);
bool verify_p256(std::string_view point, std::string_view message, const EcdsaSignature& signature);

}  // namespace countersign
