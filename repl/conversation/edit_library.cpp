#include "repl/conversation/edit_library.h"

#include <dlfcn.h>

namespace countersign {
namespace {

#ifdef __APPLE__
constexpr const char* kNames[] = {"libedit.3.dylib", "/usr/lib/libedit.3.dylib"};
#else
constexpr const char* kNames[] = {"libedit.so.2", "libedit.so.0"};
#endif

template <typename Function>
bool find(void* library, const char* name, Function& out) {
  out = reinterpret_cast<Function>(::dlsym(library, name));
  return out != nullptr;
}

Result<const EditLibrary*> load() {
  void* library = nullptr;
  for (const char* name : kNames)
    if (!library) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  static EditLibrary edit;
  const bool whole =
      library != nullptr && find(library, "el_init", edit.init) &&
      find(library, "el_end", edit.end) && find(library, "el_set", edit.set) &&
      find(library, "el_get", edit.get) && find(library, "el_gets", edit.gets) &&
      find(library, "el_line", edit.line) && find(library, "el_insertstr", edit.insert) &&
      find(library, "el_deletestr", edit.erase) && find(library, "el_resize", edit.resize) &&
      find(library, "el_source", edit.source) && find(library, "history_init", edit.history_init) &&
      find(library, "history_end", edit.history_end) && find(library, "history", edit.history);
  if (!whole)
    return Error{"config", "libedit (libedit.so.2) is not installed, so lines cannot be edited",
                 "apt-get install libedit2"};
  return &edit;
}

}  // namespace

Result<const EditLibrary*> edit_library() {
  static const Result<const EditLibrary*> loaded = load();
  return loaded;
}

}  // namespace countersign
