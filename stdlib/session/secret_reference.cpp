// Opening a secret where its reference says it is.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/whole_file.h"
#include "stdlib/session/configuration.h"
#include "stdlib/session/program.h"

namespace countersign {
namespace {

constexpr std::size_t kLongestSecret = 64 * 1024;
constexpr long kProgramMilliseconds = 30'000;  // long enough for a touch of a hardware key

Result<std::string> whole(std::string secret, const std::string& locator) {
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) return Error{"config", "the secret at " + locator + " is empty"};
  if (secret.find('\0') != std::string::npos || secret.find('\n') != std::string::npos)
    return Error{"config", "the secret at " + locator + " is more than one line",
                 "the place must hold the secret and nothing else"};
  return secret;
}

Result<std::string> open_file(const std::string& path, const std::string& locator) {
  const auto bad = [&](const std::string& why, const std::string& hint) {
    return Error{"config", "the secret file " + path + " " + why, hint};
  };
  // The same descriptor is examined and read: the file cannot be exchanged in between.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (file < 0)
    return bad(errno == ENOENT  ? "does not exist"
               : errno == ELOOP ? "is a symbolic link"
                                : std::string("cannot be opened: ") + std::strerror(errno),
               "check the path in countersign.toml");
  struct stat info {};
  std::string secret;
  std::optional<Error> error;
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
    error = bad("is not a regular file", "");
  } else if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    error = bad("belongs to another user", "chown it to yourself");
  } else if ((info.st_mode & 077) != 0) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%04o", info.st_mode & 07777u);
    error = bad(std::string("can be read by others (mode ") + mode + ")", "chmod 600 " + path);
  } else {
    WholeFile whole = read_whole(file, kLongestSecret);
    if (whole.error == EFBIG)
      error = bad("is over 64 KB, which no secret is", "");
    else if (!whole)
      error = bad(std::string("cannot be read: ") + std::strerror(whole.error), "");
    secret = std::move(whole.bytes);
  }
  ::close(file);
  if (error) return *error;
  return whole(std::move(secret), locator);
}

Result<std::string> open_command(const SecretReference& reference) {
  const std::vector<std::string>& argv = reference.command;
  const std::string locator = "command:" + argv[0];
  const auto run = TRY(run_program(argv, "", kLongestSecret, kProgramMilliseconds, reference.cwd));
  if (run.status != 0)
    return Error{"config",
                 "the program behind " + locator + " ended with status " +
                     std::to_string(run.status) + " instead of printing the secret",
                 "run it by hand: " + argv[0] + " …"};
  return whole(run.output, locator);
}

}  // namespace

std::string SecretReference::locator() const {
  if (!env.empty()) return "env:" + env;
  if (!file.empty()) return "file:" + file;
  if (command.empty()) return "nowhere";
  return "command:" + command[0] + "#" + sha256_hex(canonical(secret_terms(*this))).substr(0, 16);
}

nlohmann::json secret_terms(const SecretReference& reference) {
  if (!reference.env.empty()) return {{"env", reference.env}};
  if (!reference.file.empty()) return {{"file", reference.file}};
  json terms = {{"program", nullptr}};
  if (auto found = helper_terms(reference.command, reference.cwd)) terms = std::move(*found);
  terms.erase("argv");
  terms["command"] = reference.command;
  terms["cwd"] = reference.cwd;
  return terms;
}

Result<std::string> open_secret(const SecretReference& reference) {
  if (!reference.command.empty() && reference.env.empty() && reference.file.empty())
    return open_command(reference);
  const std::string locator = reference.locator();
  if (!reference.env.empty()) {
    const char* value = std::getenv(reference.env.c_str());
    if (!value)
      return Error{"config", "the environment variable " + reference.env + " is not set",
                   "export " + reference.env + "=… before starting countersign"};
    return whole(value, locator);
  }
  if (!reference.file.empty()) return open_file(reference.file, locator);
  return Error{"config", "no place is given for this secret"};
}

}  // namespace countersign
