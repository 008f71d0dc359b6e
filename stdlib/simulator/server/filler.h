// The walk over a world's records that filling.cpp and its helpers share.
#pragma once
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "stdlib/simulator/server/dates.h"
#include "stdlib/simulator/server/shapes.h"

namespace countersign::simulator {

using nlohmann::json;

// What is wrong and where; never leaves fill_world.
struct Mistake {
  std::string pointer;
  std::string message;
};

// `pointer` and one more step, escaped.
std::string step_into(const std::string& pointer, std::string_view key);

// 32 hexadecimal digits that depend on `seed` alone.
std::string digits_of(const std::string& seed);

class Filler {
 public:
  explicit Filler(Seconds now) : now_(now) {}

  // Fills `record`, of the kind `shape`, and every record below it.
  void record(json& record, const Shape& shape, const std::string& pointer) const;

  std::string stamp() const { return iso_time(now_); }
  Seconds now() const { return now_; }

 private:
  void list(json& records, const Shape& shape, const std::string& pointer) const;
  void fields(json& record, const Shape& shape, const std::string& pointer) const;
  void date(json& value, const std::string& pointer) const;

  Seconds now_;
};

// Rules of single kinds: short forms that a world may use (before the defaults are filled in) and
// values that follow from other fields (after).
void expand(json& record, std::string_view kind, const Filler& filler);
void derive(json& record, std::string_view kind, const std::string& pointer);
void derive_account(json& account, const std::string& sid, const std::string& pointer);
void fill_mailgun(json& mailgun, const Filler& filler);

}  // namespace countersign::simulator
