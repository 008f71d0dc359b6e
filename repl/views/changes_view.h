// One operation of a plan as people read it: what it does, to what, and from what to what.
#pragma once
#include <string>

#include "interpreter/catalogue.h"
#include "interpreter/plan.h"
#include "repl/views/page.h"

namespace countersign {

void intent_lines(Page& page, std::size_t indent, const Intent& intent, const Catalogue& catalogue);

// "Deletes a flow: acme main": the row's sentence and what people call the target.
std::string in_words(const Intent& intent, const Catalogue& catalogue);

// A structural difference, one line each, `below`: the pointer that need not be repeated.
void difference_lines(Page& page, std::size_t indent, const json& diff, const std::string& below);

}  // namespace countersign
