// What people are told when something waits for them. Telling is the operator's: no script reaches
// it, and no credential of a profile is used for it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace countersign {

using json = nlohmann::json;

struct Notice {
  std::string subject;                                        // one line
  std::string summary;                                        // a few lines, for a channel
  std::string text;                                           // whole, for a mail
  std::string html;                                           // the same as a page
  std::vector<std::pair<std::string, std::string>> attached;  // names and bytes
  json facts;                                                 // for programs: {"run", "kind", …}
};

}  // namespace countersign
