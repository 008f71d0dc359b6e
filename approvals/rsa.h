// RSA with PKCS #1 v1.5 padding and SHA-2.
#pragma once
#include <string_view>

namespace countersign {

inline constexpr int kSmallestRsaBits = 2048;
inline constexpr int kLargestRsaBits = 16384;

// Magnitudes, big endian, without leading zeros.
int bit_length(std::string_view magnitude);

// An odd exponent of at least 3 and at most 64 bits, as libcrypto takes it.
bool valid_rsa_exponent(std::string_view exponent);

// `hash_bits` is 256 or 512. The signature must be exactly as long as the modulus.
bool verify_rsa(std::string_view exponent, std::string_view modulus, int hash_bits,
                std::string_view message, std::string_view signature);

}  // namespace countersign
