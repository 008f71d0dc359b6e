#include "approvals/ssh_wire.h"

namespace countersign {
namespace {

bool high_bit(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0;
}

}  // namespace

bool WireReader::bytes(std::size_t count, std::string_view& out) {
  if (rest_.size() < count) return false;
  out = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return true;
}

bool WireReader::byte(std::uint8_t& out) {
  std::string_view one;
  if (!bytes(1, one)) return false;
  out = static_cast<std::uint8_t>(one[0]);
  return true;
}

bool WireReader::uint32(std::uint32_t& out) {
  std::string_view four;
  if (!bytes(4, four)) return false;
  out = 0;
  for (const unsigned char c : four) out = out << 8 | c;
  return true;
}

bool WireReader::string(std::string_view& out) {
  std::uint32_t length = 0;
  return uint32(length) && bytes(length, out);
}

bool WireReader::positive(std::string_view& magnitude) {
  if (!string(magnitude) || magnitude.empty() || high_bit(magnitude[0])) return false;
  if (magnitude[0] != '\0') return true;
  magnitude.remove_prefix(1);
  return !magnitude.empty() && high_bit(magnitude[0]);
}

void append_uint32(std::uint32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

void append_string(std::string_view bytes, std::string& out) {
  append_uint32(static_cast<std::uint32_t>(bytes.size()), out);
  out.append(bytes);
}

void append_positive(std::string_view magnitude, std::string& out) {
  while (!magnitude.empty() && magnitude[0] == '\0') magnitude.remove_prefix(1);
  std::string padded;
  if (!magnitude.empty() && high_bit(magnitude[0])) padded += '\0';
  append_string(padded.append(magnitude), out);
}

}  // namespace countersign
