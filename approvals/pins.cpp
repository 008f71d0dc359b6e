#include "approvals/pins.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "approvals/text_file.h"
#include "interpreter/canonical.h"
#include "interpreter/durable_file.h"

namespace countersign {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kVersion = 1;

// Held from the reading to the replacing of trust.json, so that two processes do not lose each
// other's revocations.
class Lock {
 public:
  explicit Lock(const std::string& path)
      : fd_(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)) {
    while (fd_ >= 0 && flock(fd_, LOCK_EX) != 0) {
      if (errno == EINTR) continue;
      close(fd_);
      fd_ = -1;
    }
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (fd_ >= 0) close(fd_);
  }
  bool held() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error unusable(const std::string& path, const std::string& why) {
  return Error{"state", "cannot use \"" + path + "\": " + why,
               "it remembers which trust files were accepted; restore it, or check the trust files "
               "by hand and move it away"};
}

bool is_texts(const json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_string(); });
}

bool well_formed(const json& pins) {
  if (!pins.is_object() || pins.value("version", json()) != kVersion || !pins.contains("files") ||
      !pins["files"].is_object())
    return false;
  for (const auto& [path, pin] : pins["files"].items()) {
    if (!pin.is_object() || !pin.contains("sha256") || !pin["sha256"].is_string()) return false;
    if (!is_texts(pin.value("earlier", json::array()))) return false;
    if (!is_texts(pin.value("keys", json::array()))) return false;
  }
  return true;
}

Result<json> read_pins(const std::string& path) {
  std::error_code error;
  const auto status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found)
    return json{{"version", kVersion}, {"files", json::object()}};
  const auto text = read_text_file(path);
  if (!text) return unusable(path, text.error().message);
  auto pins = parse_json(*text);
  if (!pins) return unusable(path, pins.error().message);
  if (!well_formed(*pins)) return unusable(path, "it is not a list of trust files");
  return pins;
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::canonical(path, error);
  return error ? path : resolved.string();
}

Status check_version(json& files, const std::string& path, const std::string& sha256, bool accept) {
  const std::string name = absolute(path);
  if (!files.contains(name)) {
    if (accept) files[name] = {{"sha256", sha256}, {"earlier", json::array()}};
    return Done{};
  }
  json& pin = files[name];
  if (pin["sha256"] == sha256) return Done{};
  json& earlier = pin["earlier"];
  if (std::find(earlier.begin(), earlier.end(), sha256) != earlier.end())
    return Error{
        "refused", "\"" + path + "\" is an older version than the one last accepted",
        "restore the newest version; if going back is meant, add a dated comment to it, so "
        "that it is a new version"};
  if (accept) {
    earlier.push_back(pin["sha256"]);
    pin["sha256"] = sha256;
  }
  return Done{};
}

Status check_revocations(json& files, const std::string& path, const Trust& trust) {
  json& pin = files[absolute(path)];
  if (pin.is_null()) pin = {{"keys", json::array()}};
  const auto& now = trust.revocations.fingerprints;
  for (const json& key : pin["keys"])
    if (now.count(key.get<std::string>()) == 0)
      return Error{
          "refused",
          "the revocation list \"" + path + "\" no longer names the key " + key.get<std::string>(),
          "put the line back: a revocation is never taken away; a person who is to sign "
          "again gets a new key"};
  pin["sha256"] = trust.revoked_sha256;
  pin["keys"] = now;
  return Done{};
}

}  // namespace

Status TrustPins::check(const Trust& trust, const TrustPaths& paths, bool accept) {
  if (home_.empty()) return Done{};
  const std::string path = home_ + "/trust.json";
  if (!make_private_folder(home_) || !make_private_file(home_ + "/trust.lock"))
    return unusable(path, std::strerror(errno));
  const Lock lock(home_ + "/trust.lock");
  if (!lock.held()) return unusable(path, std::strerror(errno));

  const auto pins = read_pins(path);
  if (!pins) return pins.error();
  json next = *pins;
  json& files = next["files"];
  if (Status ok = check_revocations(files, paths.revoked, trust); !ok) return ok;
  if (Status ok = check_version(files, paths.policy, trust.policy_sha256, accept); !ok) return ok;
  if (Status ok = check_version(files, paths.allowed_signers, trust.signers_sha256, accept); !ok)
    return ok;
  if (next == *pins) return Done{};
  const auto text = canonicalize(next);
  if (!text) return unusable(path, text.error().message);
  return replace_file(path, *text);
}

}  // namespace countersign
