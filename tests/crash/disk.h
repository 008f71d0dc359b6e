// What a power cut leaves of a folder: what was synced, and nothing else.
//
// The model, from what killer.c recorded:
//  - all that was there when the program started is on the disk;
//  - the bytes of a file are those of its last fsync or fdatasync; a file never synced is empty;
//  - a name is there, gone or another's as its folder was at the folder's last sync;
//  - a renaming between two folders reaches the disk with the first of the two that is synced,
//  whole.
// File systems keep more than that. What they may keep of a write that was not synced, such as half
// of it, is not modelled.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace countersign::crash {

class Disk {
 public:
  // All that lies below `folder` now is on the disk.
  explicit Disk(const std::string& folder);

  // Puts the folder into the state that a power cut leaves it in. Files that stay keep their
  // inodes.
  void cut(const std::string& record, const std::string& store);

 private:
  struct Node {
    bool folder = false;
    unsigned mode = 0644;
    std::string bytes;                           // of a file
    std::map<std::string, std::string> entries;  // of a folder: name to id
  };
  struct Renaming {
    std::string from, to, file, old_name, new_name;
  };
  std::string take(const std::string& path);
  void rename(const Renaming& one);
  void put(const Node& node, const std::string& path) const;

  std::string folder_;
  std::map<std::string, Node> nodes_;
  std::string root_;
  std::vector<Renaming> renamings_;  // that did not reach the disk yet
};

// Makes the folder `to` the same as `from`, in place: what is the same already is not touched.
void mirror(const std::string& from, const std::string& to);
std::string file_text(const std::string& path);

}  // namespace countersign::crash
