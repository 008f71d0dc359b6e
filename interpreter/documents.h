// Content-addressed documents that the engine holds: snapshots, exports, artefacts, what people
// signed.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

class Documents {
 public:
  virtual ~Documents() = default;
  virtual std::string put(const std::string& bytes) = 0;  // to the sha256 hex
  // The bytes with that digest. Errors: kind "state", they are missing or corrupt.
  virtual Result<std::string> get(const std::string& sha256) const = 0;
};

}  // namespace countersign
