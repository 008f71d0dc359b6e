// UTF-8, one code point at a time.
#pragma once
#include <cstddef>
#include <string_view>

namespace countersign {

inline constexpr char32_t kInvalidPoint = 0xFFFFFFFF;

// The code point at `at`, and how many bytes it takes; kInvalidPoint and 1 where it is not UTF-8.
char32_t decode_point(std::string_view text, std::size_t at, std::size_t& size);

// A mark on the character before it, without a column of its own.
bool is_combining(char32_t point);

}  // namespace countersign
