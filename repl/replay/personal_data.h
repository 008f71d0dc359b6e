// Telephone numbers and e-mail addresses taken out of data that is to be shown around: each becomes
// a made-up one, the same wherever it stands, so that what is asked still finds its answer.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace countersign {

using json = nlohmann::json;

class PersonalData {
 public:
  // "+15550100001", "person1@example.com", in the order in which they are met.
  std::string without(const std::string& text);
  json without(const json& value);

 private:
  std::string number(const std::string& found);
  std::string address(const std::string& found);
  std::map<std::string, std::string> numbers_, addresses_;
};

}  // namespace countersign
