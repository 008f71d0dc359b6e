#pragma once

namespace countersign {

// The project's version: what evidence and runs say they were written by.
inline constexpr const char* kVersion = "0.2.0";

// The same, and which commit it was built from where that is known: shown, never compared. Set by
// main, whose own unit is the only one that a commit rebuilds.
inline const char* described_version = kVersion;

}  // namespace countersign
