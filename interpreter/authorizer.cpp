#include "interpreter/authorizer.h"

#include <nlohmann/json.hpp>

namespace countersign {
namespace {

class DenyEverything : public Authorizer {
 public:
  Result<Signed> request(const nlohmann::json&, Time, const PageMaker&) override {
    return denied();
  }
  Result<Answer> examine(const std::string&, const Signed&, Time) override { return denied(); }
  Status authorize(const Signed&, const std::vector<Signed>&, Time, bool) override {
    return denied();
  }
  Status holds(const std::vector<Answer>&, const std::vector<std::string>&) override {
    return denied();
  }
  Status may_lift(const Answer&) override { return denied(); }
  std::map<std::string, std::string> trust_files() override { return {}; }

 private:
  static Error denied() {
    return Error{"refused", "no trust files are configured, so nobody can approve a change",
                 "name allowed_signers and policy under [trust] in countersign.toml, or start with "
                 "`countersign init`"};
  }
};

}  // namespace

std::unique_ptr<Authorizer> deny_everything() {
  return std::make_unique<DenyEverything>();
}

}  // namespace countersign
