#include "interpreter/latches.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Error unusable(const std::string& path, const std::string& doing) {
  return Error{"state",
               "the latch \"" + path + "\" cannot be " + doing + ": " + std::strerror(errno),
               errno == ENOSPC
                   ? "the disk is full; free some space and do it again"
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
  return latch;
}

}  // namespace

json to_json(const Latch& latch) {
  return {{"id", latch.id},           {"kind", latch.kind},     {"account", latch.account},
          {"profile", latch.profile}, {"reason", latch.reason}, {"run", latch.run},
          {"role", latch.role},       {"exempt", latch.exempt}, {"person", latch.person},
          {"at", latch.at},           {"answer", latch.answer}};
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

Result<Latch> Latches::set(Latch latch) {
  if (folder_.empty()) return latch;
  if (!make_private_folder(folder_ + "/lifted")) return unusable(folder_, "made");
  latch.id.clear();
  const std::string id = sha256_hex(canonical(to_json(latch))).substr(0, 12);
  latch.id = id;
  if (const Status kept = write_latch(folder_ + "/" + id + ".json", to_json(latch)); !kept)
    return kept.error();
  return latch;
}

Status Latches::lift(const std::string& id, const json& how) {
  const std::string path = folder_ + "/" + id + ".json";
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return unusable(path, "read");
  json record = json::parse(text.str(), nullptr, false);
  if (!record.is_object()) record = {{"unreadable", text.str()}};
  record["lifted"] = how;
  if (const Status kept = write_latch(folder_ + "/lifted/" + id + ".json", record); !kept)
    return kept;
  if (unlink(path.c_str()) != 0) return unusable(path, "lifted");
  return Done{};
}

Result<std::vector<Latch>> Latches::standing() const {
  std::vector<Latch> latches;
  if (folder_.empty()) return latches;
  std::error_code bad;
  for (fs::directory_iterator at(folder_, bad), end; !bad && at != end; at.increment(bad)) {
    const std::string name = at->path().filename().string();
    if (name.size() < 6 || name.substr(name.size() - 5) != ".json") continue;
    std::ifstream in(at->path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const json value = json::parse(text.str(), nullptr, false);
    // What cannot be read blocks: it may be what somebody relies on.
    if (!in || !value.is_object())
      return Error{"state", "the latch \"" + at->path().string() + "\" cannot be read",
                   "restore the file, or move it away once it is known what it said"};
    latches.push_back(latch_from_json(name.substr(0, name.size() - 5), value));
  }
  if (bad && bad != std::errc::no_such_file_or_directory) {
    errno = bad.value();
    return unusable(folder_, "read");
  }
  std::sort(latches.begin(), latches.end(), [](const Latch& a, const Latch& b) {
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
  });
  return latches;
}

Status Latches::open_for(const std::string& account, const std::string& profile,
                         const std::string& run, const std::string& incident) const {
  const Result<std::vector<Latch>> all = standing();
  if (!all) return all.error();
  for (const Latch& latch : *all) {
    const bool here = latch.account == "*" || latch.account == account ||
                      (!latch.profile.empty() && latch.profile == profile);
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
