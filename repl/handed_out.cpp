#include "repl/handed_out.h"

#include <cerrno>
#include <cstring>

#include "approvals/text_file.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/times.h"

namespace countersign {
namespace {

std::string path_of(const std::string& home, const std::string& sha256) {
  return home + "/handed-out/" + sha256 + ".json";
}

Error anew(std::string message) {
  return Error{"refused", std::move(message),
               "write it anew: countersign freeze … --to DIR, and have that one signed"};
}

Result<json> record_of(const std::string& home, const std::string& sha256) {
  const Result<std::string> text = read_text_file(path_of(home, sha256));
  if (!text)
    return anew("no freeze with the digest " + sha256 + " was written from this state folder");
  Result<json> record = parse_json(*text);
  if (!record || !record->is_object() || !record->contains("freeze"))
    return Error{"state", "\"" + path_of(home, sha256) + "\" cannot be read",
                 "remove it, and write the freeze anew"};
  return record;
}

}  // namespace

Status hand_out(const std::string& home, const Latch& freeze) {
  const std::string folder = home + "/handed-out";
  if (!make_private_folder(folder))
    return Error{"state", "cannot make \"" + folder + "\": " + std::strerror(errno)};
  const json record = {{"freeze",
                        {{"account", freeze.account},
                         {"accounts", freeze.accounts},
                         {"profile", freeze.profile},
                         {"reason", freeze.reason},
                         {"at", freeze.at}}}};
  return replace_file(path_of(home, sha256_hex(freeze_subject(freeze))), canonical(record));
}

Result<Latch> handed_out(const std::string& home, const std::string& sha256, Time now) {
  const json record = TRY(record_of(home, sha256));
  const json& kept = record["freeze"];
  Latch latch;
  latch.kind = "freeze";
  latch.account = kept.value("account", "");
  latch.accounts = kept.value("accounts", std::vector<std::string>());
  latch.profile = kept.value("profile", "");
  latch.reason = kept.value("reason", "");
  latch.at = kept.value("at", Time{0});
  if (sha256_hex(freeze_subject(latch)) != sha256)
    return Error{"state", "\"" + path_of(home, sha256) + "\" is not the freeze of its name",
                 "remove it, and write the freeze anew"};
  if (record.contains("used"))
    return anew("this freeze was taken in already, at " + iso_time(record.value("used", Time{0})) +
                "; a signature counts once");
  if (now > latch.at + kHandedOutFor)
    return anew("this freeze was written at " + iso_time(latch.at) + " and counted until " +
                iso_time(latch.at + kHandedOutFor));
  return latch;
}

Status mark_used(const std::string& home, const std::string& sha256, Time now) {
  json record = TRY(record_of(home, sha256));
  (record)["used"] = now;
  return replace_file(path_of(home, sha256), canonical(record));
}

}  // namespace countersign
