// What became of the answers in a folder.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/inbox/incoming.h"
#include "repl/inbox/taking_in.h"
#include "repl/views/page.h"

namespace countersign {

struct InboxEntry {
  std::string name;
  Result<TakenIn> taken;
};

struct InboxShown {
  std::string folder;
  std::vector<InboxEntry> entries;
  std::vector<IncomingProblem> problems;
};

std::string inbox_text(const InboxShown& shown, const Style& style);
json inbox_json(const InboxShown& shown);

}  // namespace countersign
