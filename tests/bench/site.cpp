#include "tests/bench/site.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/bench/measure.h"

namespace countersign {

namespace fs = std::filesystem;
using nlohmann::json;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Site::Site() {
  char draft[] = "/tmp/countersign-bench-XXXXXX";
  if (mkdtemp(draft) == nullptr) std::abort();
  folder = draft;
}

Site::~Site() {
  if (simulator_ > 0) {
    kill(simulator_, SIGTERM);
    waitpid(simulator_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

void Site::write(const std::string& name, const std::string& text, fs::perms mode) const {
  fs::create_directories((folder / name).parent_path());
  std::ofstream(folder / name) << text;
  fs::permissions(folder / name, mode);
}

void Site::people(const std::vector<std::string>& names) const {
  fs::create_directories(folder / "keys");
  for (const std::string& person : names) {
    const std::string key = (folder / "keys" / person).string();
    run_process({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key}});
    std::ofstream(folder / "allowed_signers", std::ios::app)
        << person << "@connie.example " << text_of(key + ".pub");
  }
  write("revoked", "# countersign revocations\n");
}

void Site::simulate(const std::string& binary, const json& world,
                    const std::vector<std::string>& more) {
  write("world.json", world.dump());
  std::vector<std::string> words = {binary, "sim", "--world", "world.json", "--port-file", "port"};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  simulator_ = fork();
  if (simulator_ < 0) std::abort();
  if (simulator_ == 0) {
    // Quietly; it ends with us, however we end.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int log = open((folder / "sim.log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || chdir(folder.c_str()) != 0) _exit(1);
    execv(argv[0], argv.data());
    _exit(1);
  }
  for (int i = 0; i < 1000 && text_of(folder / "port").empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  port_ = std::to_string(std::atoi(text_of(folder / "port").c_str()));
}

std::string Site::with_port(std::string text) const {
  for (std::size_t at = text.find("PORT"); at != std::string::npos; at = text.find("PORT"))
    text.replace(at, 4, port_);
  return text;
}

double Site::took(const std::vector<std::string>& argv, int wanted, std::string* out) const {
  Ran ran;
  const double time = seconds([&] {
    ran = run_process({argv,
                       folder.string(),
                       {{"KEY", "SK29061521b0294920183e16344b29f240:fake-api-secret-acme"},
                        {"SECRET", "fake-api-secret"}}});
  });
  // What did not do what it should has no time.
  if (ran.code != wanted) {
    std::fprintf(stderr, "%s %s ended with %d: %s%s\n", argv[0].c_str(), argv[1].c_str(), ran.code,
                 ran.out.c_str(), ran.err.c_str());
    std::exit(1);
  }
  if (out) *out = ran.out;
  return time;
}

json Site::requests() const {
  const Ran ran = run_process({{"curl", "-s", endpoint() + "/_sim/requests"}});
  const json all = json::parse(ran.out, nullptr, false);
  return all.is_array() ? all : json::array();
}

}  // namespace countersign
