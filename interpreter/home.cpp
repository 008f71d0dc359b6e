#include "interpreter/home.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "interpreter/clock.h"
#include "interpreter/digest.h"

namespace countersign {
namespace fs = std::filesystem;

struct Home::State {
  std::string path, key;
};

namespace {

Error unusable(const std::string& path, const std::string& doing) {
  return Error{
      "state",
      "the state folder's \"" + path + "\" cannot be " + doing + ": " + std::strerror(errno),
      "make it writable for this user, or name another folder with --home"};
}

Result<std::string> read_key(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT) {
    const std::string key = random_bytes(32);
    const std::string draft = path + "." + to_hex(random_bytes(4));
    fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return unusable(draft, "written");
    const bool good =
        write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && fsync(fd) == 0;
    close(fd);
    // link, not rename: whoever comes second keeps the first one's key.
    if (!good || (link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST)) {
      const Error error = unusable(path, "written");
      unlink(draft.c_str());
      return error;
    }
    unlink(draft.c_str());
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  }
  if (fd < 0) return unusable(path, "read");
  struct stat info {};
  char bytes[33];
  const bool stated = fstat(fd, &info) == 0;
  const ssize_t got = read(fd, bytes, sizeof bytes);
  close(fd);
  if (!stated || got != 32)
    return Error{
        "state", "the fingerprint key \"" + path + "\" is not 32 bytes",
        "restore it from a copy; without it fingerprints of earlier runs compare as unknown"};
  if ((info.st_mode & 077) != 0)
    return Error{"state", "the fingerprint key \"" + path + "\" can be read by others",
                 "chmod 600 " + path};
  return std::string(bytes, 32);
}

Result<Lock> lock(const std::string& path, const Error& held, const std::string& note) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return unusable(path, "opened");
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char text[128];
    const ssize_t got = pread(fd, text, sizeof text, 0);
    close(fd);
    Error error = held;
    if (got > 0) error.message += " (" + std::string(text, static_cast<std::size_t>(got)) + ")";
    return error;
  }
  if (ftruncate(fd, 0) != 0 || pwrite(fd, note.data(), note.size(), 0) < 0) {
    // The note is for whoever comes second; the lock itself holds.
  }
  return Lock(fd);
}

class Index {
 public:
  explicit Index(const std::string& path) {
    good_ = sqlite3_open(path.c_str(), &db_) == SQLITE_OK;
    sqlite3_busy_timeout(db_, 2000);
    good_ = good_ && sqlite3_exec(db_,
                                  "CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, started "
                                  "INTEGER, body TEXT NOT NULL) WITHOUT ROWID",
                                  nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  ~Index() { sqlite3_close(db_); }
  bool good() const { return good_; }
  sqlite3* db() const { return db_; }
  Error error() const {
    return Error{"state", std::string("the index of runs cannot be used: ") + sqlite3_errmsg(db_),
                 "make the state folder writable, or name another with --home"};
  }

 private:
  sqlite3* db_ = nullptr;
  bool good_ = false;
};

}  // namespace

Lock::~Lock() {
  if (fd_ >= 0) close(fd_);
}

Home::Home(std::unique_ptr<State> state) : state_(std::move(state)) {}
Home::~Home() = default;

Result<std::unique_ptr<Home>> Home::open(const std::string& path) {
  for (const std::string& folder : {path, path + "/runs", path + "/locks"}) {
    std::error_code bad;
    fs::create_directories(folder, bad);
    if (bad) {
      errno = bad.value();
      return unusable(folder, "made");
    }
  }
  (void)chmod(path.c_str(), 0700);
  auto state = std::make_unique<State>();
  state->path = path;
  Result<std::string> key = read_key(path + "/key");
  if (!key) return key.error();
  state->key = *key;
  return std::unique_ptr<Home>(new Home(std::move(state)));
}

std::unique_ptr<Home> Home::nowhere() {
  auto state = std::make_unique<State>();
  state->key = random_bytes(32);
  return std::unique_ptr<Home>(new Home(std::move(state)));
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

Result<std::string> Home::find_run(const std::string& text) const {
  std::vector<std::string> found;
  std::error_code bad;
  for (const auto& entry : fs::directory_iterator(state_->path + "/runs", bad)) {
    const std::string file = entry.path().filename().string();
    if (file.size() < 5 || file.substr(file.size() - 4) != ".run") continue;
    const std::string id = file.substr(0, file.size() - 4);
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

Result<Lock> Home::lock_run(const std::string& id) {
  return lock(state_->path + "/locks/" + id,
              Error{"refused", "the run " + id + " is being worked on by another process",
                    "wait for it to end"},
              "process " + std::to_string(getpid()));
}

Result<Lock> Home::lock_account(const std::string& account, const std::string& run) {
  return lock(state_->path + "/locks/" + account,
              Error{"refused", "another run is changing the account " + account,
                    "wait for it to end, then resume this one"},
              "run " + run);
}

Status Home::note(const json& run) {
  Index index(state_->path + "/index.sqlite");
  if (!index.good()) return index.error();
  sqlite3_stmt* put = nullptr;
  const std::string id = run.value("run", ""), body = run.dump();
  bool good = sqlite3_prepare_v2(index.db(), "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", -1,
                                 &put, nullptr) == SQLITE_OK;
  if (good) {
    sqlite3_bind_text(put, 1, id.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_int64(put, 2, run.value("started_unix", Time{0}));
    sqlite3_bind_text(put, 3, body.c_str(), -1, SQLITE_STATIC);
    good = sqlite3_step(put) == SQLITE_DONE;
  }
  sqlite3_finalize(put);
  return good ? Status(Done{}) : Status(index.error());
}

Result<std::vector<json>> Home::runs() const {
  Index index(state_->path + "/index.sqlite");
  if (!index.good()) return index.error();
  std::vector<json> runs;
  sqlite3_stmt* all = nullptr;
  if (sqlite3_prepare_v2(index.db(), "SELECT body FROM runs ORDER BY started DESC, id DESC", -1,
                         &all, nullptr) != SQLITE_OK)
    return index.error();
  while (sqlite3_step(all) == SQLITE_ROW) {
    json one =
        json::parse(reinterpret_cast<const char*>(sqlite3_column_text(all, 0)), nullptr, false);
    if (one.is_object()) runs.push_back(std::move(one));
  }
  sqlite3_finalize(all);
  return runs;
}

}  // namespace countersign
