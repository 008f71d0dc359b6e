// Projected state while planning: what the account's snapshot would hold after the intents so far.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

namespace countersign {

using json = nlohmann::json;

class Overlay {
 public:
  // The projected value at `target` (a JSON pointer), null for "gone"; nothing where it was not
  // touched.
  std::optional<json> find(const std::string& target) const;
  // All touched targets below `prefix` ("/numbers"), in order.
  std::map<std::string, json> below(const std::string& prefix) const;
  void set(const std::string& target, json after);
  // `target` will be changed by operation `n` in a way that nobody can project.
  // A row says so itself where what it starts from waits for that operation.
  void obscure(const std::string& target, int n) const;
  // The operation after which `target` is known, or 0.
  int known_after(const std::string& target) const;

  // Whole contents of files, by canonical path; carried aside because plans do not show them.
  // Mutable: rows record them while projecting through a `const Call`.
  void set_content(const std::string& path, std::string bytes) const;
  const std::string* content(const std::string& path) const;
  const std::map<std::string, std::string>& contents() const { return contents_; }
  // A file or folder that was moved away; what is below it is gone too, until it gets content
  // again.
  void remove_content(const std::string& path) const;
  bool gone(const std::string& path) const;

  const std::map<std::string, json>& states() const { return states_; }

 private:
  std::map<std::string, json> states_;
  mutable std::map<std::string, int> obscured_;
  mutable std::map<std::string, std::string> contents_;
  mutable std::set<std::string> gone_;
};

}  // namespace countersign
