// The low-level functions of libcrypto, as in interpreter/digest.cpp and for its reason.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "stdlib/session/program_identity.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "interpreter/descriptor.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::size_t kFirstLine = 256;  // as much as the system reads of it
constexpr int kDeepest = 5;  // interpreters of interpreters, as many as the system takes

std::string real(const std::string& path) {
  char* found = ::realpath(path.c_str(), nullptr);
  if (!found) return {};
  std::string text = found;
  std::free(found);
  return text;
}

bool is_file(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
}

bool can_run(const std::string& path) {
  return is_file(path) && ::access(path.c_str(), X_OK) == 0;
}

Error unusable(const std::string& name, const std::string& why) {
  return Error{"config", "the program \"" + name + "\" " + why,
               "check the command in countersign.toml"};
}

std::string last_step(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string without_blanks(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

Result<std::optional<PlannedFile>> planned(const ProgramCall& call, const std::string& path) {
  if (!call.planned) return std::optional<PlannedFile>();
  return call.planned(path);
}

Result<json> digest(const ProgramCall& call, const std::string& path) {
  auto later = TRY(planned(call, path));
  if (later) return std::move(later->digest);
  auto now = TRY(file_sha256(path));
  return json(std::move(now));
}

// Its first line; empty where it cannot be read, which the digest says.
Result<std::string> first_line(const ProgramCall& call, const std::string& path) {
  auto later = TRY(planned(call, path));
  std::string text;
  if (later) {
    text = later->bytes.substr(0, kFirstLine);
  } else {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    char buffer[kFirstLine];
    const ssize_t count = file ? ::read(file.get(), buffer, sizeof buffer) : 0;
    if (count > 0) text.assign(buffer, static_cast<std::size_t>(count));
  }
  return text.substr(0, text.find('\n'));
}

Result<json> started(const ProgramCall& call, const std::string& name,
                     const std::vector<std::string>& words, int depth);

// What `env WORD…` starts.
Result<json> behind_env(const ProgramCall& call, std::vector<std::string> words, int depth) {
  while (!words.empty()) {
    const std::string word = words.front();
    words.erase(words.begin());
    if (word == "-S" || word == "--split-string" || word.rfind("-S", 0) == 0 ||
        word.rfind("-vS", 0) == 0) {
      std::string text = word.rfind("-vS", 0) == 0                     ? word.substr(3)
                         : word.rfind("-S", 0) == 0 && word.size() > 2 ? word.substr(2)
                                                                       : std::string();
      if (text.empty() && !words.empty()) {
        text = words.front();
        words.erase(words.begin());
      }
      if (text.find_first_of("\"'\\$#") != std::string::npos)
        return unusable("env", "quotes what it is to start: " + text);
      std::vector<std::string> split;
      for (std::size_t begin = 0; (begin = text.find_first_not_of(" \t", begin)) != text.npos;) {
        const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
        split.push_back(text.substr(begin, end - begin));
        begin = end;
      }
      words.insert(words.begin(), split.begin(), split.end());
      continue;
    }
    if (word == "-" || word == "-i" || word == "--ignore-environment" || word == "--" ||
        word == "-v")
      continue;
    if (word[0] == '-' && word.size() > 1)
      return unusable(
          "env", "is given the option " + word + ", with which it is not known what it starts");
    if (word.find('=') != std::string::npos) {
      if (word.rfind("PATH=", 0) == 0)
        return unusable("env", "sets PATH, so it is not known what it starts");
      continue;
    }
    const std::string name = word;
    return started(call, name, words, depth);
  }
  return json();  // env alone prints its variables
}

Result<json> interpreter_of(const ProgramCall& call, const std::string& path, int depth) {
  auto line = TRY(first_line(call, path));
  if (line.rfind("#!", 0) != 0) return json();
  if (depth >= kDeepest) return unusable(path, "has an interpreter of an interpreter, and so on");
  const std::string rest = without_blanks(line.substr(2));
  const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string name = rest.substr(0, end), word = without_blanks(rest.substr(end));
  if (name.empty()) return unusable(path, "has an empty \"#!\" line");
  // The system takes it as a path, never as a name to look up.
  return started(call, name.find('/') == std::string::npos ? "./" + name : name,
                 word.empty() ? std::vector<std::string>() : std::vector<std::string>{word},
                 depth + 1);
}

// {"path", "sha256", "interpreter"…} of what `name` starts with `words` behind it.
Result<json> started(const ProgramCall& call, const std::string& name,
                     const std::vector<std::string>& words, int depth) {
  const auto path = TRY(program_path(name, call.cwd, call.search));
  auto sum = TRY(digest(call, path));
  json out = {{"path", path}, {"sha256", std::move(sum)}};
  auto next = TRY(last_step(name) == "env" ? behind_env(call, words, depth)
                                           : interpreter_of(call, path, depth));
  if (!next.is_null()) out["interpreter"] = std::move(next);
  return out;
}

std::string shown(const std::string& path, const std::string& cwd) {
  return path.rfind(cwd + "/", 0) == 0 ? path.substr(cwd.size() + 1) : path;
}

// What of a word may be the name of a file.
std::vector<std::string> names_in(const std::string& word) {
  std::vector<std::string> names = {word};
  if (const std::size_t at = word.find('='); at != std::string::npos)
    names.push_back(word.substr(at + 1));
  if (word.size() > 2 && word[0] == '-' && word[1] != '-') names.push_back(word.substr(2));
  if (word.size() > 1 && word[0] == '@') names.push_back(word.substr(1));
  return names;
}

Status add_file(const ProgramCall& call, const std::string& path, json& files) {
  auto sum = TRY(digest(call, path));
  files[shown(path, call.cwd)] = std::move(sum);
  return Done{};
}

Result<json> word_files(const ProgramCall& call) {
  json files = json::object();
  for (std::size_t i = 1; i < call.argv.size(); ++i)
    for (const std::string& name : names_in(call.argv[i])) {
      if (name.empty() || name.find('\0') != std::string::npos) continue;
      const std::string whole = name[0] == '/' ? name : call.cwd + "/" + name;
      const std::string path = real(whole);
      auto later = TRY(planned(call, path.empty() ? whole : path));
      if (later || (!path.empty() && is_file(path))) {
        TRY(add_file(call, path.empty() ? whole : path, files));
      } else if (name.find('/') == std::string::npos && name[0] != '-') {
        // "timeout 60 node x.js": the program that a launcher is to start.
        const auto program = program_path(name, call.cwd, call.search);
        if (!program) continue;
        TRY(add_file(call, *program, files));
      }
    }
  return files;
}

void collect(const json& value, std::map<std::string, std::string>& all) {
  if (value.is_object() && value.contains("path") && value["sha256"].is_string())
    all[value["path"].get<std::string>()] = value["sha256"].get<std::string>();
  if (value.is_object() && value.contains("interpreter")) collect(value["interpreter"], all);
}

bool is_sha256(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().size() == 64 &&
         value.get_ref<const std::string&>().find(':') == std::string::npos;
}

}  // namespace

Result<std::string> program_path(const std::string& name, const std::string& cwd,
                                 const std::string& search) {
  if (name.empty()) return unusable(name, "has no name");
  std::string path;
  if (name.find('/') != std::string::npos) {
    const std::string whole = name[0] == '/' ? name : cwd + "/" + name;
    if (can_run(whole)) path = real(whole);
  } else {
    for (std::size_t begin = 0; path.empty() && begin < search.size();) {
      const std::size_t end = std::min(search.find(':', begin), search.size());
      const std::string whole = search.substr(begin, end - begin) + "/" + name;
      if (whole[0] == '/' && can_run(whole)) path = real(whole);
      begin = end + 1;
    }
  }
  if (path.empty()) return unusable(name, "is not there, or cannot be run");
  return path;
}

Result<std::string> file_sha256(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode))
    return Error{"config", "the file \"" + path + "\" cannot be read",
                 "what a declared command starts from has to be readable"};
  SHA256_CTX sum;
  SHA256_Init(&sum);
  std::string buffer(1u << 16, '\0');
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{"config", "the file \"" + path + "\" cannot be read"};
    if (count == 0) break;
    SHA256_Update(&sum, buffer.data(), static_cast<std::size_t>(count));
  }
  std::string raw(SHA256_DIGEST_LENGTH, '\0');
  SHA256_Final(reinterpret_cast<unsigned char*>(raw.data()), &sum);
  return to_hex(raw);
}

Result<json> program_sources(const ProgramCall& call) {
  if (call.argv.empty()) return unusable("", "has no name");
  const std::vector<std::string> words(call.argv.begin() + 1, call.argv.end());
  auto program = TRY(started(call, call.argv[0], words, 0));
  auto files = TRY(word_files(call));
  json out = {{"files", std::move(files)}};
  if (program.contains("interpreter")) {
    out["interpreter"] = std::move(program["interpreter"]);
    program.erase("interpreter");
  }
  out["program"] = std::move(program);
  return out;
}

std::map<std::string, std::string> digests_of(const json& sources, const std::string& cwd) {
  std::map<std::string, std::string> all;
  collect(sources.value("program", json()), all);
  collect(sources.value("interpreter", json()), all);
  const json files = sources.value("files", json::object());
  for (const auto& [name, sum] : files.items())
    if (is_sha256(sum)) all[name[0] == '/' ? name : cwd + "/" + name] = sum.get<std::string>();
  return all;
}

Status same_files(const std::map<std::string, std::string>& digests) {
  for (const auto& [path, sum] : digests) {
    const auto now = TRY(file_sha256(path));
    if (now != sum)
      return Error{"drift", "the file \"" + path + "\" changed while it was about to be started",
                   "nothing was started; see who changes it, and resume"};
  }
  return Done{};
}

}  // namespace countersign
