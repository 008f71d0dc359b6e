#include "interpreter/home.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <variant>

#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/key_file.h"

namespace countersign {
namespace fs = std::filesystem;

struct Home::State {
  std::string path, key, binding;
  UserState user{""};
};

namespace {

Error unusable(const std::string& path, const std::string& doing) {
  return Error{
      "state",
      "the state folder's \"" + path + "\" cannot be " + doing + ": " + std::strerror(errno),
      is_full(errno) ? kDiskFull
                     : "make it writable for this user, or name another folder with --home"};
}

std::string machine() {
  std::ifstream in("/etc/machine-id");
  std::string id;
  std::getline(in, id);
  return sha256_hex("countersign " + id);
}

// Where a file is and when it was made there: a copy of it differs in one of the two.
json place_of(int fd) {
  struct statx info {};
  if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &info) != 0) return nullptr;
  const std::string born =
      (info.stx_mask & STATX_BTIME) != 0
          ? std::to_string(info.stx_btime.tv_sec) + "." + std::to_string(info.stx_btime.tv_nsec)
          : "unknown";
  return {{"inode", std::to_string(info.stx_ino)}, {"born", born}};
}

Status write_binding(const std::string& path, const std::string& binding, Existing existing) {
  const auto text = [&](int fd) {
    return json{{"machine", machine()}, {"place", place_of(fd)}, {"binding", binding}}.dump();
  };
  if (put_file(path, text, existing) != nullptr) return unusable(path, "written");
  return Done{};
}

// The binding that the folder has, or a new one where it was copied or put back.
Status read_binding(const std::string& path, std::string& binding) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd >= 0) {
    char bytes[2048];
    const ssize_t got = read(fd, bytes, sizeof bytes);
    const json place = place_of(fd);
    close(fd);
    const json value = json::parse(std::string(bytes, got > 0 ? static_cast<std::size_t>(got) : 0),
                                   nullptr, false);
    if (value.is_object() && value.value("machine", "") == machine() &&
        value.value("place", json()) == place) {
      binding = value.value("binding", "");
      return Done{};
    }
  } else if (errno == ENOENT) {
    if (const Status made = write_binding(path, to_hex(random_bytes(8)), Existing::keep); !made)
      return made;
    return read_binding(path, binding);
  } else {
    return unusable(path, "read");
  }
  binding = to_hex(random_bytes(8));
  return write_binding(path, binding, Existing::replace);
}

class Index {
 public:
  explicit Index(const std::string& path) {
    (void)make_private_file(path);  // where it cannot be made, opening it says why
    good_ = sqlite3_open(path.c_str(), &db_) == SQLITE_OK;
    sqlite3_busy_timeout(db_, 2000);
    good_ = good_ && sqlite3_exec(db_,
                                  "CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, started "
                                  "INTEGER, body TEXT NOT NULL) WITHOUT ROWID; "
                                  "CREATE TABLE IF NOT EXISTS quiet (id TEXT PRIMARY KEY, stamp "
                                  "TEXT NOT NULL) WITHOUT ROWID",
                                  nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  ~Index() { sqlite3_close(db_); }
  bool good() const { return good_; }
  sqlite3* db() const { return db_; }
  Error error() const {
    return Error{"state", std::string("the index of runs cannot be used: ") + sqlite3_errmsg(db_),
                 is_full(sqlite3_system_errno(db_)) || sqlite3_errcode(db_) == SQLITE_FULL
                     ? kDiskFull
                     : "make the state folder writable, or name another with --home"};
  }

 private:
  sqlite3* db_ = nullptr;
  bool good_ = false;
};

}  // namespace

Home::Home(std::unique_ptr<State> state) : state_(std::move(state)) {}
Home::~Home() = default;

Result<std::unique_ptr<Home>> Home::open(const std::string& path,
                                         std::optional<std::string> user_state) {
  for (const std::string& folder : {path, path + "/runs", path + "/locks"}) {
    if (!make_private_folder(folder)) return unusable(folder, "made");
  }
  auto state = std::make_unique<State>();
  state->path = path;
  std::string key =
      TRY(read_or_make_key(path + "/key", "the fingerprint key",
                           "without it fingerprints of earlier runs compare as unknown"));
  state->key = key;
  if (!user_state) {
    std::string folder = TRY(UserState::folder_by_uid());
    user_state = std::move(folder);
  }
  state->user = UserState(*user_state);
  TRY(read_binding(path + "/generation", state->binding));
  return std::unique_ptr<Home>(new Home(std::move(state)));
}

std::unique_ptr<Home> Home::nowhere() {
  auto state = std::make_unique<State>();
  state->key = random_bytes(32);
  return std::unique_ptr<Home>(new Home(std::move(state)));
}

const std::string& Home::binding() const {
  return state_->binding;
}

Status Home::renew_binding() {
  if (state_->path.empty()) return Done{};
  return write_binding(state_->path + "/generation", state_->binding, Existing::replace);
}

Latches Home::latches() const {
  return Latches(state_->path.empty() ? std::string() : state_->path + "/latches", state_->user);
}

const std::string& Home::path() const {
  return state_->path;
}
const std::string& Home::key() const {
  return state_->key;
}
std::string Home::run_path(const std::string& id) const {
  return state_->path + "/runs/" + id + ".run";
}

std::string Home::new_run_id(Time now) const {
  const std::string day = iso_time(now);
  for (;;) {
    std::string id =
        day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2) + "-" + to_hex(random_bytes(3));
    if (!fs::exists(run_path(id))) return id;
  }
}

std::vector<std::string> Home::run_ids() const {
  std::vector<std::string> ids;
  std::error_code bad;
  for (const auto& entry : fs::directory_iterator(state_->path + "/runs", bad)) {
    const std::string file = entry.path().filename().string();
    if (file.size() >= 5 && file.substr(file.size() - 4) == ".run")
      ids.push_back(file.substr(0, file.size() - 4));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<std::string> Home::find_run(const std::string& text) const {
  std::vector<std::string> found;
  for (const std::string& id : run_ids()) {
    if (id == text) return id;
    if (!text.empty() &&
        (id.rfind(text, 0) == 0 ||
         (id.size() >= text.size() + 1 && id.substr(id.find('-') + 1).rfind(text, 0) == 0)))
      found.push_back(id);
  }
  if (found.size() == 1) return found[0];
  if (found.empty())
    return Error{"usage", "there is no run \"" + text + "\" in " + state_->path,
                 "`countersign runs` lists them"};
  return Error{"usage",
               "\"" + text + "\" begins the ids of " + std::to_string(found.size()) + " runs",
               "give more of the id; `countersign runs` lists them"};
}

Result<std::string> Home::successor(const std::string& run) const {
  const std::string path = state_->path + "/successors/" + run;
  std::error_code bad;
  if (!fs::exists(path, bad)) return std::string();
  std::ifstream in(path, std::ios::binary);
  std::string by;
  if (!std::getline(in, by) || by.empty())
    return Error{"state", "which run goes on with " + run + " cannot be read from " + path,
                 "restore the file"};
  return by;
}

Status Home::succeed(const std::string& run, const std::string& by) {
  const std::string folder = state_->path + "/successors", path = folder + "/" + run;
  const auto failed = [&](const char* what) {
    return Error{"state", std::string("cannot ") + what + " " + path + ": " + strerror(errno)};
  };
  if (!make_private_folder(folder)) return failed("make the folder of");
  if (const char* what = put_file(
          path, [&](int) { return by + "\n"; }, Existing::keep))
    return failed(what);
  const std::string first = TRY(successor(run));
  if (first == by) return Done{};
  return Error{"usage", "the run " + first + " goes on with what " + run + " did already",
               "take over from that one, or go on with it: countersign resume " + first};
}

Result<Lock> Home::lock_run(const std::string& id) {
  return take_lock(state_->path + "/locks/" + id,
                   Error{"refused", "the run " + id + " is being worked on by another process",
                         "wait for it to end"},
                   "process " + std::to_string(getpid()));
}

Result<Lock> Home::lock_account(const std::string& account, const std::string& run) {
  return state_->user.lock_account(account, run, state_->path);
}

namespace {

// One statement of the index: values are bound in order, rows are handed over.
using Values = std::vector<std::variant<std::int64_t, std::string>>;
Status ask(const std::string& path, const char* sql, const Values& values,
           const std::function<void(sqlite3_stmt*)>& row = nullptr) {
  Index index(path);
  if (!index.good()) return index.error();
  sqlite3_stmt* statement = nullptr;
  bool good = sqlite3_prepare_v2(index.db(), sql, -1, &statement, nullptr) == SQLITE_OK;
  for (std::size_t i = 0; good && i < values.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    if (const auto* number = std::get_if<std::int64_t>(&values[i]))
      good = sqlite3_bind_int64(statement, at, *number) == SQLITE_OK;
    else
      good = sqlite3_bind_text(statement, at, std::get<std::string>(values[i]).c_str(), -1,
                               SQLITE_TRANSIENT) == SQLITE_OK;
  }
  int step = SQLITE_DONE;
  while (good && (step = sqlite3_step(statement)) == SQLITE_ROW)
    if (row) row(statement);
  good = good && step == SQLITE_DONE;
  const Status out = good ? Status(Done{}) : Status(index.error());
  sqlite3_finalize(statement);
  return out;
}

std::string text_of(sqlite3_stmt* row, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return text ? text : "";
}

}  // namespace

Status Home::note(const json& run) {
  return ask(state_->path + "/index.sqlite", "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)",
             {run.value("run", ""), run.value("started_unix", Time{0}), run.dump()});
}

Result<std::vector<json>> Home::runs() const {
  std::vector<json> runs;
  TRY(ask(state_->path + "/index.sqlite", "SELECT body FROM runs ORDER BY started DESC, id DESC",
          {}, [&](sqlite3_stmt* row) {
            json one = json::parse(text_of(row, 0), nullptr, false);
            if (one.is_object()) runs.push_back(std::move(one));
          }));
  return runs;
}

Status Home::remove_run(const std::string& run) {
  [[maybe_unused]] const Lock lock = TRY(lock_run(run));
  TRY(ask(state_->path + "/index.sqlite", "DELETE FROM runs WHERE id = ?", {run}));
  // What SQLite keeps beside the file last: without it the file is whole.
  for (const char* beside : {"", "-wal", "-shm"}) {
    std::error_code bad;
    fs::remove(run_path(run) + beside, bad);
    if (bad)
      return Error{"state", "cannot remove " + run_path(run) + beside + ": " + bad.message(),
                   "make the state folder writable"};
  }
  return Done{};
}

std::string Home::stamp_of_run(const std::string& id) const {
  const std::string path = run_path(id);
  struct stat file {
  }, log{};
  if (::stat(path.c_str(), &file) != 0) return {};
  if (::stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0) return {};
  const auto ns = [](const timespec& at) {
    return std::to_string(at.tv_sec) + "." + std::to_string(at.tv_nsec);
  };
  return std::to_string(file.st_dev) + " " + std::to_string(file.st_ino) + " " +
         std::to_string(file.st_size) + " " + ns(file.st_mtim) + " " + ns(file.st_ctim);
}

Result<std::map<std::string, std::string>> Home::quiet() const {
  std::map<std::string, std::string> all;
  TRY(ask(state_->path + "/index.sqlite", "SELECT id, stamp FROM quiet", {},
          [&](sqlite3_stmt* row) { all[text_of(row, 0)] = text_of(row, 1); }));
  return all;
}

Status Home::note_quiet(const std::map<std::string, std::string>& stamps) {
  if (stamps.empty()) return Done{};
  return ask(state_->path + "/index.sqlite",
             "INSERT OR REPLACE INTO quiet SELECT key, value FROM json_each(?)",
             {json(stamps).dump()});
}

Result<json> Home::noted(const std::string& run) const {
  json found;
  TRY(ask(state_->path + "/index.sqlite", "SELECT body FROM runs WHERE id = ?", {run},
          [&](sqlite3_stmt* row) { found = json::parse(text_of(row, 0), nullptr, false); }));
  return found.is_object() ? found : json();
}

Status Home::note_change(const std::string& account, const std::string& run, Time at) {
  return state_->user.note_change(account, {run, at, state_->binding, state_->path});
}

Result<std::vector<AccountChange>> Home::changes(const std::string& account) const {
  return state_->user.changes(account);
}

Result<std::optional<DecisionUse>> Home::use_of(const std::string& request_sha256) const {
  return state_->user.use_of(request_sha256);
}

Status Home::use_decision(const std::string& request_sha256, const std::string& token,
                          const std::string& run, Time at) {
  const DecisionUse used =
      TRY(state_->user.use(request_sha256, {token, run, state_->binding, at, {}}));
  if (used.token == token) return Done{};
  return Error{"in_doubt",
               "the decision on this request was used already, by another copy of the run " + run};
}

Status Home::note_sent(const std::string& request_sha256, int n, const std::string& key) {
  return state_->user.note_sent(request_sha256, n, key);
}

}  // namespace countersign
