// One record after the other made into papers.
#pragma once
#include "approvals/evidence/dossier.h"

namespace countersign {

// Adds what the records come to, in order: state, plans, papers, brackets, captured documents, and
// their files. Errors (kind "state"): a document that is not there. Throws json::exception where a
// record has not the form that this version knows; `at` is then its place.
Status paper(const std::vector<Record>& records, const Documents& documents, Dossier& out,
             std::size_t& at);

}  // namespace countersign
