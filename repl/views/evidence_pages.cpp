#include "repl/views/evidence_pages.h"

#include "repl/views/changes_view.h"
#include "repl/views/plan_view.h"
#include "repl/views/readme_view.h"
#include "repl/views/report_view.h"

namespace countersign {
namespace {

// Whoever opens one page alone has to see that the run goes on.
void unfinished(Page& page, const RunState& state) {
  if (is_finished(state)) return;
  page.line(0, {{"THIS RUN IS " + standing_of(state) + "."}});
  page.blank();
}

std::string text_of(const std::string& path) {
  return path.substr(0, path.rfind('.')) + ".txt";
}

}  // namespace

void add_pages(Dossier& dossier, const Catalogue& catalogue) {
  const Style style{false, 100};
  for (const PlanPaper& paper : dossier.plans) {
    Page page(style);
    unfinished(page, dossier.state);
    if (!paper.voided.empty()) {
      page.line(0, {{(paper.consumed > 0 ? "WHAT WAS LEFT OF THIS PLAN WAS PLANNED ANEW: "
                                         : "THIS PLAN NO LONGER COUNTS: ") +
                     paper.voided}});
      page.blank();
    }
    dossier.files[text_of(paper.path)] = page.text() + plan_page(paper.then, catalogue, style);
  }
  for (const BracketPaper& paper : dossier.brackets) {
    if (paper.diff.empty()) continue;
    Page page(style);
    unfinished(page, dossier.state);
    page.line(0, {{"The account before and after the phase \"" + paper.phase + "\", run " +
                   dossier.state.id()}});
    page.line(0, {{"from " + moment_of(paper.before_time) + " to " + moment_of(paper.after_time)}});
    page.blank();
    if (paper.differences.empty()) page.line(2, {{"nothing differs"}});
    difference_lines(page, 2, paper.differences, "", true);
    dossier.files[text_of(paper.diff)] = page.text();
  }
  dossier.files["README.md"] = readme_page(dossier, catalogue);
  dossier.files["checklist.md"] = checklist_page(dossier);
  dossier.files["report.html"] = report_page(dossier, catalogue);
}

}  // namespace countersign
