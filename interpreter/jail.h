// The jail of the script host: after `enter_jail` the process can compute, talk over one
// descriptor, and end.
//
// What the filter stops: every system call but read and write on the one descriptor, memory
// (brk, mmap without execution, munmap, mremap, madvise), futex and exit; anything else kills the
// process. What it does not stop: using up its own memory and time. The allocator's cap and the
// engine's clock do.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

// Errors (kind "limit"): the system has no seccomp filters. The asan build and systems other than
// Linux enter without a filter; `jail_strength` says so.
Status enter_jail(int descriptor);

// "seccomp" or "none": what enter_jail does in this build.
std::string jail_strength();

}  // namespace countersign
