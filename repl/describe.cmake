# Writes the unit that says which commit was built; leaves it alone where that is the same as before.
#   cmake -DROOT=… -DOUTPUT=… -DVERSION=… -P describe.cmake
set(commit "")
if(EXISTS ${ROOT}/.git)
  find_program(GIT git)
  if(GIT)
    execute_process(COMMAND ${GIT} -C ${ROOT} describe --tags --always --dirty
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
# A tag may be called anything; what a string literal cannot hold is left out.
string(REGEX REPLACE "[^A-Za-z0-9._+/-]" "" commit "${commit}")
set(said ${VERSION})
if(commit)
  set(said "${VERSION} (${commit})")
endif()
set(text "// Written by repl/describe.cmake.
#include <string_view>

#include \"repl/version.h\"

static_assert(std::string_view(countersign::kVersion) == \"${VERSION}\",
              \"CMakeLists.txt and repl/version.h name different versions\");

extern const char* const kDescribedVersion;
const char* const kDescribedVersion = \"${said}\";
")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
