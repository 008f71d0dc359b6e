#include "approvals/pins.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "approvals/text_file.h"
#include "approvals/trust_difference.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"

namespace countersign {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kVersion = 1;

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
  const json configurations = pins.value("configurations", json::object());
  if (!configurations.is_object()) return false;
  for (const auto& [name, files] : configurations.items()) {
    if (!files.is_object()) return false;
    for (const auto& [role, path] : files.items())
      if (!path.is_string()) return false;
  }
  return pins.value("pending", json::object()).is_object() &&
         pins.value("changes", json::array()).is_array();
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

// Where the configuration names another file than it did: what was accepted under its former name
// counts for the new one, so that naming another file is no way around.
std::string remembered(const json& pins, const TrustPaths& paths, const std::string& role,
                       const std::string& path) {
  const std::string name = pinned_name(path);
  if (paths.configuration.empty()) return name;
  const json known = pins.value("configurations", json::object())
                         .value(pinned_name(paths.configuration), json::object())
                         .value(role, json());
  if (!known.is_string() || !pins["files"].contains(known.get<std::string>())) return name;
  return known.get<std::string>();
}

Error older(const std::string& path) {
  return Error{"refused", "\"" + path + "\" is an older version than the one last accepted",
               "restore the newest version; if going back is meant, add a dated comment to it, so "
               "that it is a new version, and have it signed: countersign trust accept"};
}

Error altered_error(const AlteredFile& file) {
  if (file.superseded) return older(file.path);
  std::string message = "\"" + file.path + "\" is not the version that was accepted";
  if (!file.also.empty()) message += ", which is \"" + file.also + "\"";
  if (file.accepted) message += ": " + changed_summary(*file.accepted, file.now);
  return Error{"refused", message,
               std::string("nothing is signed or applied until it is put back or the change is "
                           "signed: `countersign trust check` shows ") +
                   (file.accepted ? "it" : "the file") +
                   ", `countersign trust accept --reason TEXT` signs it"};
}

bool superseded(const json& pin, const std::string& sha256) {
  const json& earlier = pin.value("earlier", json::array());
  return std::find(earlier.begin(), earlier.end(), sha256) != earlier.end();
}

// Nothing where it is as it was accepted, or was never used.
std::optional<AlteredFile> look_at(const PinsFile& file, const TrustPaths& paths,
                                   const std::string& role, const std::string& path,
                                   const std::string& text) {
  const json& pins = file.pins();
  const std::string known = remembered(pins, paths, role, path);
  const auto pin = pins["files"].find(known);
  const std::string sha256 = sha256_hex(text);
  if (pin == pins["files"].end() || (*pin)["sha256"] == sha256) return std::nullopt;
  return AlteredFile{path, file.text((*pin)["sha256"].get<std::string>()), text,
                     known == pinned_name(path) ? "" : known, superseded(*pin, sha256)};
}

Status check_version(PinsFile& file, const TrustPaths& paths, const std::string& role,
                     const std::string& path, const std::string& text, bool& first) {
  if (const auto altered = look_at(file, paths, role, path, text)) return altered_error(*altered);
  json& pins = file.pins();
  const std::string name = pinned_name(path), known = remembered(pins, paths, role, path);
  first = first || !pins["files"].contains(known);
  if (!pins["files"].contains(known))
    pins["files"][known] = {{"sha256", sha256_hex(text)}, {"earlier", json::array()}};
  // The same bytes under another name.
  if (name != known) pins["files"][name] = pins["files"][known];
  if (!paths.configuration.empty())
    pins["configurations"][pinned_name(paths.configuration)][role] = name;
  return file.put(text);
}

Status check_revocations(json& pins, const TrustPaths& paths, const Trust& trust) {
  json& files = pins["files"];
  const std::string& path = paths.revoked;
  const std::string name = pinned_name(path), known = remembered(pins, paths, "revoked", path);
  json pin = files.value(known, json());
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
  files[name] = std::move(pin);
  if (!paths.configuration.empty())
    pins["configurations"][pinned_name(paths.configuration)]["revoked"] = name;
  return Done{};
}

// The two files that only a signed change may change, and what each is called.
std::vector<std::pair<std::string, std::string>> signed_files(const TrustPaths& paths) {
  return {{"policy", paths.policy}, {"allowed_signers", paths.allowed_signers}};
}

}  // namespace

std::string pinned_name(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::canonical(path, error);
  return error ? path : resolved.string();
}

Result<PinsFile> PinsFile::open(const std::string& home) {
  PinsFile file;
  file.home_ = home;
  const std::string path = home + "/trust.json", lock = home + "/trust.lock";
  if (!make_private_folder(home) || !make_private_file(lock))
    return unusable(path, std::strerror(errno));
  file.lock_ = ::open(lock.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  while (file.lock_ >= 0 && flock(file.lock_, LOCK_EX) != 0)
    if (errno != EINTR) return unusable(path, std::strerror(errno));
  if (file.lock_ < 0) return unusable(path, std::strerror(errno));
  json pins = TRY(read_pins(path));
  file.pins_ = file.saved_ = std::move(pins);
  return file;
}

PinsFile::PinsFile(PinsFile&& other) noexcept
    : home_(std::move(other.home_)),
      lock_(std::exchange(other.lock_, -1)),
      pins_(std::move(other.pins_)),
      saved_(std::move(other.saved_)) {}

PinsFile::~PinsFile() {
  if (lock_ >= 0) close(lock_);
}

Status PinsFile::save() {
  if (pins_ == saved_) return Done{};
  const std::string path = home_ + "/trust.json";
  const auto text = canonicalize(pins_);
  if (!text) return unusable(path, text.error().message);
  if (const Status written = replace_file(path, *text); !written) return written;
  saved_ = pins_;
  return Done{};
}

Status PinsFile::put(const std::string& text) {
  const std::string sha256 = sha256_hex(text);
  if (this->text(sha256)) return Done{};
  if (!make_private_folder(home_ + "/trust"))
    return unusable(home_ + "/trust", std::strerror(errno));
  return replace_file(home_ + "/trust/" + sha256, text);
}

std::optional<std::string> PinsFile::text(const std::string& sha256) const {
  auto kept = read_text_file(home_ + "/trust/" + sha256);
  if (!kept || sha256_hex(*kept) != sha256) return std::nullopt;
  return std::move(*kept);
}

Status TrustPins::check(const Trust& trust, const TrustPaths& paths, bool* first) {
  if (home_.empty()) return Done{};
  PinsFile file = TRY(PinsFile::open(home_));
  if (Status ok = check_revocations(file.pins(), paths, trust); !ok) return ok;
  bool fresh = false;
  if (Status ok = check_version(file, paths, "policy", paths.policy, trust.policy_text, fresh); !ok)
    return ok;
  if (Status ok = check_version(file, paths, "allowed_signers", paths.allowed_signers,
                                trust.signers_text, fresh);
      !ok)
    return ok;
  if (first != nullptr) *first = fresh;
  return file.save();
}

Result<std::vector<AlteredFile>> TrustPins::altered(const TrustPaths& paths) const {
  std::vector<AlteredFile> out;
  if (home_.empty()) return out;
  const PinsFile file = TRY(PinsFile::open(home_));
  for (const auto& [role, path] : signed_files(paths))
    if (const auto text = read_text_file(path))
      if (auto altered = look_at(file, paths, role, path, *text)) out.push_back(*altered);
  return out;
}

Status TrustPins::unaltered(const TrustPaths& paths) const {
  const auto altered = TRY(this->altered(paths));
  if (altered.empty()) return Done{};
  return altered_error(altered.front());
}

Result<AcceptedTrust> TrustPins::accepted(const TrustPaths& paths) const {
  const PinsFile file = TRY(PinsFile::open(home_));
  const json& files = file.pins()["files"];
  AcceptedTrust out;
  for (const auto& [role, path] : signed_files(paths)) {
    const auto pin = files.find(remembered(file.pins(), paths, role, path));
    if (pin == files.end())
      return Error{"refused", "\"" + path + "\" was not used from this state folder yet",
                   "the first run accepts it as it is"};
    const auto text = file.text((*pin)["sha256"].get<std::string>());
    if (!text)
      return Error{
          "refused",
          "the version of \"" + path + "\" that was accepted last is not in " + home_ + "/trust",
          "put the file back as it was; then it is kept there again"};
    (role == "policy" ? out.policy : out.signers) = *text;
  }
  const json revoked =
      files.value(remembered(file.pins(), paths, "revoked", paths.revoked), json::object());
  for (const json& key : revoked.value("keys", json::array()))
    out.revoked.insert(key.get<std::string>());
  return out;
}

}  // namespace countersign
