#include "repl/notify/due_notice.h"

#include "repl/views/html.h"
#include "repl/views/report_view.h"

namespace countersign {
namespace {

std::string text_at(const json& one, const char* key) {
  const json value = one.value(key, json());
  return value.is_string() ? value.get<std::string>() : "";
}

std::string line_of(const json& one) {
  const std::string run = text_at(one, "run"), until = text_at(one, "overdue");
  return (text_at(one, "state") == "overdue" ? "OVERDUE " : "due ") +
         (run.empty() ? "" : run + " ") + text_at(one, "runbook") + ": " + text_at(one, "text") +
         (until.empty() ? "" : " (until " + until + ")") + "\n  " + text_at(one, "do") + "\n";
}

std::string page_of(const json& waiting) {
  Html page("What is due", kReportStyle);
  page.open("main");
  page.element("h1", "What is due");
  page.open("table");
  for (const json& one : waiting) {
    page.open("tr");
    page.element("td", text_at(one, "state"),
                 text_at(one, "state") == "overdue" ? "name bad" : "name");
    page.open("td");
    page.text(text_at(one, "text"));
    page.element("div", text_at(one, "runbook") + "  " + text_at(one, "run"), "soft small");
    page.element("pre", text_at(one, "do"));
    page.close();
    page.element("td", text_at(one, "overdue"), "time");
    page.close();
  }
  page.close();
  page.close();
  return std::move(page).page();
}

}  // namespace

Notice due_notice(const json& due, const json& latches, const std::string& text) {
  json waiting = json::array();
  std::size_t overdue = 0;
  std::string lines;
  for (const json& one : due) {
    const std::string state = text_at(one, "state");
    if (state != "due" && state != "overdue") continue;
    overdue += state == "overdue" ? 1 : 0;
    lines += line_of(one);
    waiting.push_back(one);
  }
  Notice out;
  if (waiting.empty()) return out;
  out.subject = "[countersign] " + std::to_string(waiting.size()) + " due" +
                (overdue > 0 ? ", " + std::to_string(overdue) + " overdue" : "");
  out.summary = out.subject + "\n" + lines;
  out.text = text;
  out.html = page_of(waiting);
  out.facts = {{"kind", "due"}, {"due", waiting}, {"latches", latches}};
  return out;
}

}  // namespace countersign
