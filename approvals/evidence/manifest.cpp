#include "approvals/evidence/manifest.h"

#include <set>

#include "interpreter/digest.h"

namespace countersign {
namespace {

bool is_plain_path(const std::string& path) {
  if (path.empty() || path[0] == '/' || path.back() == '/') return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// What file managers leave behind in folders that were only looked at or copied.
bool is_of_desktop(const std::string& path) {
  static const std::set<std::string> names = {
      ".DS_Store",   "Thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized",
      "Desktop.ini", "Icon\r",    "thumbs.db",   ".apdisk",     ".hidden"};
  return names.count(name_of(path)) != 0 || name_of(path).starts_with("._") ||
         path.starts_with("__MACOSX/") || path.find("/__MACOSX/") != path.npos ||
         path.find(":Zone.Identifier") != path.npos;
}

std::string with_plain_line_ends(const std::string& bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    if (bytes[at] != '\r' || at + 1 == bytes.size() || bytes[at + 1] != '\n') out += bytes[at];
  return out;
}

constexpr char kLineEnds[] =
    "its line ends were converted to CRLF; restore them (`dos2unix FILE`, or copy the folder anew "
    "as binary files) and verify again";

// Where a file differs: what did that, if it can be told.
std::string changed_by(const std::string& bytes, const std::string& digest) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (sha256_hex(with_plain_line_ends(bytes)) == digest) return kLineEnds;
  if (bytes.starts_with(kByteOrderMark)) {
    const std::string rest = bytes.substr(kByteOrderMark.size());
    if (sha256_hex(rest) == digest || sha256_hex(with_plain_line_ends(rest)) == digest)
      return "an editor put a byte order mark before its text; restore the file from a copy and "
             "verify again";
  }
  return "it was changed";
}

}  // namespace

std::string manifest_of(const EvidenceFiles& files) {
  std::string out;
  for (const auto& [path, bytes] : files)
    if (path != kManifest) out += sha256_hex(bytes) + "  " + path + "\n";
  return out;
}

std::optional<VerificationError> check_manifest(const EvidenceFiles& files) {
  const auto manifest = files.find(kManifest);
  if (manifest == files.end())
    return VerificationError{kManifest, 0,
                             "it is missing, so this is no evidence folder, or not a whole one"};
  const std::string& text = manifest->second;
  if (text.find("\r\n") != std::string::npos) return VerificationError{kManifest, 0, kLineEnds};
  std::map<std::string, std::string> named;
  std::string last;
  int line = 0;
  for (std::size_t at = 0; at < text.size();) {
    ++line;
    const std::size_t end = text.find('\n', at);
    const auto bad = [&](const std::string& why) {
      return VerificationError{kManifest, 0, "line " + std::to_string(line) + " " + why};
    };
    if (end == std::string::npos) return bad("does not end with a newline");
    const std::string entry = text.substr(at, end - at);
    at = end + 1;
    if (entry.size() < 67 || entry.find_first_not_of("0123456789abcdef") != 64 ||
        entry.compare(64, 2, "  ") != 0)
      return bad("is not a SHA-256 digest, two spaces and a path");
    const std::string path = entry.substr(66);
    if (!is_plain_path(path)) return bad("names \"" + path + "\", which is no path in this folder");
    if (path <= last) return bad("names \"" + path + "\" out of order, or twice");
    last = path;
    named[path] = entry.substr(0, 64);
  }
  for (const auto& [path, digest] : named) {
    const auto file = files.find(path);
    if (file == files.end())
      return VerificationError{
          path, 0, "it is missing; the manifest names it with digest " + digest.substr(0, 16)};
    const std::string is = sha256_hex(file->second);
    if (is != digest)
      return VerificationError{path, 0,
                               "its digest is " + is.substr(0, 16) + "…, and the manifest says " +
                                   digest.substr(0, 16) + "…: " + changed_by(file->second, digest)};
  }
  for (const auto& [path, bytes] : files)
    if (path != kManifest && named.count(path) == 0)
      return VerificationError{path, 0,
                               is_of_desktop(path)
                                   ? "it was left by a desktop tool that looked at the folder; "
                                     "remove it and verify again"
                                   : "it is not in the manifest: it was added"};
  return std::nullopt;
}

}  // namespace countersign
