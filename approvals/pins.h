// What this home folder last accepted as trust files. Anything else than that decides nothing.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "approvals/trust.h"
#include "interpreter/error.h"

namespace countersign {

// The trust files as they were accepted last.
struct AcceptedTrust {
  std::string signers, policy;
  std::set<std::string> revoked;  // every fingerprint that the list ever named
};

// A file that is not as it was accepted.
struct AlteredFile {
  std::string path;
  std::optional<std::string> accepted;  // its text; nothing: it was not kept
  std::string now;
  std::string also;  // the file that was accepted, where the configuration names another one now
  bool superseded = false;  // it was accepted once, and another one since
};

// Kept in the home folder:
//   trust.json     by the absolute path of each trust file, the digest accepted last and those
//                  before it, or every fingerprint that the revocation list ever named; which files
//                  each configuration names; the change that waits for signatures, and all that
//                  were accepted (trust_change.h)
//   trust/SHA256   the texts that it names by digest
//
// The first use of a file accepts it as it is, unless the configuration named another one before.
// An empty `home` keeps and compares nothing.
//
// What this does not see: whoever can write the home folder can write trust.json, and a home folder
// that is new accepts what is there. `verify --signers FILE --policy FILE` asks neither.
class TrustPins {
 public:
  explicit TrustPins(std::string home) : home_(std::move(home)) {}

  // Refuses (kind "refused") a revocation list that lacks a key it named before, a version that was
  // accepted earlier and replaced since, and one that was never accepted: it names the file and
  // what differs. Then remembers new revocations. `first`: whether a file was accepted because it
  // was used for the first time. Errors: kind "state" where trust.json is unusable.
  Status check(const Trust& trust, const TrustPaths& paths, bool* first = nullptr);

  // The same of signers and policy alone, without reading them as what they should be, and without
  // accepting anything: files that cannot be read are left out.
  Result<std::vector<AlteredFile>> altered(const TrustPaths& paths) const;
  Status unaltered(const TrustPaths& paths) const;

  // Errors (kind "refused"): they were not accepted yet, or what was accepted was not kept.
  Result<AcceptedTrust> accepted(const TrustPaths& paths) const;

 private:
  friend class TrustChanges;
  std::string home_;
};

// The records of trust.json, held from the reading to the replacing, so that two processes do not
// lose each other's.
class PinsFile {
 public:
  // Errors: kind "state".
  static Result<PinsFile> open(const std::string& home);
  PinsFile(PinsFile&& other) noexcept;
  PinsFile& operator=(PinsFile&&) = delete;
  ~PinsFile();

  nlohmann::json& pins() { return pins_; }
  const nlohmann::json& pins() const { return pins_; }
  // Writes it where it changed.
  Status save();
  Status put(const std::string& text);
  std::optional<std::string> text(const std::string& sha256) const;

 private:
  PinsFile() = default;
  std::string home_;
  int lock_ = -1;
  nlohmann::json pins_, saved_;
};

// The absolute name a trust file is remembered by.
std::string pinned_name(const std::string& path);

}  // namespace countersign
