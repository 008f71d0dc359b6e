// Many worlds, and what the troubleshooting runbook says of each. The worlds themselves are tried
// in every test run; all that is generated beside them by `./dev matrix`, which writes the matrix.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/runbooks/worlds.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;

namespace {

std::string shown(const std::string& cause) {
  return cause.empty() ? "none" : cause;
}

json told(const CaseWorld& world, const Verdict& verdict) {
  return {{"name", world.name},   {"cause", world.cause},     {"first", verdict.first},
          {"root", verdict.root}, {"crash", verdict.crash},   {"fixed", verdict.fixed},
          {"gone", verdict.gone}, {"mended", verdict.mended}, {"said", verdict.said}};
}

// Worker `nth` of `all`: every so many worlds, a line of JSON each.
void work(const std::vector<CaseWorld>& worlds, std::size_t nth, std::size_t all,
          const std::string& file) {
  std::ofstream out(file);
  for (std::size_t i = nth; i < worlds.size(); i += all)
    out << told(worlds[i], judged(worlds[i], worlds[i].name.find(", ") == std::string::npos)).dump()
        << "\n"
        << std::flush;
}

std::vector<json> all_told(const std::vector<CaseWorld>& worlds, std::size_t workers) {
  const std::string base = "/tmp/countersign-matrix-" + std::to_string(::getpid()) + "-";
  std::vector<pid_t> children;
  for (std::size_t i = 0; i < workers; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      int code = 0;
      try {
        work(worlds, i, workers, base + std::to_string(i));
      } catch (...) {
        code = 1;
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  bool good = true;
  for (const pid_t child : children) {
    int status = 0;
    good = ::waitpid(child, &status, 0) == child && status == 0 && good;
  }
  CHECK(good);
  std::vector<json> lines;
  for (std::size_t i = 0; i < workers; ++i) {
    std::ifstream in(base + std::to_string(i));
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    ::unlink((base + std::to_string(i)).c_str());
  }
  return lines;
}

struct Score {
  int right = 0, wrong = 0, accused = 0, untrue = 0, crashed = 0;
};

Score scored(const std::vector<json>& lines) {
  Score score;
  for (const json& one : lines) {
    const bool right = one["root"] == one["cause"];
    (right ? score.right : score.wrong) += 1;
    if (one["cause"] == "" && one["root"] != "") ++score.accused;
    if (one["gone"] == true && one["mended"] == false) ++score.untrue;
    if (one["crash"] != "") ++score.crashed;
  }
  return score;
}

std::string page(const std::vector<json>& lines) {
  const Score score = scored(lines);
  std::map<std::string, std::map<std::string, int>> matrix;
  for (const json& one : lines) ++matrix[shown(one["cause"])][shown(one["root"])];
  std::ostringstream out;
  out << "---\n# Written by ./dev matrix: run that, do not edit this page.\ntitle: \"How often the "
         "diagnosis is right\"\n---\n\n"
      << "# How often the diagnosis is right\n\n"
      << "`./dev matrix` plays " << lines.size()
      << " generated worlds: each fault that has to be told from another, worlds in which nothing "
         "is wrong or only nearly, and "
         "the same beside what changes nothing about them (an incident that concerns others, a "
         "probe that is reset once). The "
         "worlds are `tests/runbooks/worlds.cpp`.\n\n"
      << "| | worlds |\n|---|---|\n| the cause named is the right one | " << score.right
      << " |\n| another, or none | " << score.wrong << " |\n| accused though healthy | "
      << score.accused << " |\n| \"the fault is gone\" though it is not | " << score.untrue
      << " |\n| crashed | " << score.crashed << " |\n\n"
      << "Each line: what is wrong in the world, and what was named, with how many worlds.\n\n| in "
         "the world | named |\n|---|---|\n";
  for (const auto& [cause, named] : matrix) {
    out << "| " << cause << " | ";
    bool first = true;
    for (const auto& [found, times] : named) {
      out << (first ? "" : ", ") << found << " " << times;
      first = false;
    }
    out << " |\n";
  }
  return out.str();
}

}  // namespace

TEST_CASE("each world is judged right: the cause, or that there is none", "[world]") {
  const char* only = std::getenv("COUNTERSIGN_WORLD");
  std::size_t skip = 0;
  if (const char* many = std::getenv("COUNTERSIGN_SKIP")) skip = std::stoul(many);
  for (const CaseWorld& world : case_worlds()) {
    if (skip > 0 && skip-- > 0) continue;
    if (only && world.name.find(only) == std::string::npos) continue;
    const Verdict verdict = judged(world, only != nullptr);
    INFO(world.name << "\n" << verdict.said);
    CHECK(verdict.crash.empty());
    CHECK(shown(verdict.root) == shown(world.cause));
    if (!world.cause.empty())
      CHECK(verdict.first == (world.first.empty() ? world.cause : world.first));
    CHECK_FALSE((verdict.gone && !verdict.mended));
  }
}

TEST_CASE("the matrix of generated worlds", "[.matrix]") {
  std::vector<CaseWorld> worlds = generated_worlds();
  if (const char* only = std::getenv("COUNTERSIGN_WORLD"))
    worlds.erase(std::remove_if(worlds.begin(), worlds.end(),
                                [&](const CaseWorld& one) {
                                  return one.name.find(only) == std::string::npos;
                                }),
                 worlds.end());
  else
    CHECK(worlds.size() >= 200);
  const char* workers = std::getenv("COUNTERSIGN_WORKERS");
  const std::vector<json> lines = all_told(worlds, workers ? std::stoul(workers) : 2);
  CHECK(lines.size() == worlds.size());
  for (const json& one : lines)
    if (one["root"] != one["cause"] || one["crash"] != "" ||
        (one["gone"] == true && one["mended"] == false))
      std::cout << one.dump() << "\n";
  const std::string text = page(lines);
  std::cout << text;
  if (const char* path = std::getenv("COUNTERSIGN_MATRIX")) std::ofstream(path) << text;
  const Score score = scored(lines);
  CHECK(score.wrong == 0);
  CHECK(score.accused == 0);
  CHECK(score.untrue == 0);
  CHECK(score.crashed == 0);
}
