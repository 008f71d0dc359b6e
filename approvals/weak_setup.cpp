#include "approvals/weak_setup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "approvals/demand.h"
#include "approvals/signature_scheme.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  std::error_code bad;
  const fs::path whole = fs::absolute(path, bad);
  return bad ? path : whole.parent_path().string();
}

// A file can be replaced by whoever may write its folder.
void open_folders(const TrustPaths& paths, std::vector<Error>& out) {
  std::set<std::string> folders;
  for (const std::string* path : {&paths.allowed_signers, &paths.revoked, &paths.policy})
    folders.insert(folder_of(*path));
  for (const std::string& folder : folders) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) continue;
    out.push_back({"check", "the folder \"" + folder + "\" can be written by others",
                   "chmod go-w the folder: who can write it can replace the trust files in it", "",
                   folder});
  }
}

// Who asks should not be able to write down who approves. Where nothing is separated anyway, that
// is said instead.
void writable_by_who_asks(const TrustPaths& paths, std::vector<Error>& out) {
  for (const std::string* path : {&paths.policy, &paths.allowed_signers})
    if (access(path->c_str(), W_OK) == 0)
      out.push_back(
          {"check", "who asks here can write \"" + *path + "\"",
           "a change of it that nobody signed is refused, but only by this state folder; give the "
           "file to an approver, and keep copies for: countersign verify --signers FILE --policy "
           "FILE",
           "", *path});
}

void who_approves(const Trust& trust, const TrustPaths& paths,
                  const std::string& operator_principal, Time now, std::vector<Error>& out) {
  const Demand demand = demand_of_trust(trust.policy);
  const Person* asks = person_of(trust.policy, operator_principal);
  std::set<std::string> able;  // people who hold a key and can fill a place
  std::vector<Voter> all;
  for (const SignerLine& line : trust.signers.lines) {
    const auto signer = identify(trust, line.key, kDecisionNamespace, now);
    if (!signer) continue;
    all.push_back({signer->person, signer->roles});
    for (const std::string& role : signer->roles)
      if (demand.requires_roles.count(role) > 0) able.insert(signer->person);
  }
  for (const auto& [name, rule] : trust.policy.effects)
    if (!rule.separation.value_or(true))
      out.push_back({"check",
                     "[rules." + name + "] does not separate: who asks may approve it as well",
                     "set separation = true once two people can sign", "", paths.policy});
  if (asks != nullptr && able.size() == 1 && *able.begin() == asks->name)
    out.push_back({"check", "\"" + asks->name + "\" asks here and is the only one who can approve",
                   "countersign trust add PRINCIPAL KEY.pub --role ROLE names a second person", "",
                   paths.policy});
  for (const auto& [role, count] : demand.requires_roles) {
    std::set<std::string> holders;
    for (const Voter& one : all)
      if (std::find(one.roles.begin(), one.roles.end(), role) != one.roles.end())
        holders.insert(one.person);
    if (holders.size() == static_cast<std::size_t>(count))
      out.push_back({"check",
                     "if one of those with the role \"" + role +
                         "\" loses their key, nobody can "
                         "approve, and nobody can change who may",
                     "give the role to " + std::to_string(count + 1) + " people", "",
                     paths.policy});
  }
}

}  // namespace

std::vector<Error> weak_setup(const Trust& trust, const TrustPaths& paths,
                              const std::string& operator_principal, Time now) {
  std::vector<Error> out;
  open_folders(paths, out);
  if (demand_of_trust(trust.policy).separation) writable_by_who_asks(paths, out);
  who_approves(trust, paths, operator_principal, now, out);
  return out;
}

}  // namespace countersign
