// report.html: the run on one page, to print and to hand to a client. It loads nothing and needs no
// script.
#pragma once
#include <string>

#include "repl/views/timeline.h"

namespace countersign {

std::string report_page(const Dossier& dossier, const Catalogue& catalogue);

// repl/views/report_style.cpp
extern const char kReportStyle[];

}  // namespace countersign
