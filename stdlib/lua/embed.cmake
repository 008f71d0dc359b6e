# Writes OUTPUT: a C++ table of the Lua files below ROOT, as byte arrays keyed by module name.
set(table "")
set(arrays "")
set(n 0)
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(REGEX REPLACE "\\.lua$" "" name ${name})
  string(REPLACE "/" "." name ${name})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "const unsigned char file_${n}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${name}\", {reinterpret_cast<const char*>(file_${n}), sizeof file_${n} - 1}},\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Generated from stdlib/lua by stdlib/lua/embed.cmake.
#include \"stdlib/lua/embedded.h\"
namespace {
${arrays}}
namespace countersign {
const std::vector<EmbeddedFile>& embedded_lua() {
  static const std::vector<EmbeddedFile> files = {
${table}  };
  return files;
}
}  // namespace countersign
")
