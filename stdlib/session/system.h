// What a system is: everything outside that runbooks look at and change, in one shape. The session,
// the configuration and the snapshots know systems by this description alone; each has a folder of
// its own, whose system.cpp makes it. stdlib/catalogue.cpp lists them.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

class ProviderSession;
struct Profile;

using json = nlohmann::json;

// One key of the system's table in a profile, [profiles.NAME.SYSTEM].
struct Setting {
  enum class Kind { text, sid, file, secret };  // file: in the workspace; runbooks may reach it
  std::string name;
  // What run.profile, signed facts and messages call it, unique among all systems. It is also its
  // key in a file of the old form, where all settings stand in [profiles.NAME].
  std::string id;
  Kind kind = Kind::text;
  std::string prefix = {};                // of a sid
  std::vector<std::string> choices = {};  // text: only these; the first where nothing is said
  std::string required = {};              // what it is for, where a profile must have it
  bool shown = false;                     // scripts see it in run.profile
  std::string beside = {};                // it means something only where this setting is given
  // secret: which one it is is signed, since nobody can be asked whose it is
  bool pinned = false;
};

// A way to log in. Names are unique among all systems; rows say theirs.
struct CredentialKind {
  std::string name;
  // Lower case; "*.example.com" is any host below it. Sent nowhere else.
  std::vector<std::string> hosts;
  std::string user;             // the user's name as it is, or "{setting}"
  std::string secret;           // the setting that is the password
  std::string called;           // as hints name it: "api_key and api_secret"
  std::string asked_with = {};  // the credential whose account counts, where this one cannot ask
};

// A top-level key of snapshots.
struct SnapshotScope {
  std::string name;
  Result<json> (*read)(ProviderSession&);
  // Part of what is compared of adjacent accounts, without these keys.
  bool adjacent = false;
  std::vector<std::string> not_adjacent = {};
};

// What an answer that is no success says.
struct Refusal {
  long code = 0;  // the provider's own; 0 without one
  std::string message;
  std::string explained = {};  // where the code is explained
};

struct System {
  std::string name;
  std::vector<Setting> settings = {};
  std::vector<CredentialKind> credentials = {};  // the first is the usual one
  std::string identity = {};  // the setting that names the account; empty: it has none
  // Where it is without an endpoint: "https://api.example.com".
  std::string (*origin)(const Profile&) = nullptr;
  // Asks with the credential whose it is. Errors: refused, if it is not the profile's account.
  // Null: no question tells it, and where it is has to do.
  Result<std::string> (*who)(ProviderSession&, const std::string& credential) = nullptr;
  // What stands for "{name}" in the URLs of rows.
  std::vector<std::pair<std::string, std::string (*)(const Profile&)>> url_parts = {};
  std::vector<SnapshotScope> scopes = {};
  std::vector<std::string> volatile_fields = {};
  // Reads a refusal's body, a JSON object.
  Refusal (*refusal)(const json& body) = nullptr;
  // Fields of answers that are secret wherever they stand.
  std::vector<std::string> secret_fields = {};
  // Replaces what else is secret in an answer from `url` by handles.
  void (*redact)(ProviderSession&, const std::string& url, json& answer) = nullptr;
  // What a declared command of the profile may change here: pointers into snapshots.
  std::vector<std::string> (*deployed)(const Call&) = nullptr;
  // What a simulated world says of a profile's secrets: setting to secret.
  json (*simulated_secrets)(const Profile&, const json& world) = nullptr;
  // Settings of the account `sid` of a simulated world, for a profile that nobody wrote.
  void (*simulated_profile)(Profile&, const std::string& sid, const json& world) = nullptr;
  std::vector<Status (*)(Catalogue&)> rows = {};
};

// All systems of this binary, in the order in which they are shown; the first one's account is a
// run's account. Defined by stdlib/catalogue.cpp.
const std::vector<System>& systems();

// The system and the credential of that name; null where there is none.
const System* system_of(const std::string& credential);
const CredentialKind* credential_named(const std::string& credential);
// Whether `credential` may be sent to `host` (lower case, without port). No credential: anywhere.
bool belongs(const std::string& credential, const std::string& host);
// "twilio.account_sid", as a Profile keeps it.
std::string key_of(const System& system, const Setting& setting);
// What is set, or the first of its choices.
std::string value_of(const Profile& profile, const System& system, const Setting& setting);
// The account that the profile names, and where the system is asked.
std::string identity_of(const Profile& profile, const System& system);
std::string origin_of(const Profile& profile, const System& system);
// The system whose account is the run's.
inline const System& own_system() {
  return systems().front();
}

}  // namespace countersign
