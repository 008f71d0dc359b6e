#include "stdlib/session/secret_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "interpreter/descriptor.h"
#include "interpreter/difference.h"
#include "interpreter/durable_file.h"
#include "stdlib/session/program.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

constexpr long kProgramMilliseconds = 60'000;

Error unusable(const std::string& what) {
  return Error{"state", "the secret store: " + what, "see [secret_store] in countersign.toml"};
}

std::string last_error() {
  return std::strerror(errno);
}

bool synced_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && ::fsync(folder.get()) == 0;
}

Result<std::string> into_folder(const std::string& folder, const std::string& name,
                                const std::string& secret) {
  if (::mkdir(folder.c_str(), 0700) == 0) {
    // A power cut must not take the folder away with the key in it.
    const std::string parent = folder.substr(0, folder.rfind('/') + 1);
    if (!synced_folder(parent.empty() ? "." : parent))
      return unusable("the folder of " + folder + " cannot be synced: " + last_error());
  } else if (errno != EEXIST) {
    return unusable(folder + " cannot be made: " + last_error());
  }
  const std::string path = folder + "/" + name;
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return unusable(path + " cannot be made: " + last_error());
  if (!write_synced(file.get(), secret + "\n"))
    return unusable(path + " cannot be written: " + last_error());
  if (!synced_folder(folder)) return unusable(folder + " cannot be synced: " + last_error());
  return "file:" + path;
}

// A folder that is there, or one that can be made in its parent.
bool writable(const std::string& folder) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) == 0)
    return S_ISDIR(info.st_mode) && ::access(folder.c_str(), W_OK | X_OK) == 0;
  const std::string parent = folder.substr(0, folder.rfind('/'));
  return errno == ENOENT && ::access(parent.empty() ? "/" : parent.c_str(), W_OK | X_OK) == 0;
}

bool plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' && name[0] != '-' && name.size() <= 200 &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string::npos;
}

}  // namespace

Status secret_store_there(ProviderSession& session) {
  const SecretStore& store = session.workspace().configuration().secret_store;
  if (!store.folder.empty() && !writable(store.folder))
    return Error{"refused",
                 "the secret store " + store.folder + " is no folder that can be written to",
                 "make it, mode 0700: a new key is shown only once"};
  if (!store.command.empty())
    if (const auto terms = helper_terms(store.command, store.cwd); !terms)
      return Error{"refused", "the secret store cannot be used: " + terms.error().message,
                   "check command under [secret_store]: a new key is shown only once"};
  if (!store.empty()) return Done{};
  return Error{"refused", "there is no secret store, and a new key is shown only once",
               "add [secret_store] with a folder or a command to countersign.toml"};
}

json secret_store_terms(const Configuration& configuration) {
  const SecretStore& store = configuration.secret_store;
  if (!store.folder.empty()) return {{"folder", store.folder}};
  if (store.command.empty()) return json::object();
  json terms = {{"program", nullptr}};
  if (auto found = helper_terms(store.command, store.cwd)) terms = std::move(*found);
  terms.erase("argv");
  terms["command"] = store.command;
  terms["cwd"] = store.cwd;
  return terms;
}

Result<std::string> store_secret(const SecretStore& store, const std::string& name,
                                 const std::string& secret) {
  if (!plain_name(name)) return unusable("\"" + name + "\" cannot be a name in it");
  if (!store.folder.empty()) return into_folder(store.folder, name, secret);
  if (store.command.empty()) return unusable("none is configured");
  std::vector<std::string> argv = store.command;
  argv.push_back(name);
  const auto run =
      TRY(run_program(argv, secret + "\n", 64 * 1024, kProgramMilliseconds, store.cwd));
  if (run.status != 0)
    return unusable("its program ended with status " + std::to_string(run.status));
  return "command:" + argv[0] + " " + name;
}

void know_configured_secrets(const Configuration& configuration, Vault& vault) {
  for (const auto& [name, profile] : configuration.profiles)
    for (const System& system : systems())
      for (const Setting& setting : system.settings) {
        const SecretReference& reference = profile.secret(key_of(system, setting));
        if (reference.empty() || !reference.command.empty()) continue;
        if (const Result<std::string> secret = open_secret(reference))
          vault.know("profile:" + name + "." + setting.id, *secret);
      }
}

void hold_stored_secrets(const SecretStore& store, const std::string& profile, Vault& vault) {
  if (store.folder.empty()) return;
  std::error_code bad;
  for (const auto& entry : std::filesystem::directory_iterator(store.folder, bad)) {
    const std::string name = entry.path().filename().string();
    if (name.find("-" + profile + "-") == std::string::npos || !plain_name(name)) continue;
    SecretReference place;
    place.file = entry.path().string();
    if (const auto secret = open_secret(place)) vault.hold("stored:" + name, *secret);
  }
}

Result<json> with_stored_secret(ProviderSession& session, json made, const std::string& provider,
                                const std::string& id, const std::string& secret) {
  const json handle = at_pointer(made, secret);
  const json name = at_pointer(made, id);
  const std::string known = name.is_string() ? name.get<std::string>() : "unknown";
  const auto lost = [&](const std::string& why) {
    return Error{"in_doubt",
                 "the key " + known + " was made, but its secret could not be kept: " + why,
                 "revoke " + known + " and make another under a new decision"};
  };
  const auto opened = session.vault().open(handle);
  if (!opened) return lost(opened.error().message);
  const std::string kept = provider + "-" + session.profile().name + "-" + known;
  const auto place = store_secret(session.workspace().configuration().secret_store, kept, *opened);
  if (!place) return lost(place.error().message);
  made["stored"] = *place;
  made[json::json_pointer(secret)] = session.vault().hold("stored:" + kept, *opened);
  return made;
}

}  // namespace countersign
