// What is written from the rows and checked in: the reference page, and the definitions for
// editors. This compares the two; COUNTERSIGN_WRITE_REFERENCE=1 writes them anew.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "interpreter/catalogue.h"
#include "repl/check/language.h"
#include "repl/definitions.h"
#include "repl/man_page.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

std::string page() {
  std::ostringstream out;
  out << "# Operations\n\nWritten from the catalogue's rows. `countersign operations NAME` says "
         "the same of one.\n";
  std::string provider;
  for (const Row& row : standard_catalogue().rows()) {
    const std::string first = row.name.substr(0, row.name.find('.'));
    if (first != provider) out << "\n## " << first << "\n";
    provider = first;
    out << "\n### " << row.name << "\n\n" << row.summary << ".\n\n";
    out << "- effect: **" << row.effect.name() << "**\n- returns: " << row.result << "\n";
    if (!row.credential.empty()) out << "- credential: " << row.credential << "\n";
    if (!row.irreversible.empty()) out << "- cannot be undone: " << row.irreversible << "\n";
    if (row.effect != Effect::read && !row.project)
      out << "- the plan cannot say what it will have made\n";
    if (row.parameters.empty()) continue;
    out << "\n| argument | type | | what it is |\n|---|---|---|---|\n";
    for (const Parameter& p : row.parameters) {
      std::string type(to_string(p.type));
      if (!p.prefix.empty()) type += " " + p.prefix;
      for (std::size_t i = 0; i < p.choices.size(); ++i)
        type += (i == 0 ? ": " : ", ") + p.choices[i];
      out << "| " << p.name << " | " << type << " | " << (p.required ? "required" : "") << " | "
          << p.summary << " |\n";
    }
  }
  return out.str();
}

// The language word by word, of the table that editors and `check` read too.
std::string words() {
  std::ostringstream out;
  out << "# The language, word by word\n\nWritten from the table that editors and `countersign "
         "check` read. [The language of runbooks](dsl.md) says how the words go together.\n\n| "
         "word "
         "| takes | gives | what it does |\n|---|---|---|---|\n";
  const auto cell = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
      text.insert(at, "\\");
    return text;
  };
  const auto code = [&](const std::string& text) {
    return text.empty() ? "" : "`" + cell(text) + "`";
  };
  for (const lua::Word& word : lua::language()) {
    if (word.kind == lua::Word::table) continue;
    const bool function = word.kind == lua::Word::function;
    out << "| `" << word.name << "` | " << (function ? code(word.parameters) : "") << " | "
        << code(function ? word.returns : word.parameters) << " | " << cell(word.summary) << " |\n";
  }
  return out.str();
}

// Whether the file says just that.
bool says(const std::string& path, const std::string& text) {
  if (std::getenv("COUNTERSIGN_WRITE_REFERENCE")) std::ofstream(path, std::ios::binary) << text;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream there;
  there << in.rdbuf();
  return there.str() == text;
}

}  // namespace

TEST_CASE("the reference page of operations is what the rows say") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/reference/operations.md", page()));
}

TEST_CASE("the reference page of the language is what editors are told") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/reference/language.md", words()));
}

TEST_CASE("the definitions for editors are what the rows and the language say") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/reference/countersign.lua",
             editor_definitions(standard_catalogue())));
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/.luarc.json", editor_settings("docs/reference")));
}

TEST_CASE("the manual is what the table of commands says") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/man/countersign.1", man_page()));
}
