#include "approvals/revocations.h"

#include "approvals/public_key.h"
#include "approvals/text_file.h"

namespace countersign {
namespace {

constexpr std::string_view kSpace = " \t";

std::string_view word(std::string_view& rest) {
  const std::string_view out = rest.substr(0, rest.find_first_of(kSpace));
  rest.remove_prefix(out.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
  return out;
}

}  // namespace

Result<Revocations> parse_revocations(std::string_view text, const std::string& path,
                                      const SignatureScheme& scheme) {
  if (text.starts_with("SSHKRL\n"))
    return Error{"config", "\"" + path + "\" is a binary key revocation list",
                 "write a public key or a SHA256: fingerprint per line instead"};
  Revocations out;
  bool header = false;
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    if (number == 1) header = line == kRevocationsHeader;
    line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
    if (line.empty() || line[0] == '#') continue;
    const std::string_view first = word(line);
    if (is_fingerprint(first)) {
      out.fingerprints.emplace(first);
      continue;
    }
    const std::string_view base64 = word(line);
    const auto blob = scheme.key_bytes(first, base64);
    if (!blob)
      return at_line(path, number, "neither a public key nor a fingerprint",
                     "write `SHA256:…` as `ssh-keygen -l` prints it, or the line of a .pub file");
    out.fingerprints.insert(fingerprint(*blob));
  }
  if (out.fingerprints.empty() && !header)
    return Error{"config", "the revocation list \"" + path + "\" is empty",
                 "if no key is revoked, let its first line be `" + std::string(kRevocationsHeader) +
                     "`, so that it cannot be taken for a failed copy"};
  return out;
}

}  // namespace countersign
