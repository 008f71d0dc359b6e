// What a request and an answer may be, whatever the caller says.
#pragma once
#include <cstddef>

#include "interpreter/error.h"
#include "interpreter/transport.h"

namespace countersign {

inline constexpr std::size_t kMaxRequestBytes = 32u << 20;
inline constexpr std::size_t kMaxHeaderBytes = 64u << 10;  // of one answer, all lines together
inline constexpr std::size_t kMaxHeaders = 200;
inline constexpr long kConnectMilliseconds = 10'000;

// Errors (kind "refused", status -1): a URL that is not http or https, http to another machine, a
// method that is not capital letters, a control character in a header, a body that is too large.
Status may_be_sent(const HttpRequest& request);

}  // namespace countersign
