// Answers of providers kept in a file, for a scenario that is to play them again:
//
//   {"type": "countersign-cassette", "version": 1, "profile", "account", "recorded",
//    "answers": [{"operation", "arguments", "value" | "error"}]}
//
// Secrets are gone from what it is handed. The file is 0600: it holds whom a client called.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"

namespace countersign {

class Cassette {
 public:
  // Errors (kind "usage"): there is such a file already, or it cannot be made.
  static Result<Cassette> start(const std::string& path, nlohmann::json about);

  void add(const std::string& operation, nlohmann::json arguments,
           const Result<nlohmann::json>& answer);
  // Writes what was added. Errors (kind "usage"): no space, gone.
  Status keep();
  const std::string& path() const { return path_; }
  std::size_t size() const { return document_["answers"].size(); }

 private:
  Cassette(std::string path, nlohmann::json document)
      : path_(std::move(path)), document_(std::move(document)) {}
  std::string path_;
  nlohmann::json document_;
  bool fresh_ = false;
};

// Makes a file that is not there yet. Errors (kind "usage"): it is there, or cannot be made.
Status write_new_file(const std::string& path, const std::string& text);

}  // namespace countersign
