#include "interpreter/script_reading.h"

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

TEST_CASE("a script says what it is without a run, and which modules it requires") {
  Fixture f;
  std::ofstream(f.folder + "/texts.lua") << "return { title = \"From a module\" }\n";
  const auto read = [&](const std::string& text) {
    return read_script(f.engine(), {"x", "x.lua", text}, f.folder, "describe");
  };
  const ScriptReading good = read(
      "local texts = require \"texts\"\n"
      "return runbook { name = \"x\", title = texts.title, procedure = {} }");
  REQUIRE(good.value);
  CHECK(good.value->at("title") == "From a module");
  REQUIRE(good.modules.size() == 1);
  CHECK(good.modules[0].path() == f.folder + "/texts.lua");
  CHECK(good.modules[0].record.name == "texts");
  CHECK(good.modules[0].text == "return { title = \"From a module\" }\n");

  const ScriptReading failed = read("local texts = require \"texts\"\nerror(\"no\")");
  REQUIRE_FALSE(failed.value);
  CHECK(failed.value.error().message == "no");
  CHECK(failed.modules.size() == 1);

  const ScriptReading asks = read("shelf.items.list()\nreturn {}");
  REQUIRE_FALSE(asks.value);
}
