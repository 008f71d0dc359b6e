// Works off a list of jobs on several threads, and tells of each in the order of the list.
#pragma once
#include <cstddef>
#include <functional>

namespace countersign {

// `job(i)` is called once for each i below `count`, on one of `threads` threads. `tell(i)` is
// called once job i and all before it have ended, by one thread at a time.
void work_off(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& job,
              const std::function<void(std::size_t)>& tell);

}  // namespace countersign
