#pragma once

namespace countersign {

inline constexpr const char* kVersion = "0.2.0";

}  // namespace countersign
