#include "stdlib/configuration.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "interpreter/catalogue.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/times.h"
#include "interpreter/whole_file.h"
#include "stdlib/command_environment.h"
#include "stdlib/public_keys.h"
#include "stdlib/url.h"

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

  // Every key of `table` must be one of `known`.
  void keys(const toml::table& table, const std::string& name,
            const std::vector<std::string>& known) {
    for (const auto& [key, node] : table) {
      const std::string text(key.str());
      if (std::find(known.begin(), known.end(), text) != known.end()) continue;
      std::string all;
      for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
      fail(key.source().begin, "unknown key \"" + text + "\" in " + name,
           did_you_mean(text, known, "known are: " + all));
    }
  }

  const toml::table* table(const toml::table& in, const std::string& key) {
    const toml::node* node = in.get(key);
    if (!node) return nullptr;
    if (!node->is_table()) fail(*node, "\"" + key + "\" must be a table, [" + key + "]");
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

// Profiles' names stand in file names and in pointers.
bool plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::isalnum(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

Profile read_profile(Reader& reader, const std::string& name, const toml::table& in) {
  reader.keys(
      in, "[profiles." + name + "]",
      {"account_sid", "api_key", "api_secret", "auth_token", "workspace_sid", "environment",
       "variant", "mailgun_domain", "mailgun_region", "mailgun_account_key", "mailgun_sending_key",
       "phone_number", "env_file", "serverless_domain", "endpoint", "adjacent"});
  Profile profile;
  profile.name = name;
  if (!plain_name(name))
    reader.fail(in, "\"" + name + "\" cannot be a profile's name",
                "use letters, digits, \"-\", \"_\" and \".\", a letter or digit first");
  if (!in.contains("account_sid"))
    reader.fail(in, "[profiles." + name + "] has no account_sid",
                "write account_sid = \"AC…\": the account that its credentials must belong to");
  profile.account_sid = reader.sid(in, "account_sid", "AC");
  profile.api_key = reader.sid(in, "api_key", "SK");
  profile.workspace_sid = reader.sid(in, "workspace_sid", "WS");
  profile.environment = reader.text(in, "environment");
  if (profile.environment.empty()) profile.environment = "production";
  if (profile.environment != "production" && profile.environment != "staging" &&
      profile.environment != "test")
    reader.fail(*in.get("environment"),
                "environment is \"" + profile.environment + "\", want production, staging or test");
  profile.variant = reader.text(in, "variant");
  if (profile.variant.empty()) profile.variant = "full";
  profile.mailgun_domain = reader.text(in, "mailgun_domain");
  profile.mailgun_region = reader.text(in, "mailgun_region");
  if (profile.mailgun_region.empty()) profile.mailgun_region = "us";
  if (profile.mailgun_region != "us" && profile.mailgun_region != "eu")
    reader.fail(*in.get("mailgun_region"),
                "mailgun_region is \"" + profile.mailgun_region + "\", want us or eu");
  profile.phone_number = reader.text(in, "phone_number");
  profile.env_file = reader.text(in, "env_file");
  profile.serverless_domain = reader.text(in, "serverless_domain");
  profile.api_secret = reader.secret(in, "api_secret");
  profile.auth_token = reader.secret(in, "auth_token");
  profile.mailgun_account_key = reader.secret(in, "mailgun_account_key");
  profile.mailgun_sending_key = reader.secret(in, "mailgun_sending_key");
  profile.endpoint = reader.text(in, "endpoint");
  while (!profile.endpoint.empty() && profile.endpoint.back() == '/') profile.endpoint.pop_back();
  if (!profile.endpoint.empty()) {
    const auto url = split_url(profile.endpoint);
    if (!url || !is_loopback(url->host) || !url->target.empty())
      reader.fail(*in.get("endpoint"),
                  "endpoint \"" + profile.endpoint + "\" is not a plain address on this machine",
                  "credentials are sent there, so it must be http://127.0.0.1:PORT; leave it out "
                  "for the providers themselves");
  }
  profile.adjacent = reader.texts(in, "adjacent");
  return profile;
}

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

void read_all(Reader& reader, const toml::table& root, Configuration& out) {
  reader.keys(root, "the file",
              {"state", "trust", "workspace", "profiles", "commands", "operator", "secret_store"});
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
  if (const auto* in = reader.table(root, "profiles"))
    for (const auto& [key, node] : *in) {
      const std::string name(key.str());
      if (const auto* one = node.as_table())
        out.profiles[name] = read_profile(reader, name, *one);
      else
        reader.fail(node, "profile \"" + name + "\" must be a table, [profiles." + name + "]");
    }
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
  if (reader.failure()) return *reader.failure();
  return out;
}

}  // namespace countersign
