// One run of a deployed function: what it was asked, its environment, its source, its log.
//
// No JavaScript runs here. Of a function's source the constants are read (`const NAME = 'value';`),
// so that what people change in the source and deploy has its effect; what the function does with
// them is wait_experience.cpp.
#pragma once
#include <optional>
#include <string>

#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// The constants of a source: texts, numbers, true and false.
json source_constants(const std::string& source);

class FunctionRun {
 public:
  // The function that is deployed at `path` of the serverless domain; nothing without one.
  static std::optional<FunctionRun> at(World& world, const std::string& domain,
                                       const std::string& path);

  World& world() const { return *world_; }
  json& account() const { return world_->accounts()[account_sid_]; }
  const std::string& account_sid() const { return account_sid_; }
  const std::string& domain() const { return domain_; }
  const std::string& path() const { return path_; }
  std::string url() const { return "https://" + domain_ + path_; }
  const json& version() const { return version_; }

  // A variable of the environment; empty without it.
  std::string variable(const std::string& key) const;
  // A constant of the source, or `otherwise`, whose type it must have.
  json constant(const std::string& name, const json& otherwise) const;

  // Writes to the environment's log. An error is also an alert (Twilio: 82005).
  void log(const std::string& level, const std::string& message) const;
  void alert(const std::string& code, const std::string& text) const;

  // Asks a Twilio API as the account itself, whose credentials Twilio puts into a run unless the
  // service says include_credentials = false.
  ServedReply as_account(const std::string& method, const std::string& url,
                         const Fields& form) const;

 private:
  json& service() const;
  json& environment() const;

  World* world_ = nullptr;
  std::string account_sid_, service_sid_, environment_sid_, function_sid_, domain_, path_;
  json version_;
};

}  // namespace countersign::simulator
