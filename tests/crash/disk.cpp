#include "tests/crash/disk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace countersign::crash {
namespace {

namespace fs = std::filesystem;

// As killer.c names a file.
std::string identity(const std::string& path, unsigned& mode, bool& folder) {
  struct statx about {};
  if (statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &about) !=
      0)
    return "";
  mode = about.stx_mode & 07777;
  folder = S_ISDIR(about.stx_mode);
  std::ostringstream id;
  id << about.stx_dev_major << ':' << about.stx_dev_minor << ':' << about.stx_ino << ':'
     << about.stx_btime.tv_sec << '.' << about.stx_btime.tv_nsec;
  return id.str();
}

void put_file(const std::string& path, const std::string& bytes, unsigned mode) {
  std::error_code none;
  if (fs::is_directory(fs::symlink_status(path, none))) fs::remove_all(path);
  if (!fs::exists(path, none) || file_text(path) != bytes)
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  chmod(path.c_str(), static_cast<mode_t>(mode));
}

void put_folder(const std::string& path, unsigned mode) {
  std::error_code none;
  if (!fs::is_directory(fs::symlink_status(path, none))) fs::remove(path);
  fs::create_directories(path);
  chmod(path.c_str(), static_cast<mode_t>(mode));
}

void keep_only(const std::string& path, const std::set<std::string>& names) {
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(path))
    if (names.count(entry.path().filename().string()) == 0) others.push_back(entry.path());
  for (const fs::path& other : others) fs::remove_all(other);
}

}  // namespace

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// A folder that is set back by copying files is a copy, and the program says so. A disk that lost
// its power is not: its files are where they were. This says it in the state folder's own words.
void stay_in_place(const std::string& folder) {
  const std::string path = folder + "/generation";
  struct statx about {};
  nlohmann::json value = nlohmann::json::parse(file_text(path), nullptr, false);
  if (!value.is_object() ||
      statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &about) != 0)
    return;
  value["place"] = {{"inode", std::to_string(about.stx_ino)},
                    {"born", std::to_string(about.stx_btime.tv_sec) + "." +
                                 std::to_string(about.stx_btime.tv_nsec)}};
  // Written into the file that is there: another one would be elsewhere again.
  std::ofstream(path, std::ios::binary | std::ios::trunc) << value.dump();
}

void mirror(const std::string& from, const std::string& to) {
  unsigned mode = 0;
  bool folder = false;
  identity(from, mode, folder);
  if (!folder) return put_file(to, file_text(from), mode);
  put_folder(to, mode);
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(from)) {
    names.insert(entry.path().filename().string());
    mirror(entry.path().string(), to + "/" + entry.path().filename().string());
  }
  keep_only(to, names);
  stay_in_place(to);
}

Disk::Disk(const std::string& folder) : folder_(folder), root_(take(folder)) {}

std::string Disk::take(const std::string& path) {
  Node node;
  const std::string id = identity(path, node.mode, node.folder);
  if (node.folder) {
    for (const auto& entry : fs::directory_iterator(path))
      node.entries[entry.path().filename().string()] = take(entry.path().string());
  } else {
    node.bytes = file_text(path);
  }
  nodes_[id] = std::move(node);
  return id;
}

void Disk::rename(const Renaming& one) {
  auto& from = nodes_[one.from].entries;
  if (const auto at = from.find(one.old_name); at != from.end() && at->second == one.file)
    from.erase(at);
  nodes_[one.to].entries[one.new_name] = one.file;
}

void Disk::cut(const std::string& record, const std::string& store) {
  std::ifstream in(record, std::ios::binary);
  std::string line, synced;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string what, id;
    words >> what >> id;
    const auto name = [&] {
      std::string rest;
      std::getline(words, rest);
      return rest.substr(1);
    };
    if (what == "F") {
      std::string number;
      words >> number >> std::oct >> nodes_[id].mode;
      nodes_[id].bytes = file_text(store + "/" + number);
    } else if (what == "R") {
      Renaming one;
      one.from = id;
      words >> one.to >> one.file;
      renamings_.push_back(one);
    } else if (what == "O") {
      renamings_.back().old_name = line.substr(2);
    } else if (what == "N") {
      renamings_.back().new_name = line.substr(2);
    } else if (what == "D") {
      synced = id;
      for (auto one = renamings_.begin(); one != renamings_.end();) {
        const bool reached = one->from == id || one->to == id;
        if (reached) rename(*one);
        one = reached ? renamings_.erase(one) : one + 1;
      }
      nodes_[id].folder = true;
      nodes_[id].entries.clear();
    } else if (what == "E") {
      char type = 'f';
      unsigned mode = 0;
      words >> type >> std::oct >> mode;
      nodes_[synced].entries[name()] = id;
      Node& node = nodes_[id];
      node.folder = type == 'd';
      node.mode = mode;
    }
  }
  put(nodes_[root_], folder_);
}

void Disk::put(const Node& node, const std::string& path) const {
  if (!node.folder) return put_file(path, node.bytes, node.mode);
  put_folder(path, node.mode);
  std::set<std::string> names;
  for (const auto& [name, id] : node.entries) {
    names.insert(name);
    put(nodes_.at(id), path + "/" + name);
  }
  keep_only(path, names);
  stay_in_place(path);
}

}  // namespace countersign::crash
