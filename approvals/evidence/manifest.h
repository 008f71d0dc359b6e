// MANIFEST: every other file of the folder with its SHA-256, sorted by path, in the form that
// `sha256sum -c MANIFEST` reads: 64 hexadecimal digits, two spaces, the path, a newline.
#pragma once
#include <optional>
#include <string>

#include "approvals/evidence/folder.h"

namespace countersign {

inline constexpr const char* kManifest = "MANIFEST";

std::string manifest_of(const EvidenceFiles& files);

// Whether the files are exactly those of the manifest among them.
std::optional<VerificationError> check_manifest(const EvidenceFiles& files);

}  // namespace countersign
