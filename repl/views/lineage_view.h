// What is different from what people saw before: in the runbook since it was last approved, in the
// plan since the one before. Of this state folder's history, so never part of what is signed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/views/page.h"

namespace countersign {

struct FileChange {
  std::string file;
  std::string from, to;  // texts; both empty sides mean added or removed
  bool added = false, removed = false;
};

struct Lineage {
  // The run of the same runbook whose approval was taken in before; empty: none is known here.
  std::string run, at;
  std::vector<FileChange> files;
  // The plan before this one in the same run: one line each, "+ 3 …", "- 3 …", "~ 3 …".
  bool replanned = false;
  std::vector<std::string> plan;
};

// Nothing where nothing was approved or planned before. `full`: every line.
void lineage_lines(Page& page, const Lineage& since, bool full);

// {"run", "at", "files": [{"file", "lines": ["- …", "+ …"]}]} or null; the lines of the plan or
// null.
nlohmann::json approved_before_json(const Lineage& since);
nlohmann::json planned_before_json(const Lineage& since);

}  // namespace countersign
