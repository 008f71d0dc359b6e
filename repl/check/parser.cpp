#include "repl/check/parser.h"

#include "repl/check/grammar.h"

namespace countersign::lua {

std::variant<std::unique_ptr<Script>, SyntaxError> parse(std::string path, std::string text) {
  auto script = std::make_unique<Script>();
  script->path = std::move(path);
  script->text = std::move(text);
  if (auto error = Grammar(*script).parse()) return *error;
  return script;
}

}  // namespace countersign::lua
