#include "repl/run_file.h"

namespace countersign {

Result<RunFile> read_run(const Home& home, const std::string& text) {
  const std::string id = TRY(home.find_run(text));
  std::unique_ptr<Journal> journal = TRY(Journal::open(home.run_path(id), false));
  RunState state = TRY(RunState::of(*journal));
  return RunFile{std::move(journal), std::move(state)};
}

}  // namespace countersign
