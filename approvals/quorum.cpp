#include "approvals/quorum.h"

#include <algorithm>
#include <set>

namespace countersign {
namespace {

// Augmenting paths: a voter takes a free place, or moves the one who sits there to another.
class Matching {
 public:
  Matching(std::vector<std::string> places, std::vector<Voter> voters)
      : places_(std::move(places)), voters_(std::move(voters)), taken_(places_.size(), kFree) {}

  void seat_all() {
    for (std::size_t voter = 0; voter < voters_.size(); ++voter) {
      std::vector<bool> seen(places_.size(), false);
      seat(voter, seen);
    }
  }

  Roles free_places() const {
    Roles out;
    for (std::size_t place = 0; place < places_.size(); ++place)
      if (taken_[place] == kFree) ++out[places_[place]];
    return out;
  }

 private:
  static constexpr std::size_t kFree = static_cast<std::size_t>(-1);

  bool seat(std::size_t voter, std::vector<bool>& seen) {
    const auto& roles = voters_[voter].roles;
    for (std::size_t place = 0; place < places_.size(); ++place) {
      if (seen[place] || std::find(roles.begin(), roles.end(), places_[place]) == roles.end())
        continue;
      seen[place] = true;
      if (taken_[place] == kFree || seat(taken_[place], seen)) {
        taken_[place] = voter;
        return true;
      }
    }
    return false;
  }

  std::vector<std::string> places_;
  std::vector<Voter> voters_;
  std::vector<std::size_t> taken_;
};

}  // namespace

Roles unfilled(const Roles& needed, const std::vector<Voter>& voters) {
  std::vector<std::string> places;
  for (const auto& [role, count] : needed)
    places.insert(places.end(), static_cast<std::size_t>(std::max(count, 0)), role);
  std::vector<Voter> people;
  std::set<std::string> seen;
  for (const Voter& voter : voters)
    if (seen.insert(voter.person).second) people.push_back(voter);
  Matching matching(std::move(places), std::move(people));
  matching.seat_all();
  return matching.free_places();
}

std::string describe(const Roles& roles) {
  std::string out;
  for (const auto& [role, count] : roles)
    out += (out.empty() ? "" : ", ") + std::to_string(count) + " x " + role;
  return out;
}

}  // namespace countersign
