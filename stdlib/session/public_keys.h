// Which environment keys may show their values. The others are secrets, whatever they hold: a value
// that stands in a plan cannot be taken back.
#pragma once
#include <string_view>

namespace countersign {

struct Configuration;

// Whether `key` names a secret: it holds a word such as SECRET, TOKEN, PASSWORD, API_KEY.
bool looks_secret(std::string_view key);

// Whether `key` is declared public ([workspace].public_keys, or one of the shipped deployment's own
// settings and identifiers) and does not look secret.
bool is_public_key(const Configuration& configuration, std::string_view key);

}  // namespace countersign
