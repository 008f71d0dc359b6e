#pragma once

namespace countersign {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace countersign
