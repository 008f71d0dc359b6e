// One name, one thing: two types of one name in one namespace are destroyed as one another where
// nothing is inlined, and in different namespaces a reader takes one for the other.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "tests/support/catch.h"

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Without comments and literals, so that a brace or a word in one is none.
std::string code_of(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "//") == 0) {
      while (i < text.size() && text[i] != '\n') ++i;
    } else if (text.compare(i, 2, "R\"") == 0) {
      const std::size_t open = text.find('(', i);
      const std::string close = ")" + text.substr(i + 2, open - i - 2) + "\"";
      i = text.find(close, open) + close.size() - 1;
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !std::isalnum(text[i - 1])))) {
      const char quote = text[i];
      for (++i; i < text.size() && text[i] != quote; ++i)
        if (text[i] == '\\') ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The types that a unit defines for others: name to the namespaces, without those that only the
// unit itself sees or that stand within another type.
std::map<std::string, std::set<std::string>> types_of(const std::string& code) {
  static const std::regex part(
      "namespace\\s*([\\w:]*)\\s*\\{|(?:struct|class|enum class|enum)\\s+(\\w+)(?:\\s+final)?\\s*"
      "(?::[^:{;()][^{;()]*)?\\{|\\{|\\}");
  std::map<std::string, std::set<std::string>> out;
  std::vector<std::string> within;  // of each open brace: the namespace; "{": something else
  for (std::sregex_iterator at(code.begin(), code.end(), part), end; at != end; ++at) {
    const std::string whole = at->str();
    if (whole == "}") {
      if (!within.empty()) within.pop_back();
    } else if (whole.rfind("namespace", 0) == 0) {
      within.push_back((*at)[1].str());
    } else {
      std::string space;
      bool seen = (*at)[2].matched;
      for (const std::string& name : within) {
        seen = seen && !name.empty() && name != "{";
        space += (space.empty() ? "" : "::") + name;
      }
      if (seen) out[(*at)[2].str()].insert(space);
      within.push_back("{");
    }
  }
  return out;
}

}  // namespace

TEST_CASE("no two types of one name exist in different rooms") {
  std::map<std::string, std::map<std::string, std::string>> where;  // type, namespace, file
  std::size_t seen = 0;
  for (const char* folder : {"interpreter", "approvals", "stdlib", "repl"})
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(COUNTERSIGN_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      const std::string file = fs::relative(entry.path(), COUNTERSIGN_SOURCE_DIR).string();
      for (const auto& [type, spaces] : types_of(code_of(text_of(entry.path()))))
        for (const std::string& space : spaces) {
          ++seen;
          INFO(type << " in " << file);
          for (const auto& [other, first] : where[type]) CHECK(first + " has it too" == "");
          where[type][space] = file;
        }
    }
  CHECK(seen > 300);
}
