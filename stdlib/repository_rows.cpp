// repository.*: what git says about the declared repository. Nothing here changes it.
#include "stdlib/command_environment.h"
#include "stdlib/command_process.h"
#include "stdlib/file_rows.h"
#include "stdlib/program_identity.h"
#include "stdlib/row_arguments.h"

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

Result<json> log(const Call& call) {
  const std::string& repository = provider(call).workspace().configuration().workspace.repository;
  if (repository.empty())
    return Error{"config", "no repository is declared", "name it as repository under [workspace]"};
  const std::int64_t limit = call.arguments.value("limit", std::int64_t{20});
  if (limit < 1 || limit > kMost)
    return Error{"argument", "limit: want 1 to " + std::to_string(kMost)};
  CommandProcess git;
  // What a repository's own configuration could make git run is switched off.
  git.argv = {"git",
              "--no-pager",
              "-c",
              "core.fsmonitor=false",
              "-c",
              "core.hooksPath=/dev/null",
              "-c",
              "log.showSignature=false",
              "-c",
              "log.mailmap=false",
              "log",
              "-z",
              "--no-color",
              "--no-ext-diff",
              "--no-textconv",
              "--encoding=UTF-8",
              "--max-count=" + std::to_string(limit),
              "--format=%H%x1f%cI%x1f%an%x1f%s"};
  const auto path = known_text(call, "path");
  if (!path) return path.error();
  if (!path->empty()) {
    const auto literal = inside(*path);
    if (!literal) return literal.error();
    git.argv.insert(git.argv.end(), {"--", *literal});
  }
  const PrivateFolder home;
  if (home.path().empty()) return Error{"state", "no folder can be made for git's HOME"};
  git.cwd = repository;
  git.environment = quiet_git();
  git.environment["PATH"] = kProgramPath;
  git.environment["HOME"] = home.path();
  git.environment["LANG"] = "C.UTF-8";
  git.milliseconds = 30'000;
  const auto outcome = run_command(git);
  if (!outcome) return outcome.error();
  std::string output = outcome->output;
  if (outcome->overdue || outcome->status != 0) {
    if (output.size() > 300) output.resize(300);
    return Error{"config",
                 "git log failed in the declared repository: " +
                     json(output).dump(-1, ' ', false, json::error_handler_t::replace),
                 "check repository under [workspace]"};
  }
  const std::string text =
      json(commits(output)).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(text);
}

}  // namespace

Status add_repository_rows(Catalogue& catalogue) {
  return catalogue.add(
      {"repository.log",
       Effect::read,
       Credential::none,
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
