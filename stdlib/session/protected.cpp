#include "stdlib/session/protected.h"

namespace countersign {

std::function<Status(const Call&)> protect(const std::string& what, const std::string& instead) {
  return [what, instead](const Call&) -> Status {
    return Error{"refused", what + " is protected and cannot be deleted by a runbook", instead};
  };
}

}  // namespace countersign
