// What is due, as people are told of it.
#pragma once
#include "repl/notify/notice.h"

namespace countersign {

// `due`, `latches`: as `due --json` has them; `text`: the same for people. Only what is due or
// overdue counts; `facts` is null where nothing is.
Notice due_notice(const json& due, const json& latches, const std::string& text);

}  // namespace countersign
