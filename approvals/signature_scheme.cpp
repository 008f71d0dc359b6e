#include "approvals/signature_scheme.h"

#include <algorithm>

namespace countersign {

bool SignatureSchemes::reads_key(std::string_view type) const {
  return of_key(type).reads_key(type);
}

bool SignatureSchemes::reads_signature(std::string_view signature) const {
  return of_signature(signature).reads_signature(signature);
}

Result<std::string> SignatureSchemes::key_bytes(std::string_view type,
                                                std::string_view base64) const {
  return of_key(type).key_bytes(type, base64);
}

Result<PublicKey> SignatureSchemes::key(std::string_view type, std::string_view bytes) const {
  return of_key(type).key(type, bytes);
}

Result<PublicKey> SignatureSchemes::claimed_key(std::string_view signature) const {
  return of_signature(signature).claimed_key(signature);
}

Result<PublicKey> SignatureSchemes::verify(std::string_view signature, std::string_view message,
                                           std::string_view name_space) const {
  return of_signature(signature).verify(signature, message, name_space);
}

const SignatureScheme& SignatureSchemes::of_key(std::string_view type) const {
  const auto at = std::find_if(all_.begin(), all_.end(),
                               [&](const SignatureScheme* one) { return one->reads_key(type); });
  return at == all_.end() ? *all_.front() : **at;
}

const SignatureScheme& SignatureSchemes::of_signature(std::string_view signature) const {
  const auto at = std::find_if(all_.begin(), all_.end(), [&](const SignatureScheme* one) {
    return one->reads_signature(signature);
  });
  return at == all_.end() ? *all_.front() : **at;
}

}  // namespace countersign
