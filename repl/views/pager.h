// Text that is longer than the terminal, shown by the user's own pager.
#pragma once
#include <string>

namespace countersign {

// Shows `text` through $PAGER, else `less`, where stdout is a terminal and the text does not fit on
// it. Like git does it: the variable is a command line for `sh -c`; empty or "cat" means none; LESS
// is FRX where it is not set. A reader who leaves early has read what they wanted.
// False: nothing was shown, and the caller shows it itself.
bool shown_by_pager(const std::string& text);

// How many lines of a terminal `text` takes that has `width` columns.
std::size_t terminal_lines(const std::string& text, std::size_t width);

}  // namespace countersign
