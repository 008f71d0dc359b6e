// A workspace on disk with a session over it: folders, a profile "acme", and a provider that
// answers what a test says.
#pragma once
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/overlay.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/workspace/file_rows.h"
#include "tests/support/catch.h"

namespace workbench {

using namespace countersign;
namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "countersign-test-XXXXXX").string();
    path = fs::canonical(::mkdtemp(name.data())).string();
  }
  ~TemporaryFolder() { fs::remove_all(path); }

  std::string read(const std::string& name) const {
    std::ifstream file(path + "/" + name, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(fs::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name, std::ios::binary) << bytes;
  }
  bool has(const std::string& name) const {
    return fs::symlink_status(path + "/" + name).type() != fs::file_type::not_found;
  }
  // Every path below, sorted: what a test compares to see that nothing else came to be.
  std::vector<std::string> all() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path))
      names.push_back(fs::relative(entry.path(), path).string());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string path;
};

class Documents : public countersign::Documents {
 public:
  std::string put(const std::string& bytes) override {
    all[sha256_hex(bytes)] = bytes;
    return sha256_hex(bytes);
  }
  Result<std::string> get(const std::string& sha256) const override {
    const auto at = all.find(sha256);
    if (at == all.end()) return Error{"state", "no document " + sha256};
    return at->second;
  }
  std::map<std::string, std::string> all;
};

class Provider : public Transport {
 public:
  Result<HttpResponse> send(const HttpRequest& request) override {
    requests.push_back(request);
    return answer(request);
  }
  std::function<Result<HttpResponse>(const HttpRequest&)> answer = [](const HttpRequest&) {
    return Error{"transport", "nobody answers", "", "", "", -1};
  };
  std::vector<HttpRequest> requests;
};

inline const std::string kAccount = "AC" + std::string(32, 'a');

inline Configuration configuration(const std::string& folder) {
  Configuration made;
  made.folder = folder;
  made.path = folder + "/countersign.toml";
  made.home = folder + "/home";
  made.trust.policy = folder + "/flex-config/policy.toml";
  made.workspace.flex_config = folder + "/flex-config";
  made.workspace.serverless = folder + "/serverless";
  made.workspace.registry = folder + "/PAC.md";
  made.workspace.dev_logs = folder + "/dev-logs";
  made.workspace.incidents = folder + "/incidents";
  made.workspace.repository = folder + "/repository";
  Profile acme;
  acme.name = "acme";
  acme.texts["twilio.account_sid"] = kAccount;
  acme.texts["twilio.api_key"] = "SK" + std::string(32, 'b');
  acme.secrets["twilio.api_secret"].env = "WORKBENCH_API_SECRET";
  acme.environment = "staging";
  acme.texts["workspace.env_file"] = "serverless/.env.acme";
  acme.texts["twilio.serverless_domain"] = "acme-1234-dev.twil.io";
  Profile other = acme;
  other.name = "other";
  other.texts["workspace.env_file"] = "serverless/.env.other";
  made.profiles = {{"acme", acme}, {"other", other}};
  return made;
}

inline const Catalogue& rows() {
  static const Catalogue catalogue = [] {
    Catalogue made;
    const Status added = add_file_rows(made);
    if (!added) throw std::runtime_error(added.error().message);
    return made;
  }();
  return catalogue;
}

struct WorkspaceFixture {
  explicit WorkspaceFixture(const Catalogue& catalogue_ = rows())
      : config(configuration(folder.path)), catalogue(catalogue_) {
    ::setenv("WORKBENCH_API_SECRET", "api-secret-of-acme", 1);
    for (const char* name : {"flex-config", "serverless", "dev-logs", "incidents"})
      fs::create_directories(folder.path + "/" + name);
  }

  const Row& row(const std::string& name) const {
    const Row* found = catalogue.find(name);
    if (!found) throw std::runtime_error("no row " + name);
    return *found;
  }
  // Checked and carried out, live. An error comes as {"error": kind, "message"}.
  json carry(const std::string& name, const json& arguments) {
    const Status right = check_arguments(row(name), arguments);
    if (!right) return shown(right.error());
    const auto result = row(name).carrier(Call{session, arguments});
    return result ? *result : shown(result.error());
  }
  std::string target(const std::string& name, const json& arguments) {
    const auto result = row(name).target(Call{session, arguments});
    return result ? *result : result.error().message;
  }
  json before(const std::string& name, const json& arguments, const Overlay* overlay = nullptr) {
    const auto result = row(name).before(Call{session, arguments, overlay});
    return result ? *result : shown(result.error());
  }
  json project(const std::string& name, const json& arguments, const Overlay* overlay = nullptr) {
    const json state = before(name, arguments, overlay);
    const auto result = row(name).project(Call{session, arguments, overlay}, state);
    return result ? *result : shown(result.error());
  }
  static json shown(const Error& error) {
    return {{"error", error.kind}, {"message", error.message}};
  }

  TemporaryFolder folder;
  Configuration config;
  const Catalogue& catalogue;
  Provider provider;
  Vault vault{std::string(32, 'k')};
  workbench::Documents documents;
  ProviderSession session{config, "acme", provider, vault, documents, catalogue, wall_clock()};
  const Workspace& workspace = session.workspace();
};

}  // namespace workbench
