#include "stdlib/session/configuration.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "interpreter/catalogue.h"
#include "interpreter/clock.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/times.h"
#include "interpreter/whole_file.h"
#include "stdlib/http/url.h"
#include "stdlib/session/command_environment.h"
#include "stdlib/session/public_keys.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 1u << 20;

// Reads one file. The first thing wrong is kept, later reads go on with empty values: the caller
// looks once, at the end.
class Reader {
 public:
  Reader(std::string file, std::string folder)
      : file_(std::move(file)), folder_(std::move(folder)) {}

  const std::optional<Error>& failure() const { return failure_; }

  void fail(const toml::node& at, const std::string& message, const std::string& hint = {}) {
    fail(at.source().begin, message, hint);
  }
  void fail(const toml::source_position& at, const std::string& message, const std::string& hint) {
    if (failure_) return;
    failure_ = Error{
        "config",
        file_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message,
        hint};
  }

  // Every key of `table` must be one of `known`, or of those that `also` may stand there.
  void keys(const toml::table& table, const std::string& name,
            const std::vector<std::string>& known, const std::vector<std::string>& also = {}) {
    std::vector<std::string> may = known;
    may.insert(may.end(), also.begin(), also.end());
    for (const auto& [key, node] : table) {
      const std::string text(key.str());
      if (std::find(may.begin(), may.end(), text) != may.end()) continue;
      std::string all;
      for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
      fail(key.source().begin, "unknown key \"" + text + "\" in " + name,
           did_you_mean(text, may, "known are: " + all));
    }
  }

  const toml::table* table(const toml::table& in, const std::string& key,
                           const std::string& shown = {}) {
    const toml::node* node = in.get(key);
    if (!node) return nullptr;
    if (!node->is_table())
      fail(*node, "\"" + key + "\" must be a table, " + (shown.empty() ? "[" + key + "]" : shown));
    return node->as_table();
  }

  std::string text(const toml::table& in, const std::string& key) {
    const toml::node* node = in.get(key);
    if (!node) return {};
    if (!node->is_string()) {
      fail(*node, "\"" + key + "\" must be text in quotes");
      return {};
    }
    return node->as_string()->get();
  }

  // A day, as text or as TOML's own date.
  std::string day(const toml::table& in, const std::string& key) {
    const toml::node* node = in.get(key);
    const auto* date = node ? node->as_date() : nullptr;
    if (!date) return text(in, key);
    char written[16];
    std::snprintf(written, sizeof written, "%04d-%02d-%02d", date->get().year, date->get().month,
                  date->get().day);
    return written;
  }

  std::string path(const toml::table& in, const std::string& key) {
    return absolute(text(in, key));
  }

  std::vector<std::string> texts(const toml::table& in, const std::string& key) {
    const toml::node* node = in.get(key);
    return node ? texts(*node, key) : std::vector<std::string>();
  }

  std::vector<std::string> texts(const toml::node& node, const std::string& key) {
    std::vector<std::string> all;
    if (!node.is_array()) {
      fail(node, "\"" + key + "\" must be a list of texts, [\"…\", \"…\"]");
      return all;
    }
    for (const toml::node& one : *node.as_array()) {
      if (!one.is_string()) {
        fail(one, "\"" + key + "\" holds something that is not text");
        return all;
      }
      all.push_back(one.as_string()->get());
    }
    return all;
  }

  std::string sid(const toml::table& in, const std::string& key, const std::string& prefix) {
    const std::string value = text(in, key);
    if (!value.empty() && !is_sid(value, prefix))
      fail(*in.get(key),
           "\"" + key + "\" is not " + prefix + " and 32 hexadecimal digits: \"" + value + "\"");
    return value;
  }

  SecretReference secret(const toml::table& in, const std::string& key) {
    const toml::node* node = in.get(key);
    return node ? secret(*node, key) : SecretReference();
  }

  SecretReference secret(const toml::node& node, const std::string& key) {
    SecretReference reference;
    if (!node.is_table()) {
      fail(node, "\"" + key + "\" stands in the clear",
           "say where it is instead: " + key +
               " = { env = \"VARIABLE\" }, { file = \"PATH\" } or "
               "{ command = [\"pass\", \"show\", \"…\"] }, and revoke the one that stood here");
      return reference;
    }
    const toml::table& in = *node.as_table();
    keys(in, "\"" + key + "\"", {"env", "file", "command"});
    if (in.size() != 1)
      fail(node, "\"" + key + "\" must name exactly one of env, file and command");
    reference.env = text(in, "env");
    reference.file = path(in, "file");
    reference.command = program(texts(in, "command"));
    reference.cwd = folder_;
    if (in.size() == 1 && reference.empty() && !failure_)
      fail(node, "\"" + key + "\" names an empty place");
    return reference;
  }

  // A program's words; one that is named by a path is named by the whole of it.
  std::vector<std::string> program(std::vector<std::string> words) const {
    if (!words.empty() && words[0].find('/') != std::string::npos) words[0] = absolute(words[0]);
    return words;
  }

  const std::string& folder() const { return folder_; }
  const std::string& file() const { return file_; }

  std::string absolute(const std::string& path) const {
    if (path.empty()) return path;
    if (path.find('\0') != std::string::npos) return {};
    if (path.rfind("~/", 0) == 0) {
      const char* home = std::getenv("HOME");
      return home ? (fs::path(home) / path.substr(2)).lexically_normal().string() : path;
    }
    return (fs::path(folder_) / path).lexically_normal().string();
  }

 private:
  std::string file_, folder_;
  std::optional<Error> failure_;
};

// Seconds, as a number or as a duration, up to a day; 0 where it is neither.
long seconds(const toml::node& node) {
  std::optional<Time> value;
  if (const auto* number = node.as_integer()) value = number->get();
  if (const auto* text = node.as_string()) value = parse_duration(text->get());
  return value && *value > 0 && *value <= 86'400 ? static_cast<long>(*value) : 0;
}

// A day of the calendar as TOML writes one: parsed and written again it is the same.
bool is_day(const std::string& text) {
  const auto midnight = parse_time(text + "T00:00:00Z");
  return midnight && iso_time(*midnight) == text + "T00:00:00Z";
}

// Profiles' names stand in file names and in pointers.
bool plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::isalnum(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

// A setting of the old form: where it stands, and the table that it belongs into.
struct Flat {
  toml::source_position at;
  std::string profile, system, written;
};

// What one profile's table is read into.
class ProfileReader {
 public:
  ProfileReader(Reader& reader, const std::string& name, const toml::table& in)
      : reader_(reader), in_(in) {
    profile_.name = name;
  }

  Profile read() {
    const std::string& name = profile_.name;
    reader_.keys(in_, shown(), known(), old_names());
    if (!plain_name(name))
      reader_.fail(in_, "\"" + name + "\" cannot be a profile's name",
                   "use letters, digits, \"-\", \"_\" and \".\", a letter or digit first");
    profile_.environment = reader_.text(in_, "environment");
    if (profile_.environment.empty()) profile_.environment = "production";
    if (profile_.environment != "production" && profile_.environment != "staging" &&
        profile_.environment != "test")
      reader_.fail(*in_.get("environment"), "environment is \"" + profile_.environment +
                                                "\", want production, staging or test");
    profile_.variant = reader_.text(in_, "variant");
    if (profile_.variant.empty()) profile_.variant = "full";
    endpoint(in_);
    for (const System& system : systems()) read(system);
    profile_.adjacent = reader_.texts(in_, "adjacent");
    return std::move(profile_);
  }

  const std::optional<Flat>& flat() const { return flat_; }

 private:
  std::string shown() const { return "[profiles." + profile_.name + "]"; }
  std::string shown(const System& system) const {
    return "[profiles." + profile_.name + "." + system.name + "]";
  }

  static std::vector<std::string> known() {
    std::vector<std::string> keys = {"environment", "variant", "adjacent", "endpoint"};
    for (const System& system : systems()) keys.push_back(system.name);
    return keys;
  }
  static std::vector<std::string> old_names() {
    std::vector<std::string> keys;
    for (const System& system : systems())
      for (const Setting& setting : system.settings) keys.push_back(setting.id);
    return keys;
  }

  void read(const System& system) {
    const toml::table* own = reader_.table(in_, system.name, shown(system));
    if (own) {
      std::vector<std::string> keys;
      for (const Setting& setting : system.settings) keys.push_back(setting.name);
      if (system.origin) keys.push_back("endpoint");
      reader_.keys(*own, shown(system), keys);
      if (system.origin) endpoint(*own);
    }
    for (const Setting& setting : system.settings) {
      const toml::node* old = in_.get(setting.id);
      if (old && own) {
        reader_.fail(old->source().begin,
                     "\"" + setting.id + "\" stands beside " + shown(system) +
                         ", which holds the settings of " + system.name,
                     "move it there, as " + setting.name + " = …");
        return;
      }
      if (old) note(system, setting, *old);
      read(system, setting, own ? *own : in_, own ? setting.name : setting.id);
    }
  }

  void read(const System& system, const Setting& setting, const toml::table& table,
            const std::string& key) {
    const std::string kept = key_of(system, setting);
    if (setting.kind == Setting::Kind::secret) {
      SecretReference reference = reader_.secret(table, key);
      if (!reference.empty()) profile_.secrets[kept] = std::move(reference);
      return;
    }
    if (!table.contains(key) || reader_.text(table, key).empty()) {
      if (!setting.required.empty())
        reader_.fail(table, (&table == &in_ ? shown() : shown(system)) + " has no " + setting.name,
                     "write " + setting.name + " = \"" + setting.prefix + "…\" into " +
                         shown(system) + ": " + setting.required);
      return;
    }
    std::string value = setting.kind == Setting::Kind::sid ? reader_.sid(table, key, setting.prefix)
                                                           : reader_.text(table, key);
    if (!setting.choices.empty() && !value.empty() &&
        std::find(setting.choices.begin(), setting.choices.end(), value) == setting.choices.end()) {
      std::string all;
      for (const std::string& choice : setting.choices)
        all += (all.empty() ? "" : choice == setting.choices.back() ? " or " : ", ") + choice;
      reader_.fail(*table.get(key), key + " is \"" + value + "\", want " + all);
    }
    if (!value.empty()) profile_.texts[kept] = std::move(value);
  }

  // All systems of a profile are served at one place, so that live and simulated do not mix.
  void endpoint(const toml::table& table) {
    std::string said = reader_.text(table, "endpoint");
    if (said.empty()) return;
    while (!said.empty() && said.back() == '/') said.pop_back();
    const auto url = split_url(said);
    if (!url || !is_loopback(url->host) || !url->target.empty())
      reader_.fail(*table.get("endpoint"),
                   "endpoint \"" + said + "\" is not a plain address on this machine",
                   "credentials are sent there, so it must be http://127.0.0.1:PORT; leave it out "
                   "for the providers themselves");
    if (!profile_.endpoint.empty() && profile_.endpoint != said)
      reader_.fail(*table.get("endpoint"),
                   "endpoint \"" + said + "\" is another than the profile's " + profile_.endpoint,
                   "the systems of a profile are served at one place, so that live and simulated "
                   "ones do not mix: give it once, in " +
                       shown());
    profile_.endpoint = said;
  }

  // The first in the file.
  void note(const System& system, const Setting& setting, const toml::node& node) {
    const toml::source_position at = node.source().begin;
    if (flat_ && flat_->at.line <= at.line) return;
    std::string value = "…";
    if (setting.kind == Setting::Kind::secret)
      value = "{ … }";
    else if (const auto* text = node.as_string())
      value = "\"" + text->get() + "\"";
    flat_ = {at, profile_.name, shown(system), setting.name + " = " + value};
  }

  Reader& reader_;
  const toml::table& in_;
  Profile profile_;
  std::optional<Flat> flat_;
};

CommandDeclaration read_command(Reader& reader, const std::string& name, const toml::table& in) {
  reader.keys(in, "[commands." + name + "]",
              {"argv", "cwd", "effect", "inputs", "timeout", "environment", "variables"});
  CommandDeclaration command;
  command.name = name;
  command.argv = reader.texts(in, "argv");
  if (command.argv.empty() || command.argv[0].empty())
    reader.fail(in, "[commands." + name + "] has no argv",
                "write argv = [\"program\", \"argument\"]; no shell reads it");
  command.cwd = reader.absolute(in.contains("cwd") ? reader.text(in, "cwd") : ".");
  command.effect = reader.text(in, "effect");
  if (command.effect.empty()) command.effect = "mutate";
  if (command.effect != "mutate" && command.effect != "read")
    reader.fail(*in.get("effect"), "effect is \"" + command.effect + "\", want mutate or read");
  command.inputs = reader.texts(in, "inputs");
  if (const toml::node* timeout = in.get("timeout")) {
    command.timeout_seconds = seconds(*timeout);
    if (command.timeout_seconds <= 0)
      reader.fail(*timeout,
                  "timeout must be seconds or \"90s\", \"10m\", \"1h30m\", at most a day");
  }
  for (const std::string& variable : reader.texts(in, "variables")) {
    if (!is_variable_name(variable))
      reader.fail(*in.get("variables"), "\"" + variable + "\" is not the name of a variable",
                  "use capital letters, digits and \"_\"");
    else if (is_loader_variable(variable))
      reader.fail(
          *in.get("variables"),
          "\"" + variable + "\" cannot be a runbook's to set: it changes what programs load",
          "set it under [commands." + name + ".environment] yourself");
    command.variables.insert(variable);
  }
  if (const toml::table* environment = reader.table(in, "environment"))
    for (const auto& [key, node] : *environment) {
      const std::string variable(key.str());
      if (node.is_table() || looks_secret(variable))
        command.secrets[variable] = reader.secret(node, variable);
      else
        command.environment[variable] = reader.text(*environment, variable);
    }
  return command;
}

void read_workspace(Reader& reader, const toml::table& in, Configuration& out) {
  reader.keys(in, "[workspace]",
              {"flex_config", "serverless", "registry", "dev_logs", "incidents", "doctrine",
               "repository", "public_keys"});
  out.workspace.flex_config = reader.path(in, "flex_config");
  out.workspace.serverless = reader.path(in, "serverless");
  out.workspace.registry = reader.path(in, "registry");
  out.workspace.dev_logs = reader.path(in, "dev_logs");
  out.workspace.incidents = reader.path(in, "incidents");
  out.workspace.doctrine = reader.path(in, "doctrine");
  out.workspace.repository = reader.path(in, "repository");
  out.public_keys = reader.texts(in, "public_keys");
  for (const std::string& key : out.public_keys)
    if (looks_secret(key))
      reader.fail(*in.get("public_keys"), "\"" + key + "\" cannot be public: it names a secret");
}

void read_drift(Reader& reader, const toml::table& in, Configuration& out) {
  reader.keys(in, "[drift]", {"known"});
  const toml::node* all = in.get("known");
  if (!all) return;
  if (!all->is_array())
    return reader.fail(*all, "\"known\" must be a list of tables, [[drift.known]]");
  for (const toml::node& node : *all->as_array()) {
    const toml::table* one = node.as_table();
    if (!one) return reader.fail(node, "an entry of \"known\" must be a table, [[drift.known]]");
    reader.keys(*one, "[[drift.known]]", {"path", "profile", "reason", "owner", "until"});
    const KnownDrift known{reader.text(*one, "path"), reader.text(*one, "profile"),
                           reader.text(*one, "reason"), reader.text(*one, "owner"),
                           reader.day(*one, "until")};
    for (const auto& [key, value] : {std::pair{"path", &known.path},
                                     {"reason", &known.reason},
                                     {"owner", &known.owner},
                                     {"until", &known.until}})
      if (value->empty())
        reader.fail(node, "[[drift.known]] has no " + std::string(key),
                    "say which path, why, who answers for it, and until which day");
    if (!known.path.empty() && known.path[0] != '/')
      reader.fail(node, "path \"" + known.path + "\" is not a JSON pointer",
                  "write it as `countersign drift` shows it: /custom_data/…");
    if (!known.until.empty() && !is_day(known.until))
      reader.fail(node, "until \"" + known.until + "\" is not a day", "write it as 2027-01-31");
    out.known_drift.push_back(known);
  }
}

// A profile that is named has to be there.
void check_known_drift(Reader& reader, const toml::table& root, const Configuration& read) {
  std::vector<std::string> names;
  for (const auto& [name, profile] : read.profiles) names.push_back(name);
  for (std::size_t i = 0; i < read.known_drift.size(); ++i) {
    const std::string& profile = read.known_drift[i].profile;
    if (!profile.empty() && read.profiles.count(profile) == 0)
      reader.fail(*root["drift"]["known"][i]["profile"].node(),
                  "profile \"" + profile + "\" is not in this file",
                  did_you_mean(profile, names, "take the name out where it holds for all"));
  }
}

void read_notify(Reader& reader, const toml::table& in, Configuration& out) {
  reader.keys(in, "[notify]", {"sendmail", "from", "webhook", "webhook_hosts"});
  if (in.contains("sendmail")) out.notify.sendmail = reader.program(reader.texts(in, "sendmail"));
  out.notify.cwd = reader.folder();
  out.notify.from = reader.text(in, "from");
  if (const toml::node* hook = in.get("webhook"); hook != nullptr && hook->is_table())
    out.notify.webhook_secret = reader.secret(*hook, "webhook");
  else
    out.notify.webhook = reader.text(in, "webhook");
  out.notify.webhook_hosts = reader.texts(in, "webhook_hosts");
  if (!out.notify.sendmail.empty() && out.notify.from.empty())
    reader.fail(in, "[notify] has sendmail and no from", "from = \"countersign@example.com\"");
  if (!out.notify.webhook.empty()) {
    const auto url = split_url(out.notify.webhook);
    if (!url || (url->scheme != "https" && !(url->scheme == "http" && is_loopback(url->host))))
      reader.fail(*in.get("webhook"), "webhook must be an https:// URL, or one of this machine");
  }
}

void read_all(Reader& reader, const toml::table& root, Configuration& out) {
  reader.keys(root, "the file",
              {"state", "trust", "workspace", "profiles", "commands", "operator", "secret_store",
               "drift", "notify"});
  if (const auto* in = reader.table(root, "notify")) read_notify(reader, *in, out);
  if (const auto* in = reader.table(root, "state")) {
    reader.keys(*in, "[state]", {"home"});
    out.home = reader.path(*in, "home");
  }
  if (const auto* in = reader.table(root, "trust")) {
    reader.keys(*in, "[trust]", {"allowed_signers", "revoked", "policy"});
    out.trust.allowed_signers = reader.path(*in, "allowed_signers");
    out.trust.revoked = reader.path(*in, "revoked");
    out.trust.policy = reader.path(*in, "policy");
  }
  if (const auto* in = reader.table(root, "workspace")) read_workspace(reader, *in, out);
  if (const auto* in = reader.table(root, "operator")) {
    reader.keys(*in, "[operator]", {"principal", "key"});
    out.user.principal = reader.text(*in, "principal");
    out.user.key = reader.path(*in, "key");
  }
  if (const auto* in = reader.table(root, "secret_store")) {
    reader.keys(*in, "[secret_store]", {"folder", "command"});
    out.secret_store.folder = reader.path(*in, "folder");
    out.secret_store.command = reader.program(reader.texts(*in, "command"));
    out.secret_store.cwd = reader.folder();
    if (out.secret_store.folder.empty() == out.secret_store.command.empty())
      reader.fail(*in, "[secret_store] must name either a folder or a command");
  }
  if (const auto* in = reader.table(root, "drift")) read_drift(reader, *in, out);
  std::optional<Flat> first;
  if (const auto* in = reader.table(root, "profiles"))
    for (const auto& [key, node] : *in) {
      const std::string name(key.str());
      if (const auto* one = node.as_table()) {
        ProfileReader profile(reader, name, *one);
        out.profiles[name] = profile.read();
        if (profile.flat() && (!first || profile.flat()->at.line < first->at.line))
          first = profile.flat();
      } else
        reader.fail(node, "profile \"" + name + "\" must be a table, [profiles." + name + "]");
    }
  if (first)
    out.old_form = reader.file() + ":" + std::to_string(first->at.line) + ": profile \"" +
                   first->profile +
                   "\" is written in the old form, which is still read; each system has a table "
                   "now: " +
                   first->system + " " + first->written;
  if (const auto* in = reader.table(root, "commands"))
    for (const auto& [key, node] : *in) {
      const std::string name(key.str());
      if (const auto* one = node.as_table())
        out.commands[name] = read_command(reader, name, *one);
      else
        reader.fail(node, "command \"" + name + "\" must be a table, [commands." + name + "]");
    }
}

// Adjacent profiles must exist, and no profile is its own neighbour.
void check_adjacent(Reader& reader, const toml::table& root, const Configuration& read) {
  std::vector<std::string> names;
  for (const auto& [name, profile] : read.profiles) names.push_back(name);
  for (const auto& [name, profile] : read.profiles)
    for (const std::string& neighbour : profile.adjacent) {
      const toml::node* at = root["profiles"][name]["adjacent"].node();
      if (neighbour == name) {
        reader.fail(*at, "profile \"" + name + "\" cannot be adjacent to itself");
      } else if (!read.profiles.count(neighbour)) {
        reader.fail(*at, "adjacent profile \"" + neighbour + "\" is not in this file",
                    did_you_mean(neighbour, names,
                                 "add [profiles." + neighbour + "], or take the name out"));
      }
    }
}

}  // namespace

const std::string& Profile::text(const std::string& setting) const {
  static const std::string none;
  const auto at = texts.find(setting);
  return at == texts.end() ? none : at->second;
}

const SecretReference& Profile::secret(const std::string& setting) const {
  static const SecretReference none;
  const auto at = secrets.find(setting);
  return at == secrets.end() ? none : at->second;
}

bool Profile::has(const std::string& system) const {
  const auto of = [&](const auto& settings) {
    const auto at = settings.lower_bound(system + ".");
    return at != settings.end() && at->first.rfind(system + ".", 0) == 0;
  };
  return of(texts) || of(secrets);
}

FileStamp stamp_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size),
          info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec};
}

Result<Configuration> read_configuration(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  if (!fs::is_regular_file(absolute, error))
    return Error{"config", "there is no configuration file \"" + path + "\"",
                 "`countersign init` writes one to start from"};
  if (fs::file_size(absolute, error) > kLargestFile)
    return Error{"config", "\"" + path + "\" is over 1 MB, which no configuration is"};
  Configuration out;
  out.stamp = stamp_of(absolute.string());
  const WholeFile file = read_whole(absolute.string());
  if (!file) return Error{"config", "\"" + path + "\" cannot be read", "check who may read it"};

  // TOML knows none, and the parser does not expect one where a name begins.
  for (const unsigned char c : file.bytes)
    if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7F)
      return Error{"config", "\"" + path + "\" is not valid TOML: it holds a control character",
                   "see https://toml.io for the form of the file"};
  out.path = absolute.string();
  out.folder = absolute.parent_path().string();
  Reader reader(path, out.folder);
  const toml::parse_result parsed = toml::parse(std::string_view(file.bytes), path);
  if (!parsed) {
    reader.fail(parsed.error().source().begin, std::string(parsed.error().description()),
                "see https://toml.io for the form of the file");
    return *reader.failure();
  }
  read_all(reader, parsed.table(), out);
  if (!reader.failure()) check_adjacent(reader, parsed.table(), out);
  if (!reader.failure()) check_known_drift(reader, parsed.table(), out);
  if (reader.failure()) return *reader.failure();
  return out;
}

}  // namespace countersign
