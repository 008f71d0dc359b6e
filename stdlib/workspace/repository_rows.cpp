// repository.*: what git says about the declared repository. Nothing here changes it.
#include "stdlib/session/command_environment.h"
#include "stdlib/session/program_identity.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/command_process.h"
#include "stdlib/workspace/file_rows.h"

namespace countersign {
namespace {

constexpr int kMost = 1000;

// A path inside the repository as git takes it: relative, never an option, never a pattern.
Result<std::string> inside(const std::string& path) {
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x20)
      return Error{"refused", "path: holds a control character"};
  if (path[0] == '/' || ("/" + path + "/").find("/../") != std::string::npos)
    return Error{"refused", "path: \"" + path + "\" leads out of the repository",
                 "name it relative to the repository"};
  return ":(top,literal)" + path;
}

json commits(const std::string& output) {
  json list = json::array();
  for (std::size_t begin = 0; begin < output.size();) {
    const std::size_t end = std::min(output.find('\0', begin), output.size());
    std::vector<std::string> fields;
    for (std::size_t at = begin; at <= end && fields.size() < 4;) {
      const std::size_t next = std::min(output.find('\x1f', at), end);
      fields.push_back(output.substr(at, next - at));
      at = next + 1;
    }
    begin = end + 1;
    if (fields.size() == 4)
      list.push_back({{"commit", fields[0]},
                      {"date", fields[1]},
                      {"author", fields[2]},
                      {"subject", fields[3]}});
  }
  return list;
}

// What `git COMMAND…` prints in the declared repository. What a repository's own configuration
// could make git run is switched off.
Result<std::string> git(const Call& call, std::vector<std::string> command) {
  const std::string& repository = provider(call).workspace().configuration().workspace.repository;
  if (repository.empty())
    return Error{"config", "no repository is declared", "name it as repository under [workspace]"};
  const std::string name = command[0];
  CommandProcess process;
  process.argv = {"git", "--no-pager",
                  "-c",  "core.fsmonitor=false",
                  "-c",  "core.hooksPath=/dev/null",
                  "-c",  "log.showSignature=false",
                  "-c",  "log.mailmap=false"};
  process.argv.insert(process.argv.end(), command.begin(), command.end());
  const auto path = TRY(known_text(call, "path"));
  if (!path.empty()) {
    const auto literal = TRY(inside(path));
    process.argv.insert(process.argv.end(), {"--", literal});
  }
  const PrivateFolder home;
  if (home.path().empty()) return Error{"state", "no folder can be made for git's HOME"};
  process.cwd = repository;
  process.environment = quiet_git();
  process.environment["PATH"] = kProgramPath;
  process.environment["HOME"] = home.path();
  process.environment["LANG"] = "C.UTF-8";
  process.environment["GIT_OPTIONAL_LOCKS"] = "0";  // looking writes no index
  process.milliseconds = 30'000;
  const auto outcome = TRY(run_command(process));
  if (!outcome.overdue && outcome.status == 0) return outcome.output;
  return Error{
      "config",
      "git " + name + " failed in the declared repository: " +
          json(outcome.output.substr(0, 300)).dump(-1, ' ', false, json::error_handler_t::replace),
      "check repository under [workspace]"};
}

// As it may be kept: text in UTF-8.
json in_utf8(const json& value) {
  return json::parse(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<json> log(const Call& call) {
  const std::int64_t limit = call.arguments.value("limit", std::int64_t{20});
  if (limit < 1 || limit > kMost)
    return Error{"argument", "limit: want 1 to " + std::to_string(kMost)};
  const auto output = TRY(
      git(call, {"log", "-z", "--no-color", "--no-ext-diff", "--no-textconv", "--encoding=UTF-8",
                 "--max-count=" + std::to_string(limit), "--format=%H%x1f%cI%x1f%an%x1f%s"}));
  return in_utf8(commits(output));
}

// "XY PATH" each, ended by NUL; where a path was renamed, the old one follows.
Result<json> changes(const Call& call) {
  const auto output =
      TRY(git(call, {"status", "-z", "--porcelain=v1", "--untracked-files=no", "--no-renames"}));
  json list = json::array();
  for (std::size_t begin = 0; begin < output.size();) {
    const std::size_t end = std::min(output.find('\0', begin), output.size());
    const std::string entry = output.substr(begin, end - begin);
    if (entry.size() > 3)
      list.push_back({{"state", entry.substr(0, 2)}, {"path", entry.substr(3)}});
    begin = end + 1;
  }
  return in_utf8(list);
}

}  // namespace

Status add_repository_rows(Catalogue& catalogue) {
  const Status added = catalogue.add(
      {"repository.changes.list",
       Effect::read,
       "",
       {{"path", Type::text, false, "Only changes at or below this path of the repository"}},
       "list of {state, path}: files that git knows and that differ from the last commit",
       "What is not committed of the declared repository",
       changes});
  if (!added) return added;
  return catalogue.add(
      {"repository.log",
       Effect::read,
       "",
       {{"limit", Type::integer, false, "How many commits at most, 20 where not said"},
        {"path", Type::text, false, "Only commits that touch this path of the repository"}},
       "list of {commit, date, author, subject}, newest first",
       "The commits of the declared repository",
       log});
}

Status add_file_rows(Catalogue& catalogue) {
  for (const auto add : {add_files_rows, add_env_rows, add_registry_rows, add_command_rows,
                         add_devlog_rows, add_repository_rows}) {
    const Status added = add(catalogue);
    if (!added) return added;
  }
  return Done{};
}

}  // namespace countersign
