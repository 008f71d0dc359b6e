// What a process that holds secrets gives away of its memory and its connections.
#pragma once

namespace countersign {

// To be called once, before anything is read or connected, and before threads start:
// - no core file, and nobody of the same user may read the memory (a core file would hold every
//   secret of the run; one that is piped to a collector ignores the limit on its size);
// - no log of TLS keys, with which whoever recorded the traffic could read it.
// Programs that are started from here inherit the limit and the environment.
void keep_memory_private();

}  // namespace countersign
