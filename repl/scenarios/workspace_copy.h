// The copy of a workspace that a scenario works in, with no way out of it.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

// Copies what is in `from` into the new folder `to`, hidden state of git aside. Errors (kind
// "config"): a link that leads out of the folder, more than 256 MiB or 20000 files, `to` below
// `from`.
Status copy_workspace(const std::string& from, const std::string& to);

// Copies the scripts (*.lua) below `from` into the new folder `to`, hidden folders aside. Errors:
// config.
Status copy_scripts(const std::string& from, const std::string& to);

// Puts `to` in place of the first `from` in a file below `folder`; an empty `from` stands for the
// whole file, which need not be there. Errors (kind "usage"): no such file, the text is not in it,
// a path that leads out.
Status edit_file(const std::string& folder, const std::string& file, const std::string& from,
                 const std::string& to);

}  // namespace countersign
