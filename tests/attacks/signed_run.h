// A run that was signed and waits to be carried out, at the simulated providers, with the program
// started as its users start it: what the attacks alter, as often as they like.
#pragma once
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/journal.h"
#include "tests/repl/cli_fixture.h"

namespace countersign::attacks {

using json = nlohmann::json;

// What a run's file holds, to be changed at will and written with a chain that fits.
struct RunFile {
  std::vector<Record> records;
  std::vector<std::string> documents;
  // The first record of that kind, from `from` on; it has to be there.
  Record& record(const std::string& kind, std::size_t from = 0);
  std::size_t place(const std::string& kind) const;
  // The digest of a document that is added.
  std::string add(const std::string& bytes);
  // The JSON document whose digest is `sha256`.
  json document(const std::string& sha256) const;
};

// What a test program counted: shown, and kept for the end of `./dev test`.
void tell(const std::string& figure);

// What came of an attempt to go on.
struct Attempt {
  int code = -1;
  std::string kind, message, output;
  std::vector<std::string> sent;  // requests that change something, since the run was set back
};

class SignedRun {
 public:
  // Writes runbook and workspace, starts the run and has it approved.
  explicit SignedRun(const std::string& runbook = kRenameTwo);
  ~SignedRun();

  // As it was when it had been approved; `world` and workspace too.
  void set_back();
  Attempt resume();
  // The same; `alter` happens while the first change is under way.
  Attempt resume_and(const std::function<void()>& alter);
  // Any other command, with --json.
  Attempt command(const std::vector<std::string>& words);

  // Rewrites the run's file as somebody does who can write there: with a chain that fits and the
  // index's head corrected.
  void rewrite(const std::function<void(RunFile&)>& change);

  // A text in a file of the workspace replaced; it has to be there.
  void replace(const std::string& file, const std::string& from, const std::string& to);
  void append(const std::string& file, const std::string& text);
  // A change by somebody else, in the providers' world (RFC 6902).
  void elsewhere(const json& patch);

  // Words before the command: --config, --home.
  std::vector<std::string> options;
  // Where the program is started; the workspace's folder where it is empty.
  std::string folder;
  // In a network of its own, where nothing answers.
  bool cut_off = false;

  std::string id;
  room::CliFixture room;
  simulator::Simulator other;  // another one, that nobody signed for

  static const char* const kRenameTwo;

 private:
  std::vector<std::string> sent() const;
  void serve(const json& world);

  std::string kept_;  // a copy of the workspace
  json world_;
  int port_ = 0;
};

}  // namespace countersign::attacks
