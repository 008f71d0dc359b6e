// The parts of report.html that show changes: planned, made, final, and seen from outside.
#pragma once
#include <string>
#include <vector>

#include "repl/views/html.h"
#include "repl/views/timeline.h"
#include "repl/views/value_lines.h"

namespace countersign {

bool is_final_change(const Intent& intent);
bool is_made(const Dossier& dossier, const Intent& intent);
// The plans that count: what was signed, or is waiting to be.
std::vector<const PlanPaper*> plans_of(const Dossier& dossier);

void report_plans(Html& page, const Dossier& dossier, const Catalogue& catalogue);
void report_irreversible(Html& page, const Dossier& dossier, const Catalogue& catalogue);
void report_brackets(Html& page, const Dossier& dossier);

// Lines of a change as a list, at most so many. Blanks are kept by the style of the list.
void change_list(Html& page, const std::vector<Line>& lines, std::size_t most);

// "1 difference", "2 differences".
std::string count_of(std::size_t n, const std::string& one, const std::string& many);

}  // namespace countersign
