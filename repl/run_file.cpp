#include "repl/run_file.h"

namespace countersign {

Result<RunFile> read_run(const Home& home, const std::string& text) {
  const Result<std::string> id = home.find_run(text);
  if (!id) return id.error();
  Result<std::unique_ptr<Journal>> journal = Journal::open(home.run_path(*id), false);
  if (!journal) return journal.error();
  Result<RunState> state = RunState::of(**journal);
  if (!state) return state.error();
  return RunFile{std::move(*journal), std::move(*state)};
}

}  // namespace countersign
