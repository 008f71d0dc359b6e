// doc: runbooks as pages for people.
#include <algorithm>
#include <filesystem>
#include <set>

#include "approvals/text_file.h"
#include "interpreter/whole_file.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/described.h"
#include "repl/views/console.h"
#include "repl/views/mdx_page.h"
#include "repl/views/runbook_page.h"
#include "repl/views/symptom_pages.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

struct PageFile {
  std::string path, runbook, title, text;
  bool replaces = false;
};

Result<std::vector<Described>> wanted(Engine& engine, const std::vector<std::string>& names) {
  if (names.empty()) return shipped_runbooks(engine);
  std::vector<Described> out;
  for (const std::string& name : names) {
    const RunbookFile file = TRY(find_runbook(name));
    Described one = TRY(describe_script(engine, file));
    if (one.head.value("is", "") != "runbook")
      return Error{"usage", "\"" + name + "\" is not a runbook", "name the one that requires it"};
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<PageFile>> pages_of(const std::vector<Described>& runbooks,
                                       const std::string& folder) {
  std::vector<PageFile> pages;
  std::set<std::string> taken = {"symptoms"};
  std::vector<json> heads;
  for (const Described& one : runbooks) {
    heads.push_back(one.head);
    const std::string name = page_name(one.head);
    if (!taken.insert(name).second)
      return Error{"usage",
                   "\"" + one.path + "\" would be the page " + name + ".md, which there is already",
                   "name the runbooks to publish, and use another folder for the rest"};
    const int position = static_cast<int>(pages.size()) + 1;
    pages.push_back({folder + "/" + name + ".md", one.head.value("name", ""),
                     one.head.value("title", ""), runbook_page(one.head, position)});
  }
  const int position = static_cast<int>(pages.size()) + 1;
  pages.push_back({folder + "/symptoms.md", "", "Symptoms", symptoms_page(heads, position)});
  return pages;
}

// What somebody else wrote stays; nothing is written before every page may be.
Status look_what_is_there(std::vector<PageFile>& pages) {
  for (PageFile& page : pages) {
    std::error_code bad;
    if (!fs::exists(fs::symlink_status(page.path, bad))) continue;
    if (!fs::is_regular_file(fs::symlink_status(page.path, bad)) ||
        !is_written_page(read_whole(page.path).bytes))
      return Error{"usage", "\"" + page.path + "\" was not written by countersign doc",
                   "move it away, or publish into another folder"};
    page.replaces = true;
  }
  return Done{};
}

// In one step, so that a page is never half of one.
Status write(const PageFile& page) {
  const std::string draft = page.path + ".new";
  std::error_code bad;
  fs::remove(draft, bad);
  TRY(create_file(draft, page.text));
  fs::rename(draft, page.path, bad);
  if (!bad) return Done{};
  return Error{"usage", "\"" + page.path + "\" cannot be written: " + bad.message(),
               "check who may write there"};
}

}  // namespace

Result<Reply> doc_command(CommandContext& context) {
  const std::string& folder = context.arguments.folder;
  Engine* engine = TRY(context.app.reading_engine(false));
  const auto runbooks = TRY(wanted(*engine, context.arguments.runbooks));
  if (runbooks.empty())
    return Error{"usage", "there are no runbooks below ./runbooks, and none were shipped",
                 "name a file"};
  auto pages = TRY(pages_of(runbooks, folder));
  TRY(look_what_is_there(pages));
  std::error_code bad;
  fs::create_directories(folder, bad);
  if (bad || !fs::is_directory(folder, bad))
    return Error{"usage", "the folder \"" + folder + "\" cannot be made", "name another with --to"};
  Reply reply{"", json::array()};
  Page said(context.console.style());
  for (const PageFile& page : pages) {
    TRY(write(page));
    said.line(0, {{page.path, Tone::strong},
                  {"  " + page.title},
                  {page.replaces ? "  written anew" : "", Tone::faint}});
    reply.value.push_back({{"page", page.path},
                           {"runbook", page.runbook.empty() ? json() : json(page.runbook)},
                           {"title", page.title},
                           {"replaced", page.replaces}});
  }
  reply.text = said.text();
  return reply;
}

}  // namespace countersign
