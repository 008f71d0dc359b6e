#include "stdlib/session/env_file.h"

#include "tests/support/catch.h"

using namespace countersign;

namespace {

std::string set(const std::string& text, const std::string& key, const std::string& value) {
  EnvFile file(text);
  const Status done = file.set(key, value);
  return done ? file.text() : "error: " + done.error().message;
}

}  // namespace

TEST_CASE("an env file that is not changed comes out byte for byte") {
  const std::string table[] = {
      "",
      "\n",
      "A=1",
      "A=1\n",
      "# comment\n\n  A = 1 # why\nexport B='two words'\r\nnot an assignment\n=\nA=\n",
      "\xEF\xBB\xBF"
      "A=1\n",
      "KEY=\"line one\nline two\" # after\nNEXT=2\n",
      "KEY='open\nNEXT=2\n",
      "A=1\rB=2\n",
      "export\nexport A\nexport=3\n",
      "A=\"x\"y\n\t\nB=`c`\n",
      std::string("A=\0b\n", 5),
  };
  for (const std::string& text : table) {
    INFO(text);
    CHECK(EnvFile(text).text() == text);
  }
}

TEST_CASE("a value is what the dotenv programs see") {
  const struct {
    const char *text, *value;
  } table[] = {
      {"K=plain\n", "plain"},
      {"K=\n", ""},
      {"K=  spaced out  \n", "spaced out"},
      {"K=value # comment\n", "value"},
      {"K=value#comment\n", "value"},
      {"K='single # kept'\n", "single # kept"},
      {"K=\"double\\nline\"\n", "double\nline"},
      {"K='single\\nkept'\n", "single\\nkept"},
      {"K=`back \"tick\"`\n", "back \"tick\""},
      {"K=\"two\nlines\"\n", "two\nlines"},
      {"K=\"quoted\" # comment\n", "quoted"},
      {"export K=exported\n", "exported"},
      {"  K = indented\n", "indented"},
      {"K=first\nK=last\n", "last"},
      {"K=crlf\r\n", "crlf"},
      {"K='open\n", "'open"},
      {"K=a=b=c\n", "a=b=c"},
      {"K=\"a\"b\n", "\"a\"b"},
  };
  for (const auto& [text, value] : table) {
    INFO(text);
    CHECK(EnvFile(text).find("K") == std::string(value));
  }
  CHECK_FALSE(EnvFile("# K=1\nKK=2\n").find("K"));
  CHECK(EnvFile("B=1\nA=2\nB=3\n").keys() == std::vector<std::string>{"B", "A"});
}

TEST_CASE("setting a value changes that value and nothing else") {
  const struct {
    const char *text, *value, *after;
  } table[] = {
      {"# c\nA=1\nK=old # why\nB=2\n", "new", "# c\nA=1\nK=new # why\nB=2\n"},
      {"K='old'\n", "new", "K='new'\n"},
      {"K=\"old\"\n", "a \"b\"", "K=a \"b\"\n"},
      {"K=\"old\"\n", "two\nlines", "K=\"two\\nlines\"\n"},
      {"K=old\n", "two words", "K=two words\n"},
      {"K=old\n", "has # hash", "K=\"has # hash\"\n"},
      {"K=old\n", " edges ", "K=\" edges \"\n"},
      {"K=old\n", "\"#'", "K=`\"#'`\n"},
      {"K='old'\n", "it's", "K=it's\n"},
      {"K=old\n", "\\n kept#", "K='\\n kept#'\n"},
      {"K=old\n", "", "K=\n"},
      {"K=#nothing\n", "v", "K=v #nothing\n"},
      {"export K=old\r\nB=2\r\n", "new", "export K=new\r\nB=2\r\n"},
      {"K=1\nK=2\n", "3", "K=1\nK=3\n"},
      {"K=\"a\nb\"\nB=2\n", "c", "K=\"c\"\nB=2\n"},
      {"", "v", "K=v\n"},
      {"A=1", "v", "A=1\nK=v\n"},
      {"A=1\r\n", "v", "A=1\r\nK=v\r\n"},
      {"# only a comment", "v", "# only a comment\nK=v\n"},
      {"A='open\n", "v", "A='open\nK=v\n"},
  };
  for (const auto& [text, value, after] : table) {
    INFO(text << " with " << value);
    CHECK(set(text, "K", value) == after);
    CHECK(EnvFile(after).find("K") == std::string(value));
  }
}

TEST_CASE("what is set is what is read back, or it is refused") {
  const char* values[] = {"a",   "'",  "\"",    "`",        "'\"`", "#",
                          "a#b", "\\", "\\n",   "a\\",      "\n",   "\r\n",
                          "\t",  "$A", "a'\"#", "\\'\"`\n", "=x",   "export B=2"};
  const char* texts[] = {"",          "K=\n",        "K='x'\n",
                         "K=\"x\"\n", "K=`x` # c\n", "A=1\nexport K = x # y\nB=2\n"};
  for (const char* text : texts)
    for (const char* value : values) {
      INFO(text << " with " << value);
      EnvFile file(text);
      const auto b = EnvFile(text).find("B");
      if (!file.set("K", value)) {
        CHECK(file.text() == text);
        continue;
      }
      CHECK(EnvFile(file.text()).find("K") == std::string(value));
      CHECK(EnvFile(file.text()).find("B") == b);
    }
  CHECK(set("", "K", "a#'\"`\n") == "error: the value of K cannot be written to an env file");
  CHECK(set("", "K", std::string("a\0b", 3)) == "error: the value of K holds a NUL");
  CHECK(set("", "not a name", "v") == "error: \"not a name\" is not the name of a variable");
}

TEST_CASE("removing a key removes its lines and leaves the rest byte for byte") {
  const struct {
    const char *text, *after;
  } table[] = {
      {"A=1\nK=2\nB=3\n", "A=1\nB=3\n"},
      {"K=1\nK=2\n", ""},
      {"# K is below\nexport K='a\nb' # c\r\nB=3\r\n", "# K is below\nB=3\r\n"},
      {"A=1\nK=2", "A=1\n"},
      {"A=1\n# K=2\n", "A=1\n# K=2\n"},
  };
  for (const auto& [text, after] : table) {
    INFO(text);
    EnvFile file(text);
    file.erase("K");
    CHECK(file.text() == after);
  }
}
