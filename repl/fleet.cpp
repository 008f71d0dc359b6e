#include "repl/fleet.h"

#include <filesystem>
#include <fstream>
#include <mutex>

#include "approvals/text_file.h"
#include "interpreter/journal.h"
#include "interpreter/whole_file.h"
#include "repl/app_context.h"
#include "repl/views/console.h"
#include "stdlib/session/at_once.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

constexpr std::size_t kAtOnce = 64;  // accounts
constexpr std::size_t kWorthTelling = 20;
constexpr std::chrono::seconds kTellEvery{2};

// How far the look is, now and then, where there is something to wait for.
class Progress {
 public:
  Progress(Console& console, Clock& clock, std::string what, std::size_t all)
      : console_(console),
        clock_(clock),
        what_(std::move(what)),
        all_(all),
        told_(clock.steady()) {}

  void one_more(bool failed) {
    ++done_;
    failed_ += failed;
    if (all_ < kWorthTelling || done_ == all_ || clock_.steady() - told_ < kTellEvery) return;
    told_ = clock_.steady();
    console_.progress(what_ + ": " + std::to_string(done_) + " of " + std::to_string(all_) +
                      " accounts, " + std::to_string(all_ - done_) + " left" +
                      (failed_ ? ", " + std::to_string(failed_) + " could not be looked at" : "") +
                      "\n");
  }

 private:
  Console& console_;
  Clock& clock_;
  std::string what_;
  std::size_t all_, done_ = 0, failed_ = 0;
  Clock::Span told_;
};

}  // namespace

Result<std::vector<FleetAccount>> look_at_fleet(AppContext& app, Console& console,
                                                const std::vector<std::string>& profiles,
                                                const FleetLook& look) {
  std::vector<FleetAccount> accounts;
  for (const std::string& name : profiles) {
    const Profile* profile = TRY(app.profile(name));
    accounts.push_back({name, identity_of(*profile, own_system()), json()});
  }
  std::mutex mutex;  // of the context, and of who hears of an account's end
  Progress progress(console, app.clock(), look.what, accounts.size());
  std::vector<std::function<Status()>> jobs;
  for (FleetAccount& one : accounts)
    jobs.emplace_back([&]() -> Status {
      const std::unique_ptr<Journal> documents = Journal::in_memory();
      Result<std::unique_ptr<Session>> session = [&] {
        const std::lock_guard lock(mutex);
        return app.session(one.profile, *documents);
      }();
      one.found = session ? look.look(static_cast<ProviderSession&>(**session))
                          : Result<json>(session.error());
      if (app.interrupted && app.interrupted->load())
        return Error{"interrupted", look.what + " was broken off"};
      const std::lock_guard lock(mutex);
      progress.one_more(!one.found);
      return look.ended ? look.ended(one) : Status(Done{});
    });
  TRY(at_once(jobs, kAtOnce));
  return accounts;
}

Result<FleetReport> FleetReport::open(const std::string& path, bool go_on, const std::string& what,
                                      const std::string& configuration) {
  FleetReport report;
  report.path_ = path;
  const json head = {{"report", what}, {"version", 1}, {"configuration", configuration}};
  std::error_code bad;
  const bool there = std::filesystem::exists(path, bad);
  if (!go_on && there)
    return Error{"usage", "\"" + path + "\" exists",
                 "give --continue to go on with it, or the name of a new file"};
  if (!go_on) {
    TRY(replace_file(path, head.dump() + "\n"));
    return report;
  }
  if (!there)
    return Error{"usage", "there is no report \"" + path + "\" to go on with",
                 "leave --continue out to begin one"};
  const WholeFile file = read_whole(path);
  if (!file) return Error{"state", "\"" + path + "\" cannot be read", "check who may read it"};
  std::string kept;
  std::size_t from = 0;
  for (std::size_t line = 1; from < file.bytes.size(); ++line) {
    const std::size_t end = file.bytes.find('\n', from);
    // What was being written when it was broken off is looked at again.
    if (end == std::string::npos) break;
    const json one =
        json::parse(file.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                    file.bytes.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    from = end + 1;
    if (line == 1 && one != head)
      return Error{"usage", "\"" + path + "\" is not a report of this " + what,
                   "it has to be one of the same command and the same configuration"};
    if (line == 1) kept = one.dump() + "\n";
    if (line == 1) continue;
    if (!one.is_object() || !one.value("profile", json()).is_string())
      return Error{"state", path + ":" + std::to_string(line) + ": it is no account's line",
                   "begin a new report"};
    if (!one.value("error", json()).is_null()) continue;
    report.known_[one["profile"]] = one;
    kept += one.dump() + "\n";
  }
  if (kept.empty())
    return Error{"usage", "\"" + path + "\" is not a report of this " + what,
                 "begin a new one, without --continue"};
  TRY(replace_file(path, kept));
  return report;
}

Status FleetReport::add(const json& account) {
  std::ofstream file(path_, std::ios::app | std::ios::binary);
  file << account.dump() << '\n' << std::flush;
  if (file) return Done{};
  return Error{"state", "\"" + path_ + "\" cannot be written",
               "check the disk, then go on with --continue"};
}

}  // namespace countersign
