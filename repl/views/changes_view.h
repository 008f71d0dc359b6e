// One operation of a plan as people read it: what it does, to what, and from what to what.
//
// An operation is JSON, as the plan has it (interpreter/plan.h), with "before" and "after" as the
// journal keeps them ([state]), and what its row says of it: "summary", "told_only" (what it brings
// about is not in its target).
#pragma once
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/plan.h"
#include "repl/views/page.h"
#include "repl/views/value_lines.h"

namespace countersign {

json operation_json(const Intent& intent, const Catalogue& catalogue);
// Adds what the row says.
void describe_operation(json& operation, const Catalogue& catalogue);

// "Deletes a flow (acme main)": the row's sentence and what people call the target.
std::string in_words(const json& operation);
std::string in_words(const Intent& intent, const Catalogue& catalogue);

// Whether it cannot be undone.
bool is_final_change(const json& operation);

// What changes, from what to what; what it is told beside; the files that it takes.
std::vector<Line> operation_lines(const json& operation, const Detail& detail);
// The number, the sentence and the lines of an operation.
void operation_on(Page& page, std::size_t indent, const json& operation, bool full);
void intent_lines(Page& page, std::size_t indent, const Intent& intent, const Catalogue& catalogue);

// A structural difference; `below`: the pointer that need not be repeated.
std::vector<Line> comparison_lines(const json& diff, const std::string& below,
                                   const Detail& detail);
void difference_lines(Page& page, std::size_t indent, const json& diff, const std::string& below,
                      bool full = false);

}  // namespace countersign
