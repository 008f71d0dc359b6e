#include "repl/views/call_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace countersign {
namespace {

using nlohmann::json;

std::string text_of(const json& report, const char* field) {
  const json value = report.value(field, json());
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

std::string clock_of(const std::string& date) {
  return date.size() == 20 ? date.substr(11, 8) : date;
}

// What was heard and done, in one row of time.
void story(Page& page, const json& report) {
  json steps = report.value("heard", json::array());
  for (const json& did : report.value("did", json::array())) steps.push_back(did);
  std::stable_sort(steps.begin(), steps.end(), [](const json& a, const json& b) {
    return a.value("at", "") < b.value("at", "");
  });
  for (const json& step : steps) {
    const bool heard = step.contains("heard");
    page.line(2,
              {{clock_of(step.value("at", "")), Tone::faint},
               heard ? "  hears  " : "         ",
               {heard ? step.value("heard", "") : step.value("did", ""),
                heard ? Tone::plain : Tone::strong}},
              17);
  }
}

}  // namespace

std::string call_text(const json& report, Style style) {
  Page page(style);
  page.line(0, {{text_of(report, "from") + " calls " + text_of(report, "to"), Tone::strong},
                ": " + text_of(report, "ended")});
  story(page, report);
  page.blank();
  for (const char* field :
       {"call", "flow", "revision", "execution", "task", "queue", "recording", "transcription"})
    if (const std::string value = text_of(report, field); !value.empty())
      page.field(field == std::string("transcription") ? "transcript" : field, {value});
  const json agent = report.value("agent", json());
  if (agent.is_object()) {
    const std::string crm = text_of(agent, "crm");
    page.field("agent sees", {crm.empty() ? "no page" : crm});
  }
  for (const json& mail : report.value("mails", json::array()))
    page.field("mail",
               {text_of(mail, "status") + " to " + text_of(mail, "recipient") + ", " +
                std::to_string(mail.value("attachments", json::array()).size()) + " attached, " +
                (mail.value("transcript", false) ? "with transcript" : "no transcript")});
  for (const json& alert : report.value("alerts", json::array()))
    page.field("alert",
               {{text_of(alert, "error_code") + " " + text_of(alert, "request_url"), Tone::bad}});
  for (const json& due : report.value("due", json::array()))
    page.field("to come", {clock_of(text_of(due, "at")) + " " + text_of(due, "what")});
  return page.text();
}

}  // namespace countersign
