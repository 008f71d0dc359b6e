// countersign.toml, read once: profiles, workspace, trust, commands, operator. No secret stands in
// it in the clear; each is a reference that is opened when a carrier first needs it.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

// Where a secret is: exactly one of the three.
struct SecretReference {
  std::string env;                   // the name of an environment variable
  std::string file;                  // a file of mode 0600 (or stricter) that holds only the secret
  std::vector<std::string> command;  // a program that prints it; no shell
  std::string cwd = {};              // of the program; empty: "/"
  bool empty() const { return env.empty() && file.empty() && command.empty(); }
  // "env:NAME" "file:PATH" "command:pass#DIGEST", the digest that of `secret_terms`.
  std::string locator() const;
};

// All that decides which secret a reference means: {"env"}, {"file"}, or {"command": all words,
// "program", "interpreter", "files", "cwd", "environment"}; see program_sources. "program" is null
// where there is none.
nlohmann::json secret_terms(const SecretReference& reference);

// Opens a reference. A program is found and run as stdlib/session/program.h says. Errors (kind
// "config"): unset variable, a file that others can read (say chmod 600), a program that fails, an
// empty secret.
Result<std::string> open_secret(const SecretReference& reference);

// A named account of each of the systems that make it up.
struct Profile {
  std::string name;
  std::string environment;  // "production" "staging" "test"
  std::string variant;      // "full" where not said
  std::string endpoint;     // of all its systems; empty: the providers themselves
  std::vector<std::string> adjacent;
  // The systems' settings (session/system.h), by "twilio.account_sid".
  std::map<std::string, std::string> texts;
  std::map<std::string, SecretReference> secrets;

  // "" and the empty reference where nothing is set.
  const std::string& text(const std::string& setting) const;
  const SecretReference& secret(const std::string& setting) const;
  // Whether it has any setting of that system.
  bool has(const std::string& system) const;
};

struct CommandDeclaration {
  std::string name;
  std::vector<std::string> argv;
  std::string cwd, effect;          // effect: "mutate" (default) or "read"
  std::vector<std::string> inputs;  // globs below cwd
  long timeout_seconds = 600;
  std::map<std::string, SecretReference> secrets;  // environment from references
  std::map<std::string, std::string> environment;  // environment in the clear
  std::set<std::string> variables;                 // names that a runbook may set besides
};

// Where a key goes that a provider shows only once. Neither set: rows that make such keys refuse.
struct SecretStore {
  std::string folder;                // absolute; one file of mode 0600 per key
  std::vector<std::string> command;  // gets the key's name as last argument, the secret on stdin
  std::string cwd = {};              // of the program; empty: "/"
  bool empty() const { return folder.empty() && command.empty(); }
};

// How people are told that something waits for them. None of it is a profile's, and no script
// reaches it.
struct Notify {
  std::vector<std::string> sendmail;    // gets a message on stdin and reads from it whom it goes to
  std::string cwd = {};                 // of the program
  std::string from;                     // the sender's address
  std::string webhook;                  // where is posted to, where it stands in the clear
  SecretReference webhook_secret = {};  // or where it is kept: many such URLs are a password
  std::vector<std::string> webhook_hosts;  // that `--webhook URL` may name besides
};

// Which bytes a file had: read again where it differs.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::string& path);

// A difference that is known, and not to be acted on until a day is over: [[drift.known]].
struct KnownDrift {
  std::string path;     // a JSON pointer: it, and what is below
  std::string profile;  // empty: every one
  std::string reason, owner;
  std::string until;  // the last day it holds, "2027-01-31", in UTC
};

struct Configuration {
  FileStamp stamp;  // taken before it was read
  // One sentence where a profile is written in the old form, without tables for its systems: which
  // setting is the first, and how it is written now. Empty where none is.
  std::string old_form;
  // Of countersign.toml, absolute; relative paths in it are relative to folder.
  std::string path, folder;
  std::string home;  // [state].home, absolute; empty: the default
  struct {
    std::string allowed_signers, revoked, policy;
  } trust;  // absolute, empty if not said
  // All absolute.
  struct {
    std::string flex_config, serverless, registry, dev_logs, incidents, doctrine, repository;
  } workspace;
  // [workspace].public_keys: environment keys whose values may be shown (see
  // stdlib/session/public_keys.h).
  std::vector<std::string> public_keys;
  SecretStore secret_store;
  std::vector<KnownDrift> known_drift;
  Notify notify;
  std::map<std::string, Profile> profiles;
  std::map<std::string, CommandDeclaration> commands;
  // The declared commands that the policy lets run with effect "read"; asked before each start.
  // Unset: none. Whoever reads the configuration sets it, as the policy is not ours to read.
  std::function<Result<std::set<std::string>>()> reading_commands;
  struct {
    std::string principal, key;
  } user;  // [operator]: who asks, and the path of the SSH key
};

// Errors (kind "config", with file:line:column): not TOML, unknown keys (with "did you mean"), a
// secret in the clear, a profile without what its systems require, a setting of another form than
// its system describes, one system's settings inside and outside of its table, two endpoints in one
// profile, an adjacent profile that is not there.
Result<Configuration> read_configuration(const std::string& path);

}  // namespace countersign
