#include "interpreter/overlay.h"

#include <algorithm>

#include "interpreter/difference.h"

namespace countersign {

std::optional<json> Overlay::find(const std::string& target) const {
  if (const auto at = states_.find(target); at != states_.end()) return at->second;
  // A touched ancestor holds the projected value of what is below it.
  for (std::size_t cut = target.rfind('/'); cut != std::string::npos && cut > 0;
       cut = target.rfind('/', cut - 1)) {
    if (const auto at = states_.find(target.substr(0, cut)); at != states_.end())
      return at_pointer(at->second, target.substr(cut));
  }
  return std::nullopt;
}

std::map<std::string, json> Overlay::below(const std::string& prefix) const {
  std::map<std::string, json> found;
  for (auto at = states_.lower_bound(prefix + "/");
       at != states_.end() && at->first.compare(0, prefix.size() + 1, prefix + "/") == 0; ++at)
    found.insert(*at);
  return found;
}

void Overlay::set(const std::string& target, json after) {
  obscured_.erase(target);
  states_[target] = std::move(after);
}

void Overlay::obscure(const std::string& target, int n) const {
  obscured_[target] = n;
}

int Overlay::known_after(const std::string& target) const {
  int last = 0;
  for (const auto& [pointer, n] : obscured_)
    if (covered(target, {pointer})) last = std::max(last, n);
  // What was projected after the obscuring operation is known again.
  return states_.count(target) != 0 && obscured_.count(target) == 0 ? 0 : last;
}

void Overlay::set_content(const std::string& path, std::string bytes) const {
  contents_[path] = std::move(bytes);
  gone_.erase(path);
}

const std::string* Overlay::content(const std::string& path) const {
  const auto at = contents_.find(path);
  return at == contents_.end() ? nullptr : &at->second;
}

void Overlay::remove_content(const std::string& path) const {
  const std::string below = path + "/";
  std::erase_if(contents_, [&](const auto& entry) {
    return entry.first == path || entry.first.compare(0, below.size(), below) == 0;
  });
  gone_.insert(path);
}

bool Overlay::gone(const std::string& path) const {
  if (contents_.count(path) != 0) return false;
  for (std::size_t cut = path.size(); cut != std::string::npos && cut > 0;
       cut = path.rfind('/', cut - 1))
    if (gone_.count(path.substr(0, cut)) != 0) return true;
  return false;
}

}  // namespace countersign
