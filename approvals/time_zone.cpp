#include "approvals/time_zone.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <vector>

#include "interpreter/times.h"

namespace countersign {
namespace {

constexpr const char* kDatabase = "/usr/share/zoneinfo/";
constexpr std::size_t kLargest = 1u << 20, kHeader = 44;

struct Kind {
  long east = 0;  // seconds
  std::string name;
};

struct ZoneTable {
  std::vector<Time> from;         // sorted: from when on …
  std::vector<std::size_t> kind;  // … which kind holds
  std::vector<Kind> kinds;        // the first holds before everything
};

std::int64_t number(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = (static_cast<unsigned char>(bytes[at]) & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < size; ++i)
    value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<std::int64_t>(value);
}

struct Counts {
  std::size_t utc = 0, standard = 0, leaps = 0, times = 0, kinds = 0, characters = 0;
};

std::optional<Counts> counts_at(const std::string& bytes, std::size_t at) {
  if (bytes.size() < at + kHeader || bytes.compare(at, 4, "TZif") != 0) return std::nullopt;
  Counts out;
  std::size_t* all[] = {&out.utc,   &out.standard, &out.leaps,
                        &out.times, &out.kinds,    &out.characters};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    const std::int64_t value = number(bytes, at + 20 + 4 * i, 4);
    if (value < 0 || static_cast<std::size_t>(value) > kLargest) return std::nullopt;
    *all[i] = static_cast<std::size_t>(value);
  }
  return out;
}

std::size_t length(const Counts& n, std::size_t time_size) {
  return n.times * (time_size + 1) + n.kinds * 6 + n.characters + n.leaps * (time_size + 4) +
         n.standard + n.utc;
}

// The second part of the file, whose times have 64 bits. Nothing where it is not whole.
std::optional<ZoneTable> table_of(const std::string& bytes) {
  const auto first = counts_at(bytes, 0);
  if (!first || bytes[4] < '2') return std::nullopt;
  const std::size_t header = kHeader + length(*first, 4);
  const auto n = counts_at(bytes, header);
  if (!n || n->kinds == 0 || bytes.size() < header + kHeader + length(*n, 8)) return std::nullopt;
  const std::size_t times = header + kHeader, kind = times + 8 * n->times, kinds = kind + n->times,
                    names = kinds + 6 * n->kinds;
  ZoneTable out;
  for (std::size_t i = 0; i < n->kinds; ++i) {
    const std::size_t at = kinds + 6 * i, name = static_cast<unsigned char>(bytes[at + 5]);
    if (name >= n->characters) return std::nullopt;
    const std::size_t begin = names + name, end = bytes.find('\0', begin);
    if (end == bytes.npos || end > names + n->characters) return std::nullopt;
    out.kinds.push_back(
        {static_cast<long>(number(bytes, at, 4)), bytes.substr(begin, end - begin)});
  }
  for (std::size_t i = 0; i < n->times; ++i) {
    const auto which = static_cast<unsigned char>(bytes[kind + i]);
    if (which >= out.kinds.size()) return std::nullopt;
    out.from.push_back(number(bytes, times + 8 * i, 8));
    out.kind.push_back(which);
  }
  return out;
}

const std::optional<ZoneTable>& zone_table(const std::string& zone) {
  static std::mutex mutex;
  static std::map<std::string, std::optional<ZoneTable>> known;
  const std::lock_guard lock(mutex);
  const auto [at, fresh] = known.try_emplace(zone);
  if (!fresh || zone.empty() || zone.find("..") != zone.npos) return at->second;
  std::ifstream file(kDatabase + zone, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  if (const std::string text = bytes.str(); text.size() <= kLargest) at->second = table_of(text);
  return at->second;
}

}  // namespace

bool knows_zone(const std::string& zone) {
  return zone_table(zone).has_value();
}

// Behind the last change of the table its last two kinds take turns by a rule that is not read:
// Debian writes the changes up to 2037 out.
std::string zone_moment(Time moment, const std::string& zone) {
  const std::optional<ZoneTable>& table = zone_table(zone);
  if (!table) return "";
  std::size_t kind = 0;
  for (std::size_t i = 0; i < table->from.size() && table->from[i] <= moment; ++i)
    kind = table->kind[i];
  const Kind& there = table->kinds[kind];
  const Civil local = to_civil(moment + there.east);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", local.year, local.month, local.day,
                local.hour, local.minute);
  std::string out = text;
  if (local.second != 0) {
    std::snprintf(text, sizeof text, ":%02d", local.second);
    out += text;
  }
  return out + " " + there.name;
}

}  // namespace countersign
