#include "stdlib/session/command_environment.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "stdlib/session/program_identity.h"

namespace countersign {
namespace {

// How variables of loaders, interpreters, build tools and resolvers begin.
constexpr const char* kBegins[] = {
    "LD_",         "DYLD_",   "GLIBC_",   "MALLOC_",    "GCONV_",     "NLSPATH",     "LOCPATH",
    "OPENSSL_",    "SSL",     "GNUTLS_",  "CURL_",      "REQUESTS_",  "XDG_",        "GIT_",
    "SSH_",        "GPG_",    "GNUPG",    "NODE_",      "NPM_",       "YARN_",       "PNPM_",
    "DENO_",       "BUN_",    "TS_NODE",  "PYTHON",     "PIP_",       "VIRTUAL_ENV", "CONDA_",
    "PERL",        "RUBY",    "GEM_",     "BUNDLE_",    "PHP",        "LUA_",        "TCLLIB",
    "GUILE_",      "JAVA_",   "JDK_",     "_JAVA",      "MAVEN_",     "GRADLE_",     "CLASSPATH",
    "DOTNET_",     "COR_",    "CORECLR_", "GOFLAGS",    "GOPATH",     "GOROOT",      "GOPROXY",
    "CARGO_",      "RUSTC",   "RUSTUP_",  "MAKEF",      "MFLAGS",     "CMAKE_",      "BASH",
    "ZDOTDIR",     "FPATH",   "LESSOPEN", "LESSCLOSE",  "LESSKEY",    "MANP",        "TERMINFO",
    "TERMCAP",     "DOCKER_", "KUBE",     "AWS_CONFIG", "AWS_SHARED", "RES_OPTIONS", "LOCALDOMAIN",
    "HOSTALIASES", "RESOLV_", "TZDIR"};
constexpr const char* kNames[] = {"PATH",
                                  "HOME",
                                  "SHELL",
                                  "ENV",
                                  "IFS",
                                  "CDPATH",
                                  "PWD",
                                  "OLDPWD",
                                  "TMPDIR",
                                  "TMP",
                                  "TEMP",
                                  "PS4",
                                  "EDITOR",
                                  "VISUAL",
                                  "PAGER",
                                  "BROWSER",
                                  "PROMPT_COMMAND",
                                  "INPUTRC",
                                  "SHELLOPTS",
                                  "HISTFILE",
                                  "DISPLAY",
                                  "NETRC",
                                  "WGETRC",
                                  "VIMINIT",
                                  "EXINIT",
                                  "DBUS_SESSION_BUS_ADDRESS"};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

bool is_variable_name(const std::string& name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
}

bool is_loader_variable(const std::string& name) {
  if (name == "NODE_ENV") return false;  // says which environment it is, and loads nothing
  return std::any_of(std::begin(kBegins), std::end(kBegins),
                     [&](const char* begin) { return name.rfind(begin, 0) == 0; }) ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         ends_with(name, "_PROXY") || ends_with(name, "_PRELOAD") || ends_with(name, "_OPTS") ||
         ends_with(name, "LIBRARY_PATH");
}

const std::map<std::string, std::string>& quiet_git() {
  static const std::map<std::string, std::string> quiet = {
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_CONFIG_GLOBAL", "/dev/null"},
      {"GIT_OPTIONAL_LOCKS", "0"},
      {"GIT_TERMINAL_PROMPT", "0"},
      {"GIT_NO_LAZY_FETCH", "1"},
      {"GIT_ALLOW_PROTOCOL", "none"},  // objects that are missing are not fetched by any helper
      {"GIT_PAGER", "cat"},
      {"GIT_EDITOR", "false"},
      {"GIT_CONFIG_COUNT", "3"},
      {"GIT_CONFIG_KEY_0", "core.fsmonitor"},
      {"GIT_CONFIG_VALUE_0", "false"},
      {"GIT_CONFIG_KEY_1", "core.hooksPath"},
      {"GIT_CONFIG_VALUE_1", "/dev/null"},
      {"GIT_CONFIG_KEY_2", "log.showSignature"},
      {"GIT_CONFIG_VALUE_2", "false"},
  };
  return quiet;
}

std::map<std::string, std::string> declared_environment(const CommandDeclaration& command) {
  std::map<std::string, std::string> all = {{"PATH", kProgramPath},
                                            {"LANG", "C.UTF-8"},
                                            {"HOME", ""},
                                            {"GIT_CONFIG_NOSYSTEM", "1"},
                                            {"GIT_CONFIG_GLOBAL", "/dev/null"}};
  if (command.effect == "read")
    for (const auto& [name, value] : quiet_git()) all[name] = value;
  for (const auto& [name, value] : command.environment) all[name] = value;
  return all;
}

PrivateFolder::PrivateFolder() {
  std::error_code bad;
  path_ = (std::filesystem::temp_directory_path(bad) / "countersign-XXXXXX").string();
  if (bad || ::mkdtemp(path_.data()) == nullptr) path_.clear();
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace countersign
