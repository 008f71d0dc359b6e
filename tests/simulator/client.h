// A client that sees what happens on the socket: resets, refusals and bodies that end too early.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  std::string failure;  // "", or "refused", "reset", "closed", "truncated"
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string text;
  nlohmann::json body;  // discarded where the text is no JSON

  // "200", "404 20404" or the failure: what most tests look at.
  std::string verdict() const;
  const nlohmann::json& operator[](const char* key) const { return body.at(key); }
};

class Client {
 public:
  explicit Client(int port, std::string user = "", std::string password = "")
      : port_(port), user_(std::move(user)), password_(std::move(password)) {}

  Answer get(const std::string& path, const Pairs& headers = {}) const;
  Answer del(const std::string& path, const Pairs& headers = {}) const;
  Answer put(const std::string& path) const;
  Answer post(const std::string& path, const Pairs& form, const Pairs& headers = {}) const;
  Answer post_json(const std::string& path, const nlohmann::json& body) const;
  Answer send(const std::string& method, const std::string& path, const std::string& body,
              Pairs headers) const;

  // Writes `bytes` as they are and reads until the peer closes.
  std::string exchange(const std::string& bytes, std::string& failure) const;

 private:
  int port_;
  std::string user_, password_;
};

std::string encoded(const std::string& text);
