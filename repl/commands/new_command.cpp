// new: a script to start from, and beside it a test that fails until it says what is to be.
#include <algorithm>
#include <filesystem>

#include "approvals/text_file.h"
#include "interpreter/clock.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/commands/new_scenario.h"
#include "repl/definitions.h"
#include "repl/skeleton.h"
#include "repl/views/console.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLongestName = 60;

Status fits(const std::string& name, const std::string& kind) {
  // A symptom is found by its name among others; slugs have no _.
  const bool plain = std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           (c == '_' && kind == "runbook");
  });
  const bool ends = name.size() > 5 && name.compare(name.size() - 5, 5, "_test") == 0;
  if (plain && !name.empty() && name[0] >= 'a' && name[0] <= 'z' && name.size() <= kLongestName &&
      !ends)
    return Done{};
  return Error{"usage", "\"" + name + "\" is not a name for a script",
               ends ? "NAME_test is the name of the scenarios for NAME"
                    : "lower-case letters, digits and -, a letter first, at most 60: such as "
                      "dead-air; the folder is --to DIR"};
}

// The world that the scenarios are tried on: the working folder's where there is one, else one
// beside the scenarios, which is written there first.
std::string world_beside(const fs::path& folder) {
  std::error_code bad;
  const std::string name = "worlds/demo.json";
  if (fs::exists(folder / name, bad) || !fs::is_regular_file(name, bad)) return name;
  return fs::weakly_canonical(name, bad)
      .lexically_relative(fs::weakly_canonical(folder, bad))
      .string();
}

Status write_world(const fs::path& folder, const std::string& world) {
  std::error_code bad;
  if (fs::exists(folder / world, bad)) return Done{};
  fs::create_directories((folder / world).parent_path(), bad);
  if (bad)
    return Error{"usage", "the folder \"" + (folder / world).parent_path().string() +
                              "\" cannot be made: " + bad.message()};
  return create_file((folder / world).string(), starter_world());
}

}  // namespace

Result<Reply> new_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.kind == "scenario") return new_scenario(context);
  if (!typed.run.empty() || !typed.files.empty() || typed.redact)
    return Error{"usage",
                 "new " + typed.kind + ": --from-run, --with and --redact are of `new scenario`",
                 "countersign new scenario --from-run RUN"};
  if (typed.name.empty())
    return Error{"usage", "new " + typed.kind + ": NAME is required",
                 "countersign new " + typed.kind + " NAME"};
  TRY(fits(typed.name, typed.kind));
  const fs::path folder = typed.folder.empty() ? "." : typed.folder;
  const std::string script = (folder / (typed.name + ".lua")).lexically_normal().string();
  const std::string test = (folder / (typed.name + "_test.lua")).lexically_normal().string();
  std::error_code bad;
  // All or nothing: what is there is found before anything is written.
  for (const std::string& file : {script, test})
    if (fs::exists(fs::symlink_status(file, bad)))
      return Error{"usage", "\"" + file + "\" is there already, and nothing was written",
                   "take another name, or another folder with --to DIR"};
  fs::create_directories(folder, bad);
  if (bad || !fs::is_directory(folder, bad))
    return Error{"usage", "the folder \"" + folder.string() + "\" cannot be made" +
                              (bad ? ": " + bad.message() : "")};
  const std::string today = iso_time(context.app.clock().now()).substr(0, 10);
  const std::string world = world_beside(folder);
  const Skeleton made = typed.kind == "symptom" ? symptom_skeleton(typed.name, today, world)
                                                : runbook_skeleton(typed.name, world);
  TRY(write_world(folder, world));
  TRY(create_file(script, made.script));
  TRY(create_file(test, made.scenarios));
  // Editors open the folder that is worked in, and find its scripts below.
  const fs::path here = fs::current_path(bad);
  const bool below = fs::weakly_canonical(folder, bad).lexically_relative(here).native()[0] != '.';
  TRY(support_editors(folder.string(), below ? here.string() : folder.string()));

  Page page(context.console.style());
  page.line(0, {{script, Tone::strong}, {": a " + typed.kind + " that works; make it yours"}});
  page.line(0,
            {{test, Tone::strong}, {": a scenario that fails until you say more; it says what"}});
  page.line(0, {{(folder / world).lexically_normal().string(), Tone::strong},
                {": the simulated account that it is tried on"}});
  page.blank();
  page.command(0, "countersign check " + script, "as often as you like");
  page.command(0, "countersign test " + test, "fails at first");
  return Reply{page.text(), {{"kind", typed.kind}, {"script", script}, {"scenarios", test}}};
}

}  // namespace countersign
