// The pages for people of an evidence folder.
#pragma once
#include "approvals/evidence/dossier.h"
#include "interpreter/catalogue.h"

namespace countersign {

// Adds README.md, checklist.md, report.html, the plans and the differences as text.
void add_pages(Dossier& dossier, const Catalogue& catalogue);

}  // namespace countersign
