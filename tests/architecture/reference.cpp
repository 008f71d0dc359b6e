// What is written from the rows and checked in: the reference page, and the definitions for
// editors. This compares the two; COUNTERSIGN_WRITE_REFERENCE=1 writes them anew.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "interpreter/catalogue.h"
#include "repl/check/language.h"
#include "repl/definitions.h"
#include "repl/man_page.h"
#include "stdlib/catalogue.h"
#include "stdlib/lua/schema.h"
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

std::string in_table(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

// The tables that authors write, of the table that `check`, the language and editors hold them to.
std::string fields() {
  std::ostringstream out;
  out << "# Every field\n\nWritten from `stdlib/lua/schema.lua`, which `countersign check`, the "
         "language itself and the definitions for editors read. [The language of runbooks](dsl.md) "
         "says how the words go together, [word by word](language.md) what each function takes.\n"
         "\nTypes: *text*; *slug*, of lower-case letters, digits and `-`; *duration*, such as "
         "`\"24h\"`; *role*, as `policy.toml` names it; *operation*, as [the reference]"
         "(operations.md) names it; *flag*, true or false; what a function of the language makes, "
         "such as *cause* or *rail*; and the other tables of this page.\n";
  for (const auto& [name, shape] : language_schema().items()) {
    if (name.rfind("rails.", 0) == 0 || name.rfind("hole.", 0) == 0) continue;
    const auto map = shape.find("map");
    out << "\n## " << name << "\n\n";
    if (map != shape.end()) {
      out << "Names of your own, each with a " << map->get<std::string>() << ".\n";
      continue;
    }
    out << "| field | type | | what it is | such as |\n|---|---|---|---|---|\n";
    for (const nlohmann::json& field : shape.at("fields")) {
      std::string type = field.at("type").get<std::string>();
      if (const auto words = field.find("one_of"); words != field.end()) {
        type.clear();
        for (const auto& word : *words) type += (type.empty() ? "`" : ", `") + word.dump() + "`";
      }
      const auto& key = field.at("name");
      const std::string example = field.value("example", "");
      out << "| `" << (key.is_string() ? key.get<std::string>() : "[" + key.dump() + "]") << "` | "
          << type << " | " << (field.value("required", false) ? "required" : "") << " | "
          << in_table(field.at("doc").get<std::string>()) << " | "
          << (example.empty() ? "" : "`" + in_table(example) + "`") << " |\n";
    }
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

TEST_CASE("the reference page of fields is what scripts are held to") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/reference/fields.md", fields()));
}

TEST_CASE("every field says what it is, and every type is one that there is") {
  const auto& schema = language_schema();
  const std::set<std::string> plain = {
      "text", "integer",   "number", "flag", "function", "any",       "table", "slug", "duration",
      "role", "operation", "phase",  "item", "rail",     "parameter", "fix",   "hole"};
  for (const auto& [name, shape] : schema.items()) {
    if (!shape.contains("fields")) continue;
    for (const auto& field : shape["fields"]) {
      INFO(name << " " << field.dump());
      CHECK_FALSE(field.value("doc", "").empty());
      std::string rest = field.value("type", "") + " or ";
      for (std::size_t at = 0; (at = rest.find(" or ")) != std::string::npos;
           rest = rest.substr(at + 4)) {
        std::string type = rest.substr(0, at);
        if (type.rfind("list of ", 0) == 0) type = type.substr(8);
        CHECK((plain.count(type) == 1 || schema.contains(type)));
      }
    }
  }
}

TEST_CASE("the definitions for editors are what the rows and the language say") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/reference/countersign.lua",
             editor_definitions(standard_catalogue())));
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/.luarc.json", editor_settings("docs/reference")));
}

TEST_CASE("the manual is what the table of commands says") {
  CHECK(says(COUNTERSIGN_SOURCE_DIR "/docs/man/countersign.1", man_page()));
}
