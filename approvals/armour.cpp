#include "approvals/armour.h"

#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----";
constexpr std::size_t kLine = 70;
constexpr std::size_t kLongestLine = 76;
constexpr std::size_t kLargest = 64 * 1024;  // an RSA key of 16384 bits needs 8 KiB

Error refused(std::string message) {
  return Error{"refused", std::move(message),
               "hand in the .sig file as `ssh-keygen -Y sign` wrote it"};
}

}  // namespace

Result<std::string> dearmour(std::string_view text) {
  if (text.empty()) return refused("the signature is empty");
  if (text.size() > kLargest) return refused("the signature is larger than 64 KiB");
  if (text.find('\r') != text.npos) return refused("the signature has carriage returns in it");
  if (!text.starts_with(kBegin))
    return refused("the signature does not start with the line \"-----BEGIN SSH SIGNATURE-----\"");
  text.remove_prefix(kBegin.size());

  std::string base64;
  for (;;) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    if (line.starts_with(kEnd)) {
      if (text != kEnd && text != std::string(kEnd) + "\n")
        return refused("the signature has text after its last line");
      break;
    }
    if (newline == text.npos)
      return refused("the signature does not end with the line \"-----END SSH SIGNATURE-----\"");
    if (line.empty() || line.size() > kLongestLine)
      return refused("the signature has an empty line, or one longer than 76 characters");
    base64.append(line);
    text.remove_prefix(newline + 1);
  }

  std::string blob;
  if (!base64_decode(base64, blob)) return refused("the signature is not base64");
  return blob;
}

std::string armour(std::string_view blob) {
  const std::string base64 = base64_encode(blob);
  std::string text(kBegin);
  for (std::size_t at = 0; at < base64.size(); at += kLine)
    text.append(base64, at, kLine).append(1, '\n');
  return text.append(kEnd).append(1, '\n');
}

}  // namespace countersign
