#include "stdlib/session/secret_fields.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/public_keys.h"

namespace countersign {
namespace {

void replace(Vault& vault, const std::string& locator, json& value, bool secret, bool held) {
  if (marked(value)) return;
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      replace(vault, locator + "/" + std::to_string(i), value[i], secret, held);
  } else if (value.is_object()) {
    for (auto& [key, part] : value.items())
      replace(vault, locator + "/" + escape_pointer(key), part, looks_secret(key), held);
  } else if (secret && !value.is_boolean() && !value.is_null()) {
    auto text = value.is_string() ? value.get<std::string>() : value.dump();
    if (held) {
      value = vault.hold(locator, std::move(text));
    } else {
      value = make_handle("secret", locator, {{"fingerprint", vault.fingerprint(text)}});
      vault.know(locator, std::move(text));
    }
  }
}

}  // namespace

json with_handles(Vault& vault, const std::string& origin, json value, bool held) {
  replace(vault, origin, value, false, held);
  return value;
}

bool holds_mark(const json& value) {
  if (value.is_object() && value.contains(kMark)) return true;
  return value.is_structured() && std::any_of(value.begin(), value.end(), holds_mark);
}

}  // namespace countersign
