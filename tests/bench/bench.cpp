// What Countersign costs, each number beside its limit or peer, measured in the same run on the
// same machine.
// Each part may be asked for alone (--only); --most is how far growth is followed.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "interpreter/journal_format.h"
#include "interpreter/run_state.h"
#include "tests/bench/growth.h"
#include "tests/bench/measure.h"
#include "tests/bench/toolkit.h"
#include "tests/support/terminal.h"

namespace countersign {
namespace {

constexpr int kRuns = 51;
constexpr int kCalls = 10'000;

// Interleaved, so that both see the same machine.
void start_up(const std::string& binary) {
  const std::vector<std::vector<std::string>> peers = {
      {"lua5.4", "-e", "return 1"}, {"jq", "-n", "1"}, {"node", "-e", "1"}};
  for (const auto& peer : peers) {
    if (!installed(peer[0])) {
      skipped("start-up, eval -e 'return 1'", peer[0]);
      continue;
    }
    std::vector<double> ours, theirs;
    for (int i = 0; i < kRuns; ++i) {
      ours.push_back(seconds([&] { run_process({{binary, "eval", "-e", "return 1"}}); }));
      theirs.push_back(seconds([&] { run_process({peer}); }));
    }
    row("start-up, eval -e 'return 1'", median(ours), peer[0], median(theirs), "ms", 1e3,
        peer[0] == "lua5.4" ? 4
        : peer[0] == "node" ? 0.25
                            : 0);
  }
}

// A conversation from nothing to its prompt, at a terminal, beside the interpreter's own.
void conversation_start(const std::string& binary) {
  constexpr const char* kWhat = "repl, from nothing to its prompt";
  const std::map<std::string, std::string> environment = {{"TERM", "xterm"}, {"HOME", "/tmp"}};
  const auto until = [&](const std::vector<std::string>& argv, const char* prompt) {
    return seconds([&] { Terminal({argv, ".", environment, {}}).until(prompt); });
  };
  const std::string lua = run_process({{"sh", "-c", "command -v lua5.4 || true"}}).out;
  std::vector<double> ours, theirs;
  for (int i = 0; i < kRuns; ++i) {
    ours.push_back(until({binary, "repl"}, "read-only> "));
    if (!lua.empty()) theirs.push_back(until({lua.substr(0, lua.find('\n')), "-i"}, "> "));
  }
  if (theirs.empty())
    skipped(kWhat, "lua5.4");
  else
    row(kWhat, median(ours), "lua5.4 -i", median(theirs), "ms", 1e3);
}

// TAB behind the beginning of every operation, from the key to the whole name on the screen; beside
// it a letter, which only has to be shown.
void completion(const std::string& binary) {
  const Ran listed = run_process({{binary, "operations", "--json"}});
  const json all = json::parse(listed.out, nullptr, false);
  if (!all.is_array() || all.empty()) std::abort();
  Terminal terminal({{binary, "repl"}, ".", {{"TERM", "xterm"}, {"HOME", "/tmp"}}, {}});
  terminal.until("read-only> ");
  std::vector<double> ours, bare;
  for (const json& one : all) {
    const std::string name = one.value("name", "");
    const std::string begun = name.substr(0, name.size() - 1);
    terminal.type(begun.substr(0, begun.size() - 1));
    terminal.until(begun.substr(0, begun.size() - 1));
    bare.push_back(seconds([&] {
      terminal.type(begun.substr(begun.size() - 1));
      terminal.until(begun.substr(begun.size() - 1));
    }));
    ours.push_back(seconds([&] {
      terminal.type("\t");
      terminal.until(name.substr(name.size() - 1));
    }));
    terminal.type("\x03");
    terminal.until("^C");
    terminal.until("read-only> ");
  }
  row("repl, TAB completes an operation, of all", median(ours), "a key shown", median(bare), "ms",
      1e3);
}

// A message there and one back between two processes, and nothing else.
double bare_round_trips(int count) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
  const pid_t child = fork();
  char message[128] = {};
  if (child == 0) {
    close(ends[0]);
    for (;;) {
      if (read(ends[1], message, sizeof message) != sizeof message) _exit(0);
      if (write(ends[1], message, sizeof message) != sizeof message) _exit(0);
    }
  }
  close(ends[1]);
  const double took = seconds([&] {
    for (int i = 0; i < count; ++i)
      if (write(ends[0], message, sizeof message) != sizeof message ||
          read(ends[0], message, sizeof message) != sizeof message)
        std::abort();
  });
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return took / count;
}

// An operation's way from the script to the gate and back. The row compares nothing with nothing,
// so what is left is the way.
void gate(const std::string& binary) {
  char folder[] = "/tmp/countersign-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::abort();
  std::ofstream(std::string(folder) + "/countersign.toml")
      << "[state]\nhome = \"home\"\n[profiles.none]\n"
         "twilio.account_sid = \"AC00000000000000000000000000000001\"\n";
  const auto calls = [&](int count) {
    const std::string code =
        "for i = 1, " + std::to_string(count) + " do snapshot.only({}, {}) end return true";
    return seconds([&] {
      const Ran ran = run_process({{binary, "eval", "--profile", "none", "-e", code}, folder});
      if (ran.code != 0) std::printf("%s", ran.err.c_str());
    });
  };
  std::vector<double> ours, bare;
  for (int i = 0; i < 7; ++i) {
    // What starting costs is not what a call costs.
    const double begin = calls(1);
    ours.push_back((calls(kCalls + 1) - begin) / kCalls);
    bare.push_back(bare_round_trips(kCalls));
  }
  row("one operation, script to gate and back, journaled", median(ours), "bare round trip",
      median(bare), "µs", 1e6, 1.5);
  std::filesystem::remove_all(folder);
}

// A mutation's two records in a series, as the engine writes them: the intent durable before
// anything is sent, the outcome written at once and durable with the next intent. Beside it what
// the same disk does with the same bytes.
void durable_mutations() {
  constexpr int kSteps = 400;
  char folder[] = "./countersign-bench-XXXXXX";  // this disk, not a memory file system
  if (mkdtemp(folder) == nullptr) std::abort();
  const json arguments = {{"sid", "PN00000000000000000000000000000001"},
                          {"voice_url", "https://handler.example/voice"}};
  std::vector<double> ours, bare, sqlite;
  for (int round = 0; round < 5; ++round) {
    const std::string path = std::string(folder) + "/" + std::to_string(round);
    auto journal = Journal::open(path + ".run", true);
    if (!journal) std::abort();
    ours.push_back(seconds([&] {
                     for (int n = 1; n <= kSteps; ++n) {
                       const json key = "apply." + std::to_string(n);
                       (void)(*journal)->append(
                           "intent", {{"key", key}, {"n", n}, {"arguments", arguments}}, n);
                       (void)(*journal)->sync();
                       (void)(*journal)->append("outcome", {{"key", key}, {"value", arguments}}, n);
                       (void)(*journal)->write();
                     }
                     (void)(*journal)->sync();
                   }) /
                   kSteps);
    const std::string text(300, 'x');
    const int fd = open((path + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    bare.push_back(seconds([&] {
                     for (int n = 0; n < 2 * kSteps; ++n)
                       if (write(fd, text.data(), text.size()) < 0 || fdatasync(fd) != 0)
                         std::abort();
                   }) /
                   kSteps);
    close(fd);
    sqlite3* db = nullptr;
    sqlite3_open((path + ".sqlite").c_str(), &db);
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (b BLOB)",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* put = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?)", -1, &put, nullptr);
    sqlite.push_back(seconds([&] {
                       for (int n = 0; n < kSteps; ++n) {
                         sqlite3_bind_text(put, 1, text.data(), static_cast<int>(text.size()),
                                           SQLITE_STATIC);
                         sqlite3_step(put);
                         sqlite3_reset(put);
                       }
                     }) /
                     kSteps);
    sqlite3_finalize(put);
    sqlite3_close(db);
  }
  row("one durable mutation: intent, then outcome", median(ours), "2 × append, fdatasync",
      median(bare), "µs", 1e6);
  row("one durable mutation: intent, then outcome", median(ours), "1 × SQLite WAL FULL",
      median(sqlite), "µs", 1e6, 1 / 0.9);
  std::filesystem::remove_all(folder);
}

// What a resume reads before it does anything: the chain checked, the records folded.
void journal_reading() {
  char folder[] = "/tmp/countersign-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::abort();
  const std::string path = std::string(folder) + "/long.run";
  {
    auto journal = Journal::open(path, true);
    if (!journal) std::abort();
    for (int n = 1; n <= 2000; ++n)
      (void)(*journal)->append("note",
                               to_json(NoteRecord{.key = std::to_string(n),
                                                  .phase = "look",
                                                  .where = "x.lua:1",
                                                  .text = std::string(200, 'x')}),
                               n);
    (void)(*journal)->sync();
  }
  std::vector<double> ours, bare;
  for (int round = 0; round < 9; ++round) {
    ours.push_back(seconds([&] {
      auto journal = Journal::open(path, false);
      if (!journal || !RunState::of(**journal)) std::abort();
    }));
    bare.push_back(seconds([&] {
      sqlite3* db = nullptr;
      sqlite3_open(path.c_str(), &db);
      sqlite3_stmt* all = nullptr;
      sqlite3_prepare_v2(db, "SELECT seq, text, hash FROM journal ORDER BY seq", -1, &all, nullptr);
      while (sqlite3_step(all) == SQLITE_ROW) (void)sqlite3_column_blob(all, 1);
      sqlite3_finalize(all);
      sqlite3_close(db);
    }));
  }
  row("a run of 2,000 records opened, checked and folded", median(ours), "SQLite reads them",
      median(bare), "ms", 1e3, 2);
  std::filesystem::remove_all(folder);
}

// Two configurations of 10 MB that differ in a few places: what a diff of snapshots costs, beside
// jq's sorting and diff's comparing, and beside node's reading of both.
void large_diff(const std::string& binary) {
  char folder[] = "/tmp/countersign-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::abort();
  json one = json::array();
  for (int i = 0; i < 40'000; ++i)
    one.push_back({{"sid", "PN" + std::to_string(100'000'000 + i)},
                   {"friendly_name", "line " + std::to_string(i)},
                   {"voice_url", "https://handler.example/voice/" + std::to_string(i)},
                   {"capabilities", {{"voice", true}, {"sms", false}, {"weight", i * 0.25}}},
                   {"notes", std::string(100, 'x')}});
  json other = one;
  for (int i = 0; i < 40'000; i += 4'000) other[static_cast<std::size_t>(i)]["friendly_name"] = "n";
  const std::string a = std::string(folder) + "/a.json", b = std::string(folder) + "/b.json";
  std::ofstream(a) << one.dump();
  std::ofstream(b) << other.dump();
  const std::string script = "jq -S . " + a + " > " + a + ".s; jq -S . " + b + " > " + b +
                             ".s; diff " + a + ".s " + b + ".s > /dev/null; true";
  const std::string code =
      "const f=require('fs');const d=(x,y)=>{if(x===y)return 0;if(typeof x!=='object'||typeof "
      "y!=='object'||!x||!y)return 1;let n=0;for(const k of new "
      "Set([...Object.keys(x),...Object.keys(y)]))n+=d(x[k],y[k]);return "
      "n};process.exit(d(JSON.parse(f.readFileSync('" +
      a + "')),JSON.parse(f.readFileSync('" + b + "')))===10?0:1)";
  std::vector<double> ours, jq, node;
  for (int round = 0; round < 5; ++round) {
    ours.push_back(seconds([&] {
      if (run_process({{binary, "diff", a, b}}).code != 1) std::printf("diff failed\n");
    }));
    if (installed("jq")) jq.push_back(seconds([&] { run_process({{"sh", "-c", script}}); }));
    if (installed("node"))
      node.push_back(seconds([&] {
        if (run_process({{"node", "-e", code}}).code != 0) std::printf("node failed\n");
      }));
  }
  const char* what = "diff of 10 MB";
  if (jq.empty())
    skipped(what, "jq");
  else
    row(what, median(ours), "jq -S + diff", median(jq), "ms", 1e3, 0.1);
  if (node.empty())
    skipped(what, "node");
  else
    row(what, median(ours), "node", median(node), "ms", 1e3, 0.4);
  std::filesystem::remove_all(folder);
}

// Everything that is shipped, looked over in one process, beside Lua's own compiler on the same
// files: it is what an editor waits for after every save.
void check(const std::string& binary) {
  if (!installed("lua5.4")) {
    skipped("check of all shipped scripts", "lua5.4");
    return;
  }
  const std::string folder = COUNTERSIGN_SOURCE_DIR "/runbooks";
  std::string compile;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".lua")
      compile += "assert(loadfile('" + entry.path().string() + "'))\n";
  std::vector<double> ours, theirs;
  for (int i = 0; i < kRuns; ++i) {
    ours.push_back(seconds([&] {
      if (run_process({{binary, "check", folder}}).code != 0) std::abort();
    }));
    theirs.push_back(seconds([&] { run_process({{"lua5.4", "-e", compile}}); }));
  }
  row("check of all shipped scripts, start-up included", median(ours), "lua5.4 compiles them",
      median(theirs), "ms", 1e3);
}

}  // namespace
}  // namespace countersign

// countersign_bench [--json] [--only NAME]... [--most N] [COUNTERSIGN]
int main(int argc, char** argv) {
  std::string binary = COUNTERSIGN_BINARY_DIR "/countersign";
  std::vector<std::string> only;
  bool json = false;
  int most = 1'000;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--json")
      json = true;
    else if (word == "--only" && i + 1 < argc)
      only.emplace_back(argv[++i]);
    else if (word == "--most" && i + 1 < argc)
      most = std::atoi(argv[++i]);
    else if (word.rfind("--", 0) == 0) {
      std::fprintf(stderr, "usage: ./dev bench [--json] [--only NAME]… [--most N]\n");
      return 2;
    } else
      binary = word;
  }
  const std::vector<std::pair<std::string, std::function<void()>>> parts = {
      {"start", [&] { countersign::start_up(binary); }},
      {"check", [&] { countersign::check(binary); }},
      {"repl", [&] { countersign::conversation_start(binary); }},
      {"completion", [&] { countersign::completion(binary); }},
      {"gate", [&] { countersign::gate(binary); }},
      {"durable", [] { countersign::durable_mutations(); }},
      {"journal", [] { countersign::journal_reading(); }},
      {"diff", [&] { countersign::large_diff(binary); }},
      {"toolkit", [&] { countersign::toolkit(binary); }},
      {"fleet", [&] { countersign::fleet(binary, most); }},
      {"growth", [&] { countersign::growths(binary, most); }},
  };
  for (const std::string& name : only)
    if (std::none_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return part.first == name; })) {
      std::fprintf(stderr, "bench: there is no part \"%s\"; there are:", name.c_str());
      for (const auto& [part, unused] : parts) std::fprintf(stderr, " %s", part.c_str());
      std::fprintf(stderr, "\n");
      return 2;
    }
  countersign::begin_table(json, binary);
  for (const auto& [name, part] : parts)
    if (only.empty() || std::find(only.begin(), only.end(), name) != only.end()) part();
  countersign::say_table();
}
