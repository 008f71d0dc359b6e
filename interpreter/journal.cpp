// The order of writing: a record is appended inside an open transaction, with the documents that it
// names before it, and `write` commits both at once. What was not written when the process dies
// never was. `sync` writes and then syncs the write-ahead log, so that one sync covers every commit
// before it: SQLite itself syncs nothing at a commit (WAL, synchronous = NORMAL), and syncs the log
// before a checkpoint. After a write that failed the file is not written to any more: what reached
// the disk is then not known.
#include "interpreter/journal.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/log.h"

namespace countersign {
namespace {

constexpr long kSlowSyncMs = 250;  // a disk in order takes a tenth of that

constexpr int kVersion = 1;
constexpr int kApplicationId = 0x43534e31;  // "CSN1"
const char kInMemory[] = ":memory:";
const std::string kFirst(64, '0');

Error failure(sqlite3* db, const std::string& path, const std::string& doing) {
  int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
  std::string what = db ? sqlite3_errmsg(db) : "out of memory";
  // A full disk is another error to SQLite where it meets it on other files than the database, or
  // cannot make one.
  if (db && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) &&
      is_full(sqlite3_system_errno(db))) {
    code = SQLITE_FULL;
    what = sqlite3_errstr(code);
  }
  Error error{"state", "the run's file \"" + path + "\" cannot be " + doing + ": " + what};
  if (code == SQLITE_FULL)
    error.hint = "the disk is full: free some space, then: countersign resume " +
                 std::filesystem::path(path).stem().string() +
                 "; nothing was sent after the last record";
  else if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM)
    error.hint = "make the state folder writable for this user, or name another with --home";
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    error.hint = "keep the file as it is; restore it from a copy, or verify what was exported";
  else if (code == SQLITE_IOERR)
    error.hint = "I/O error; nothing was sent after the last record";
  return error;
}

// Whether it has the form that every record has, whatever its kind.
bool is_record(const json& value) {
  const auto has = [&](const char* key, bool (json::*is)() const noexcept) {
    const auto at = value.find(key);
    return at != value.end() && ((*at).*is)();
  };
  return value.is_object() && has("seq", &json::is_number_integer) &&
         has("time", &json::is_number_integer) && has("kind", &json::is_string) &&
         has("previous", &json::is_string) && value.contains("body");
}

Error damaged_document(const std::string& sha256) {
  return Error{"state",
               "document " + sha256.substr(0, 12) + " of the run's file is corrupt (hash mismatch)",
               "keep the file as it is; restore it from a copy"};
}

}  // namespace

struct Journal::State {
  std::mutex mutex;  // rows keep documents from the threads of `parallel`
  std::string path;
  sqlite3* db = nullptr;
  sqlite3_stmt *insert = nullptr, *put = nullptr, *get = nullptr;
  std::vector<Record> records;
  bool open_transaction = false;
  bool unsynced = false;  // written, and not durable yet
  bool broken = false;

  ~State() {
    for (sqlite3_stmt* statement : {insert, put, get}) sqlite3_finalize(statement);
    if (db) sqlite3_close(db);
  }
  bool run(const char* sql) {
    return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  bool begin() {
    if (open_transaction) return true;
    open_transaction = run("BEGIN IMMEDIATE");
    return open_transaction;
  }
  Status load();
  Status write();
  bool sync_log();
};

json to_json(const Record& record) {
  return {{"seq", record.seq},
          {"time", record.time},
          {"kind", record.kind},
          {"body", record.body},
          {"previous", record.previous}};
}

Status Journal::State::load() {
  sqlite3_stmt* all = nullptr;
  if (sqlite3_prepare_v2(db, "SELECT seq, text, hash FROM journal ORDER BY seq", -1, &all,
                         nullptr) != SQLITE_OK)
    return failure(db, path, "read");
  std::string previous = kFirst;
  std::int64_t seq = 0;
  int step;
  while ((step = sqlite3_step(all)) == SQLITE_ROW) {
    // The bytes are SQLite's until the next step.
    const std::string_view text(static_cast<const char*>(sqlite3_column_blob(all, 1)),
                                static_cast<std::size_t>(sqlite3_column_bytes(all, 1)));
    std::string hash(static_cast<const char*>(sqlite3_column_blob(all, 2)),
                     static_cast<std::size_t>(sqlite3_column_bytes(all, 2)));
    ++seq;
    Result<json> value = parse_canonical(text);
    const bool good = value && sha256_hex(text) == hash && is_record(*value) &&
                      (*value)["previous"] == previous && (*value)["seq"] == seq &&
                      sqlite3_column_int64(all, 0) == seq;
    if (!good) {
      sqlite3_finalize(all);
      return Error{"state",
                   "record " + std::to_string(seq) + " of the run's file \"" + path +
                       "\" is corrupt (hash mismatch)",
                   "keep the file as it is; restore it from a copy, or verify what was exported"};
    }
    Record record{seq,
                  (*value)["time"].get<Time>(),
                  std::move((*value)["kind"].get_ref<std::string&>()),
                  std::move((*value)["body"]),
                  std::move(previous),
                  hash};
    records.push_back(std::move(record));
    previous = std::move(hash);
  }
  sqlite3_finalize(all);
  if (step != SQLITE_DONE) return failure(db, path, "read");
  return Done{};
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::~Journal() {
  if (!state_->broken) (void)sync();
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, bool create) {
  auto state = std::make_unique<State>();
  state->path = path;
  // SQLite would make it readable for others; the files beside it take its mode over.
  if (create && path != kInMemory) (void)make_private_file(path);
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(path.c_str(), &state->db, flags, nullptr) != SQLITE_OK)
    return failure(state->db, path, "opened");
  sqlite3_busy_timeout(state->db, 2000);
  sqlite3_extended_result_codes(state->db, 0);
  int id = 0, version = 0;
  const auto number = [&](const char* sql, int& value) {
    sqlite3_stmt* statement = nullptr;
    bool good = sqlite3_prepare_v2(state->db, sql, -1, &statement, nullptr) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;
    if (good) value = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return good;
  };
  if (!number("PRAGMA application_id", id) || !number("PRAGMA user_version", version))
    return failure(state->db, path, "read");
  if (id != kApplicationId && !(create && id == 0))
    return Error{"state", "\"" + path + "\" is not a run of Countersign",
                 "give the id of a run; `countersign runs` lists them"};
  if (version > kVersion)
    return Error{"state",
                 "the run's file \"" + path + "\" was written by a newer version of Countersign",
                 "it is of version " + std::to_string(version) + " and this one reads " +
                     std::to_string(kVersion) +
                     ": use the version that wrote it; where there is none the file is corrupt, so "
                     "restore it from a copy. Nothing is changed in it"};
  if (id == 0) {
    const std::string setup =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA application_id = " +
        std::to_string(kApplicationId) + "; PRAGMA user_version = " + std::to_string(kVersion) +
        "; CREATE TABLE journal (seq INTEGER PRIMARY KEY, text BLOB NOT NULL, hash BLOB NOT NULL);"
        "CREATE TABLE documents (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;";
    if (!state->run(setup.c_str())) return failure(state->db, path, "set up");
  } else if (!state->run("PRAGMA synchronous = NORMAL")) {
    return failure(state->db, path, "opened");
  }
  TRY(state->load());
  return std::unique_ptr<Journal>(new Journal(std::move(state)));
}

std::unique_ptr<Journal> Journal::in_memory() {
  Result<std::unique_ptr<Journal>> journal = open(kInMemory, true);
  return std::move(*journal);
}

const std::vector<Record>& Journal::records() const {
  return state_->records;
}
std::string Journal::head() const {
  return state_->records.empty() ? kFirst : state_->records.back().hash;
}

Result<Record> Journal::append(const std::string& kind, json body, Time time) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  if (state.broken)
    return Error{"state", "the run's file \"" + state.path + "\" could not be written earlier",
                 "resume the run"};
  Record record;
  record.seq = static_cast<std::int64_t>(state.records.size()) + 1;
  // Time never runs behind the last record.
  record.time = state.records.empty() ? time : std::max(time, state.records.back().time);
  record.kind = kind;
  record.body = std::move(body);
  record.previous = head();
  std::string text = TRY(canonicalize(to_json(record)));
  record.hash = sha256_hex(text);
  if (!state.begin()) return failure(state.db, state.path, "written");
  if (!state.insert && sqlite3_prepare_v2(state.db, "INSERT INTO journal VALUES (?, ?, ?)", -1,
                                          &state.insert, nullptr) != SQLITE_OK)
    return failure(state.db, state.path, "written");
  sqlite3_bind_int64(state.insert, 1, record.seq);
  sqlite3_bind_blob(state.insert, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  sqlite3_bind_blob(state.insert, 3, record.hash.data(), static_cast<int>(record.hash.size()),
                    SQLITE_STATIC);
  const int step = sqlite3_step(state.insert);
  sqlite3_reset(state.insert);
  if (step != SQLITE_DONE) {
    state.broken = true;
    return failure(state.db, state.path, "written");
  }
  state.records.push_back(record);
  return record;
}

Status Journal::State::write() {
  if (!open_transaction) return Done{};
  if (!run("COMMIT")) {
    broken = true;
    log(LogLevel::error, "journal write failed: " + path);
    return failure(db, path, "written");
  }
  open_transaction = false;
  unsynced = true;
  return Done{};
}

// A journal that nobody keeps has no log.
bool Journal::State::sync_log() {
  sqlite3_file* log_file = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log_file) != SQLITE_OK)
    return false;
  if (!log_file || !log_file->pMethods) return true;
  return log_file->pMethods->xSync(log_file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

Status Journal::write() {
  const std::lock_guard lock(state_->mutex);
  return state_->write();
}

Status Journal::sync() {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  if (state.broken)
    return Error{"state", "the run's file \"" + state.path + "\" could not be written earlier",
                 "resume the run"};
  const Stopwatch stopwatch(wall_clock());
  TRY(state.write());
  if (!state.unsynced) return Done{};
  if (!state.sync_log()) {
    state.broken = true;
    log(LogLevel::error, "journal sync failed: " + state.path);
    return Error{"state",
                 "the run's file \"" + state.path + "\" cannot be written: it could not be synced",
                 "I/O error; nothing was sent after the last record"};
  }
  if (const long ms = stopwatch.ms(); ms >= kSlowSyncMs)
    log(LogLevel::warn, "journal sync took " + std::to_string(ms) + " ms: " + state.path);
  state.unsynced = false;
  return Done{};
}

std::string Journal::put(const std::string& bytes) {
  State& state = *state_;
  const std::string sha256 = sha256_hex(bytes);
  const std::lock_guard lock(state.mutex);
  if (state.broken || !state.begin()) return sha256;
  if (!state.put && sqlite3_prepare_v2(state.db, "INSERT OR IGNORE INTO documents VALUES (?, ?)",
                                       -1, &state.put, nullptr) != SQLITE_OK) {
    state.broken = true;
    return sha256;
  }
  sqlite3_bind_text(state.put, 1, sha256.data(), static_cast<int>(sha256.size()), SQLITE_STATIC);
  sqlite3_bind_blob64(state.put, 2, bytes.data(), bytes.size(), SQLITE_STATIC);
  // A document that could not be kept must not be named by a later record.
  if (sqlite3_step(state.put) != SQLITE_DONE) state.broken = true;
  sqlite3_reset(state.put);
  return sha256;
}

Result<std::string> Journal::get(const std::string& sha256) const {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  if (!state.get && sqlite3_prepare_v2(state.db, "SELECT bytes FROM documents WHERE sha256 = ?", -1,
                                       &state.get, nullptr) != SQLITE_OK)
    return failure(state.db, state.path, "read");
  sqlite3_bind_text(state.get, 1, sha256.data(), static_cast<int>(sha256.size()), SQLITE_STATIC);
  std::string bytes;
  const bool found = sqlite3_step(state.get) == SQLITE_ROW;
  if (found) {
    const void* data = sqlite3_column_blob(state.get, 0);
    if (data)
      bytes.assign(static_cast<const char*>(data),
                   static_cast<std::size_t>(sqlite3_column_bytes(state.get, 0)));
  }
  sqlite3_reset(state.get);
  if (!found)
    return Error{"state",
                 "the run's file \"" + state.path + "\" has no document " + sha256.substr(0, 12),
                 "keep the file as it is; restore it from a copy"};
  if (sha256_hex(bytes) != sha256) return damaged_document(sha256);
  return bytes;
}

Status Journal::whole() const {
  const State& state = *state_;
  sqlite3_stmt* all = nullptr;
  Status good = Done{};
  int step = sqlite3_prepare_v2(state.db, "SELECT sha256, bytes FROM documents", -1, &all, nullptr);
  if (step == SQLITE_OK)
    while (good && (step = sqlite3_step(all)) == SQLITE_ROW) {
      const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(all, 0));
      const auto* data = static_cast<const char*>(sqlite3_column_blob(all, 1));
      const std::string sha256 = name ? name : "without a name";
      std::string bytes;
      if (data) bytes.assign(data, static_cast<std::size_t>(sqlite3_column_bytes(all, 1)));
      if (sha256_hex(bytes) != sha256) good = damaged_document(sha256);
    }
  if (good && step != SQLITE_DONE) good = failure(state.db, state.path, "read");
  sqlite3_finalize(all);
  return good;
}

std::vector<std::string> Journal::documents() const {
  std::vector<std::string> names;
  sqlite3_stmt* all = nullptr;
  if (sqlite3_prepare_v2(state_->db, "SELECT sha256 FROM documents ORDER BY sha256", -1, &all,
                         nullptr) == SQLITE_OK)
    while (sqlite3_step(all) == SQLITE_ROW)
      names.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(all, 0)));
  sqlite3_finalize(all);
  return names;
}

}  // namespace countersign
