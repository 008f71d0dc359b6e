// libedit, loaded when somebody sits at a terminal: linking it would make every start of the
// program slower, and most starts edit nothing.
#pragma once
#include <histedit.h>

#include "interpreter/error.h"

namespace countersign {

struct EditLibrary {
  decltype(&::el_init) init;
  decltype(&::el_end) end;
  decltype(&::el_set) set;
  decltype(&::el_get) get;
  decltype(&::el_gets) gets;
  decltype(&::el_line) line;
  decltype(&::el_insertstr) insert;
  decltype(&::el_deletestr) erase;
  decltype(&::el_resize) resize;
  decltype(&::el_source) source;
  decltype(&::history_init) history_init;
  decltype(&::history_end) history_end;
  decltype(&::history) history;
};

// Loaded once per process and never unloaded. Errors (kind "config"): not installed.
Result<const EditLibrary*> edit_library();

}  // namespace countersign
