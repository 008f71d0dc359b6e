#include "repl/home_copy.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "interpreter/digest.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Error failed(const std::string& what, const std::string& why) {
  return Error{"state", "cannot copy " + what + ": " + why,
               "make sure that the folder can be read, and that there is room for the copy"};
}

bool left_out(const std::string& path) {
  const auto ends = [&](const std::string& end) {
    return path.size() >= end.size() &&
           path.compare(path.size() - end.size(), end.size(), end) == 0;
  };
  return path.rfind("locks/", 0) == 0 || path.rfind("log/", 0) == 0 || ends("-wal") ||
         ends("-shm") || ends("-journal");
}

bool is_database(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char head[16] = {};
  return in.read(head, sizeof head) && std::string(head, 15) == "SQLite format 3";
}

// Every file below the folder that belongs to a copy; databases of the folder itself first.
Result<std::vector<std::string>> files_below(const std::string& home) {
  std::vector<std::string> paths;
  std::error_code bad;
  for (fs::recursive_directory_iterator at(home, bad), end; !bad && at != end; at.increment(bad))
    if (at->is_regular_file() && !at->is_symlink()) {
      const std::string path = at->path().lexically_relative(home).generic_string();
      if (!left_out(path)) paths.push_back(path);
    }
  if (bad) return failed("\"" + home + "\"", bad.message());
  std::sort(paths.begin(), paths.end());
  std::stable_partition(paths.begin(), paths.end(), [&](const std::string& path) {
    return path.find('/') == std::string::npos && is_database(home + "/" + path);
  });
  return paths;
}

struct Database {
  sqlite3* db = nullptr;
  ~Database() { sqlite3_close(db); }
};

Status copy_database(const std::string& from, const std::string& to) {
  Database in, out;
  const bool opened =
      sqlite3_open_v2(from.c_str(), &in.db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
      sqlite3_open_v2(to.c_str(), &out.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) ==
          SQLITE_OK;
  if (!opened) return failed("\"" + from + "\"", sqlite3_errmsg(out.db ? out.db : in.db));
  sqlite3_busy_timeout(in.db, 5000);
  sqlite3_backup* copy = sqlite3_backup_init(out.db, "main", in.db, "main");
  if (copy == nullptr) return failed("\"" + from + "\"", sqlite3_errmsg(out.db));
  const int step = sqlite3_backup_step(copy, -1);
  const int end = sqlite3_backup_finish(copy);
  if (step != SQLITE_DONE || end != SQLITE_OK)
    return failed("\"" + from + "\"", sqlite3_errmsg(out.db));
  // One file that needs nothing beside it.
  if (sqlite3_exec(out.db, "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed("\"" + from + "\"", sqlite3_errmsg(out.db));
  return Done{};
}

Result<std::string> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (in) out << in.rdbuf();
  if (!in) return failed("\"" + path + "\"", "it cannot be read");
  return out.str();
}

Status write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes;
  out.close();
  if (!out) return failed("into \"" + path + "\"", "it cannot be written");
  return Done{};
}

}  // namespace

std::string sums_of(const CopiedFiles& files) {
  std::string text;
  for (const auto& [path, sha256] : files) text += sha256 + "  " + path + "\n";
  return text;
}

Result<CopiedFiles> copy_home(const std::string& home, const std::string& to) {
  std::error_code bad;
  if (fs::exists(to, bad) && (!fs::is_directory(to, bad) || !fs::is_empty(to, bad)))
    return Error{"usage", "\"" + to + "\" is there already", "name a folder that is not"};
  const fs::path inside =
      fs::weakly_canonical(to, bad).lexically_relative(fs::weakly_canonical(home, bad));
  if (!inside.empty() && *inside.begin() != "..")
    return Error{"usage", "\"" + to + "\" lies inside of the state folder", "name one outside"};
  fs::create_directories(to, bad);
  if (bad || chmod(to.c_str(), 0700) != 0) return failed("into \"" + to + "\"", bad.message());
  CopiedFiles copied;
  const std::vector<std::string> paths = TRY(files_below(home));
  for (const std::string& path : paths) {
    const std::string from = home + "/" + path, there = to + "/" + path;
    fs::create_directories(fs::path(there).parent_path(), bad);
    if (is_database(from)) {
      TRY(copy_database(from, there));
    } else {
      const std::string bytes = TRY(bytes_of(from));
      TRY(write_bytes(there, bytes));
    }
    if (chmod(there.c_str(), 0600) != 0) return failed("into \"" + there + "\"", "its mode");
    const std::string written = TRY(bytes_of(there));
    copied[path] = sha256_hex(written);
  }
  TRY(write_bytes(to + "/" + kSums, sums_of(copied)));
  return copied;
}

}  // namespace countersign
