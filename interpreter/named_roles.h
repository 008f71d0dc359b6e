// The roles that a runbook names, before anything of it runs.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "interpreter/authorizer.h"

namespace countersign {

// Who knows which roles there are. An Authorizer that reads a policy is one too; of one that is
// not, nothing is known of roles, and none is refused.
class RoleBook {
 public:
  virtual ~RoleBook() = default;
  // Errors: script, there is none of that name; config, the policy cannot be read.
  virtual Status knows_role(const std::string& role) = 0;
};

// Whether `authorizer` knows the role.
Status check_role(const std::string& role, Authorizer& authorizer);

// Whether the policy knows every role that the described runbook names: in its authority, its
// approval, its items of done, and the causes of its symptoms. One that nobody can fill would be
// missed only when it is asked for, after the change.
Status check_roles(const nlohmann::json& head, Authorizer& authorizer);

}  // namespace countersign
