#include "interpreter/latches.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Error unusable(const std::string& path, const std::string& doing) {
  return Error{
      "state", "the latch \"" + path + "\" cannot be " + doing + ": " + std::strerror(errno),
      is_full(errno) ? kDiskFull
                     : "make the state folder usable for this user; until then nothing is changed"};
}

Status write_latch(const std::string& path, const json& latch) {
  if (put_file(path, [&](int) { return canonical(latch); }) != nullptr)
    return unusable(path, "written");
  return Done{};
}

Latch latch_from_json(const std::string& id, const json& value) {
  Latch latch;
  latch.id = id;
  latch.kind = value.value("kind", "");
  latch.account = value.value("account", "");
  latch.profile = value.value("profile", "");
  latch.reason = value.value("reason", "");
  latch.run = value.value("run", "");
  latch.role = value.value("role", "");
  latch.exempt = value.value("exempt", "");
  latch.person = value.value("person", "");
  latch.at = value.value("at", Time{0});
  latch.answer = value.value("answer", json());
  latch.accounts = value.value("accounts", std::vector<std::string>());
  return latch;
}

Status lift_in(const std::string& folder, const std::string& id, const json& how, bool& found) {
  const std::string path = folder + "/" + id + ".json";
  std::error_code bad;
  if (!fs::exists(path, bad)) return bad ? Status(unusable(path, "read")) : Status(Done{});
  found = true;
  const WholeFile file = read_whole(path);
  if (!file) {
    errno = file.error;
    return unusable(path, "read");
  }
  json record = json::parse(file.bytes, nullptr, false);
  if (!record.is_object()) record = {{"unreadable", file.bytes}};
  record["lifted"] = how;
  fs::create_directories(folder + "/lifted", bad);
  if (const Status kept = write_latch(folder + "/lifted/" + id + ".json", record); !kept)
    return kept;
  if (unlink(path.c_str()) != 0) return unusable(path, "lifted");
  return Done{};
}

// Adds what stands in the folder.
Status read_latches(const std::string& folder, std::vector<Latch>& latches) {
  std::error_code bad;
  for (fs::directory_iterator at(folder, bad), end; !bad && at != end; at.increment(bad)) {
    const std::string name = at->path().filename().string();
    if (name.size() < 6 || name.substr(name.size() - 5) != ".json") continue;
    const WholeFile file = read_whole(at->path().string());
    const json value = json::parse(file.bytes, nullptr, false);
    // What cannot be read blocks: it may be what somebody relies on.
    if (!file || !value.is_object())
      return Error{"state", "the latch \"" + at->path().string() + "\" cannot be read",
                   "restore the file, or move it away once it is known what it said"};
    latches.push_back(latch_from_json(name.substr(0, name.size() - 5), value));
  }
  if (bad && bad != std::errc::no_such_file_or_directory) {
    errno = bad.value();
    return unusable(folder, "read");
  }
  return Done{};
}

// The account's own key, and what is said of each of its instances.
std::set<std::string> keys_of(const std::string& account) {
  return {account, any_instance(account)};
}

}  // namespace

json to_json(const Latch& latch) {
  json value = {{"id", latch.id},           {"kind", latch.kind},     {"account", latch.account},
                {"profile", latch.profile}, {"reason", latch.reason}, {"run", latch.run},
                {"role", latch.role},       {"exempt", latch.exempt}, {"person", latch.person},
                {"at", latch.at},           {"answer", latch.answer}};
  if (!latch.accounts.empty()) value["accounts"] = latch.accounts;
  return value;
}

std::string freeze_subject(const Latch& latch) {
  return canonical({{"freeze", latch.account},
                    {"profile", latch.profile},
                    {"reason", latch.reason},
                    {"at", iso_time(latch.at)}});
}

std::string thaw_subject(const Latch& latch) {
  return canonical({{"thaw", latch.id}, {"account", latch.account}, {"profile", latch.profile}});
}

Result<std::vector<std::string>> Latches::folders(const Latch& latch, bool make) const {
  std::vector<std::string> folders, accounts = latch.accounts;
  if (latch.account != "*" && !latch.account.empty()) accounts.push_back(latch.account);
  for (const std::string& account : accounts) {
    std::string folder = TRY(make ? user_.made_latch_folder(account) : user_.latch_folder(account));
    if (!folder.empty()) folders.push_back(std::move(folder));
  }
  // Last: who is interrupted finds it here still, and does it again.
  if (!make || latch.account == "*" || latch.account.empty()) folders.push_back(home_);
  return folders;
}

Result<Latch> Latches::set(Latch latch) {
  if (home_.empty()) return latch;
  latch.id.clear();
  latch.id = sha256_hex(canonical(to_json(latch))).substr(0, 12);
  const std::vector<std::string> places = TRY(folders(latch, true));
  for (const std::string& folder : places) {
    if (!make_private_folder(folder + "/lifted")) return unusable(folder, "made");
    TRY(write_latch(folder + "/" + latch.id + ".json", to_json(latch)));
  }
  return latch;
}

Status Latches::lift(const Latch& latch, const json& how) {
  const std::vector<std::string> places = TRY(folders(latch, false));
  bool found = false;
  for (const std::string& folder : places)
    if (const Status lifted = lift_in(folder, latch.id, how, found); !lifted) return lifted;
  if (found) return Done{};
  errno = ENOENT;
  return unusable(latch.id + ".json", "lifted");
}

Result<bool> Latches::lifted(const Latch& latch) const {
  const std::vector<std::string> places = TRY(folders(latch, false));
  std::error_code none;
  bool recorded = false;
  for (const std::string& folder : places) {
    if (fs::exists(folder + "/" + latch.id + ".json", none)) return false;
    recorded = recorded || fs::exists(folder + "/lifted/" + latch.id + ".json", none);
  }
  return recorded;
}

Result<std::vector<Latch>> Latches::standing(const std::vector<std::string>& accounts) const {
  std::vector<Latch> all, latches;
  if (home_.empty()) return all;
  TRY(read_latches(home_, all));
  std::set<std::string> keys;
  for (const std::string& account : accounts) keys.merge(keys_of(account));
  for (const std::string& key : keys) {
    const std::string folder = TRY(user_.latch_folder(key));
    if (folder.empty()) continue;
    TRY(read_latches(folder, all));
  }
  // One for every account stands in several folders.
  std::set<std::string> ids;
  for (Latch& latch : all)
    if (ids.insert(latch.id).second) latches.push_back(std::move(latch));
  std::sort(latches.begin(), latches.end(), [](const Latch& a, const Latch& b) {
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
  });
  return latches;
}

Status Latches::open_for(const std::string& account, const std::string& profile,
                         const std::string& run, const std::string& incident) const {
  const std::vector<Latch> all = TRY(standing({account}));
  const std::set<std::string> keys = keys_of(account);
  for (const Latch& latch : all) {
    // Names mean something in one configuration only; an account is what it is everywhere.
    const bool here = latch.account == "*" || keys.count(latch.account) != 0 ||
                      (latch.account.empty() && latch.profile == profile);
    if (!here) continue;
    if (latch.kind == "freeze")
      return Error{
          "refused",
          "changes are frozen" +
              (latch.account == "*" ? " everywhere" : " for the account of \"" + profile + "\"") +
              " since " + iso_time(latch.at) + " by " + latch.person + ": " + latch.reason,
          "when it is over: countersign thaw " +
              (latch.account == "*" ? "--all" : "--profile " + profile) +
              " --reason TEXT, then resume"};
    if (latch.exempt == run || (!incident.empty() && incident == latch.run)) continue;
    return Error{"refused",
                 "an incident of severity HIGH blocks changes to \"" + profile + "\" since " +
                     iso_time(latch.at) + ", found by the run " + latch.run + ": " + latch.reason,
                 "what reverts it names that run as its incident; when it is over: countersign "
                 "thaw --profile " +
                     profile + " --reason TEXT"};
  }
  return Done{};
}

}  // namespace countersign
