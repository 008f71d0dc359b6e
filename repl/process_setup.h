// What the program does to its own process before anything else: whatever others put into its
// environment must not load code into it or let anything out of it.
#pragma once

namespace countersign {

// Takes out of the environment what makes the C library, libcrypto, libcurl or a program that we
// start load code, write secrets down, or ask other hosts. LD_* has acted already when we begin, so
// it is left as it is: who sets it decides what runs.
void close_environment();

// No core file, no reading of our memory by another process of the same user.
void keep_memory_private();

}  // namespace countersign
