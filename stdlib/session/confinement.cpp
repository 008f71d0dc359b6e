#include "stdlib/session/confinement.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "stdlib/session/system.h"

namespace countersign {
namespace {

std::optional<std::string> real_path(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (!real) return std::nullopt;
  std::string text = real;
  std::free(real);
  return text;
}

bool below(const std::string& path, const std::string& root) {
  if (path == root || root == "/") return true;
  return path.size() > root.size() && path.compare(0, root.size(), root) == 0 &&
         path[root.size()] == '/';
}

std::string absolute_of(const Configuration& configuration, const std::string& path) {
  const std::string whole = path[0] == '/' ? path : configuration.folder + "/" + path;
  std::string out;
  std::size_t begin = 0;
  while (begin < whole.size()) {
    const std::size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string step = whole.substr(begin, end - begin);
    if (!step.empty() && step != ".") out += "/" + step;
    begin = end + 1;
  }
  return out.empty() ? "/" : out;
}

bool climbs(const std::string& path) {
  return ("/" + path + "/").find("/../") != std::string::npos;
}

struct Declared {
  std::string path;
  bool folder;
};

std::vector<Declared> declared(const Configuration& configuration) {
  const auto& named = configuration.workspace;
  std::vector<Declared> all = {{named.flex_config, true}, {named.serverless, true},
                               {named.dev_logs, true},    {named.incidents, true},
                               {named.registry, false},   {named.doctrine, false}};
  for (const auto& [name, profile] : configuration.profiles)
    for (const System& system : systems())
      for (const Setting& setting : system.settings)
        if (setting.kind == Setting::Kind::file)
          all.push_back({profile.text(key_of(system, setting)), false});
  std::vector<Declared> kept;
  for (const Declared& one : all)
    if (!one.path.empty()) kept.push_back({absolute_of(configuration, one.path), one.folder});
  return kept;
}

// What decides who may do what, and what holds secrets.
std::vector<std::string> guarded(const Configuration& configuration) {
  std::vector<std::string> all = {configuration.path,          configuration.home,
                                  configuration.trust.policy,  configuration.trust.allowed_signers,
                                  configuration.trust.revoked, configuration.user.key};
  all.push_back(configuration.secret_store.folder);
  for (const auto& [name, profile] : configuration.profiles)
    for (const auto& [setting, secret] : profile.secrets) all.push_back(secret.file);
  for (const auto& [name, command] : configuration.commands)
    for (const auto& [variable, secret] : command.secrets) all.push_back(secret.file);
  std::vector<std::string> kept;
  for (const std::string& path : all)
    if (!path.empty()) kept.push_back(absolute_of(configuration, path));
  return kept;
}

std::string real_or_same(const std::string& path) {
  if (const auto real = real_path(path)) return *real;
  return real_location(path).value_or(path);
}

bool is_folder(const std::string& path) {
  struct stat about;
  return ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

Error refused(const std::string& path, const std::string& why, const std::string& hint = "") {
  std::string shown;
  for (const char c : path) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return Error{"refused", "path \"" + shown + "\" " + why, hint};
}

}  // namespace

std::optional<std::string> real_location(const std::string& path) {
  std::size_t cut = path.rfind('/');
  if (cut == std::string::npos) return std::nullopt;
  while (cut > 0) {
    const std::string folder = path.substr(0, cut);
    if (const auto real = real_path(folder)) {
      if (!is_folder(*real)) return std::nullopt;
      return (*real == "/" ? "" : *real) + path.substr(cut);
    }
    struct stat about;
    if (errno != ENOENT || ::lstat(folder.c_str(), &about) == 0) return std::nullopt;
    cut = path.rfind('/', cut - 1);
  }
  return path;
}

bool holds_declared(const Configuration& configuration, const std::string& real) {
  std::vector<std::string> paths = guarded(configuration);
  for (const Declared& one : declared(configuration)) paths.push_back(one.path);
  return std::any_of(paths.begin(), paths.end(),
                     [&](const std::string& path) { return below(real_or_same(path), real); });
}

Result<std::string> confine(const Configuration& configuration, const std::string& path) {
  if (path.empty()) return refused(path, "is empty");
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return refused(path, "holds a control character");
  if (climbs(path)) return refused(path, "holds \"..\"", "name the path without it");

  const std::string asked = absolute_of(configuration, path);
  const std::vector<Declared> roots = declared(configuration);
  std::string real;
  for (const Declared& root : roots)
    if (asked == root.path) real = real_or_same(root.path);  // the operator may declare a link
  if (real.empty()) {
    const auto location = real_location(asked);
    if (!location)
      return refused(path, "has a parent that is not a directory",
                     "links that lead nowhere are refused");
    real = *location;
    struct stat about;
    if (::lstat(real.c_str(), &about) == 0 && S_ISLNK(about.st_mode))
      return refused(path, "is a link", "name the file itself");
  }

  bool inside = false;
  for (const Declared& root : roots) {
    // Below a declared file there is nothing, and no path makes a folder of it.
    const std::string place = real_or_same(root.path);
    inside = inside || real == place || (below(real, place) && (root.folder || is_folder(place)));
  }
  if (!inside)
    return refused(
        path, "is outside the workspace",
        "files are reached only below the folders that [workspace] in countersign.toml declares");
  for (const std::string& root : guarded(configuration))
    if (below(real, real_or_same(root)))
      return refused(path, "is a trust or secret file",
                     "no runbook reads or writes it, wherever it lies");
  std::string lower = real + "/";
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.find("/.git/") != std::string::npos)
    return refused(path, "is inside a repository's .git", "see repository.log");
  if (lower.find("/" + std::string(kTemporaryName)) != std::string::npos)
    return refused(path, "has a reserved name", "name it otherwise");
  return real;
}

}  // namespace countersign
