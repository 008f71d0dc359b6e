// The index of runs, made anew from the runs themselves where it was lost.
#pragma once
#include "interpreter/home.h"

namespace countersign {

// Notes every run that the index lacks, with its last change of an account, and gives back the
// whole index, as Home::runs does. A run whose file cannot be read is left out. What is noted here
// tells nothing of a file that was put back before: it is believed as it stands.
// Errors: kind "state".
Result<std::vector<json>> complete_index(Home& home);

// The same where there is no index at all; else nothing is read.
Status restore_lost_index(Home& home);

}  // namespace countersign
