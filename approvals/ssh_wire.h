// The SSH wire format (RFC 4251, section 5), as far as keys and signatures need it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace countersign {

// Takes fields off the front of a blob. Every function returns false where the field is not there
// in full; the reader is then of no further use. The views point into the blob.
class WireReader {
 public:
  explicit WireReader(std::string_view blob) : rest_(blob) {}

  bool bytes(std::size_t count, std::string_view& out);
  bool byte(std::uint8_t& out);
  bool uint32(std::uint32_t& out);
  bool string(std::string_view& out);
  // A positive integer in its only form: not negative, not zero, no superfluous leading zero. The
  // view holds the magnitude, without the zero that keeps the sign positive.
  bool positive(std::string_view& magnitude);
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void append_uint32(std::uint32_t value, std::string& out);
void append_string(std::string_view bytes, std::string& out);
// The mpint with this magnitude (big endian).
void append_positive(std::string_view magnitude, std::string& out);

}  // namespace countersign
