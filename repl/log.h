// What is of use to somebody looking for a fault: to stderr, below the people's output.
#pragma once
#include <string>

namespace countersign {

// -v: everything; -q: errors only. Until then, and without either, warnings.
void open_log(bool verbose, bool quiet);

void log_debug(const std::string& text);
void log_warning(const std::string& text);

}  // namespace countersign
