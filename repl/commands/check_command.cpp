// check: what is wrong with scripts, found without running them.
#include <algorithm>
#include <filesystem>

#include "approvals/policy.h"
#include "approvals/text_file.h"
#include "interpreter/clock.h"
#include "repl/app_context.h"
#include "repl/check/check.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/input.h"
#include "repl/playbook_age.h"
#include "repl/runbook_file.h"
#include "repl/views/console.h"
#include "repl/views/finding_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

// The scripts that one word names: a file, a folder, or a runbook's name.
Result<std::vector<std::string>> files_of(const std::string& word) {
  std::error_code bad;
  if (!fs::is_directory(word, bad)) {
    if (fs::is_regular_file(word, bad)) return std::vector<std::string>{word};
    const Result<RunbookFile> named = find_runbook(word);
    if (!named)
      return Error{"usage", "there is no file, folder or runbook \"" + word + "\"",
                   named.error().hint};
    return std::vector<std::string>{named->script.chunk};
  }
  std::vector<std::string> files;
  for (auto at = fs::recursive_directory_iterator(word, bad);
       !bad && at != fs::recursive_directory_iterator(); at.increment(bad)) {
    // Hidden folders hold what other programs made.
    if (at->path().filename().string().rfind('.', 0) == 0) {
      if (at->is_directory(bad)) at.disable_recursion_pending();
      continue;
    }
    if (at->path().extension() == ".lua" && at->is_regular_file(bad))
      files.push_back(at->path().lexically_normal().string());
  }
  if (bad) return Error{"usage", "the folder \"" + word + "\" cannot be read: " + bad.message()};
  if (files.empty())
    return Error{"usage", "the folder \"" + word + "\" holds no scripts", "scripts end with .lua"};
  std::sort(files.begin(), files.end());
  return files;
}

// The policy's roles, and whether somebody has them.
std::map<std::string, bool> roles_in(const Policy& policy) {
  std::map<std::string, bool> roles;
  for (const std::string& role : roles_of(policy)) roles[role] = false;
  for (const Person& person : policy.people)
    for (const std::string& role : person.roles) roles[role] = true;
  for (const Deputy& deputy : policy.deputies)
    for (const std::string& role : deputy.roles) roles[role] = true;
  return roles;
}

// The workspace whose policy says which roles there are: scripts elsewhere are for other people's.
struct Workplace {
  fs::path folder;
  std::optional<std::map<std::string, bool>> roles;
};

Result<Workplace> workplace(AppContext& app) {
  Workplace place;
  const Configuration* configuration = TRY(app.configuration_if_any());
  if (configuration == nullptr) return place;
  const TrustPaths trust = TRY(app.trust());
  const auto text = read_text_file(trust.policy);
  if (!text) return place;
  const Policy policy = TRY(parse_policy(*text, trust.policy));
  std::error_code bad;
  place.folder = fs::weakly_canonical(fs::path(trust.policy).parent_path(), bad);
  place.roles = roles_in(policy);
  return place;
}

bool is_below(const fs::path& file, const fs::path& folder) {
  std::error_code bad;
  const fs::path way = fs::weakly_canonical(file, bad).lexically_relative(folder);
  return !way.empty() && *way.begin() != "..";
}

}  // namespace

Result<Reply> check_command(CommandContext& context) {
  std::vector<std::string> files;
  for (const std::string& word : context.arguments.files) {
    const std::vector<std::string> some = TRY(files_of(word));
    files.insert(files.end(), some.begin(), some.end());
  }
  const Workplace place = TRY(workplace(context.app));
  std::vector<ScriptFinding> found;
  for (const std::string& file : files) {
    const std::string text = TRY(read_input(file));
    lua::CheckOptions terms{context.app.clock().now(), verified_within(context.app), std::nullopt};
    if (place.roles && is_below(file, place.folder)) terms.roles = place.roles;
    for (ScriptFinding& one : check_script(file, text, standard_catalogue(), terms)) {
      // A module that several runbooks load says the same of each.
      const bool said = std::any_of(found.begin(), found.end(), [&](const ScriptFinding& other) {
        return says_again(other, one);
      });
      if (!said) found.push_back(std::move(one));
    }
  }
  json value = json::array();
  for (const ScriptFinding& one : found) value.push_back(to_json(one));
  return Reply{findings_text(found, files.size(), context.console.style()), value,
               found.empty() ? kDone : kCheckFailed};
}

}  // namespace countersign
