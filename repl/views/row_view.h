// An operation of the catalogue as people look it up.
#pragma once
#include "interpreter/catalogue.h"
#include "repl/views/page.h"

namespace countersign {

// Reading is nothing to worry about, what cannot be undone is.
Tone tone_of(Effect effect);

// What it does, what it takes and returns, what of it cannot be undone.
void row_lines(Page& page, const Row& row);

}  // namespace countersign
