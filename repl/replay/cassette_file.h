// A recorded run as a file of its own (docs/formats/cassette.md), for scenarios that play it again.
#pragma once
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/recorded_run.h"

namespace countersign {

using json = nlohmann::json;

// Documents by the name that handles have for them; what is put there is kept by its digest.
class NamedDocuments : public Documents {
 public:
  explicit NamedDocuments(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
  std::string put(const std::string& bytes) override;
  Result<std::string> get(const std::string& name) const override;

 private:
  std::map<std::string, std::string> texts_;
};

struct CassetteFile {
  RecordedRun run;
  std::map<std::string, std::string> documents;
};

// What the recorded script of `run` was answered when `walked` it again, as a cassette. `redact`:
// without telephone numbers and e-mail addresses.
json cassette_of(const RecordedRun& run, const WalkedRun& walked, const std::string& recorded,
                 bool redact);

// Errors (kind "config"): it is no cassette, or of a newer version; which part is not as it should
// be.
Result<CassetteFile> read_cassette(const std::string& path);

}  // namespace countersign
