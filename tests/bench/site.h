// A folder to measure in, with simulated providers as a process of their own.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign {

std::string text_of(const std::filesystem::path& path);

class Site {
 public:
  Site();
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  void write(const std::string& name, const std::string& text,
             std::filesystem::perms mode = std::filesystem::perms::owner_read |
                                           std::filesystem::perms::owner_write) const;
  // Keys of these people in keys/, and allowed_signers and revoked that know them, as
  // NAME@connie.example.
  void people(const std::vector<std::string>& names) const;
  // Starts the providers; `more`: further words of `countersign sim`.
  void simulate(const std::string& binary, const nlohmann::json& world,
                const std::vector<std::string>& more = {});
  std::string endpoint() const { return "http://127.0.0.1:" + port_; }
  // `text` with the providers' port for PORT.
  std::string with_port(std::string text) const;

  // How long it takes; `wanted`: the exit code that says it did what it should. `out`: its stdout.
  double took(const std::vector<std::string>& argv, int wanted, std::string* out = nullptr) const;
  // Every request so far, in order.
  nlohmann::json requests() const;

  std::filesystem::path folder;

 private:
  std::string port_;
  pid_t simulator_ = 0;
};

}  // namespace countersign
