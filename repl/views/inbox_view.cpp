#include "repl/views/inbox_view.h"

namespace countersign {
namespace {

std::string words_of(const TakenIn& one) {
  std::string text = one.kind;
  if (one.kind != one.verdict) text += ", " + one.verdict;
  if (!one.item.empty()) text += ", " + one.item;
  if (!one.run.empty()) text += ", run " + one.run;
  return text;
}

void refused(Page& page, const std::string& name, const std::string& why, const std::string& hint) {
  page.line(2, {{"✗ ", Tone::bad}, {name, Tone::strong}, {": " + why}});
  if (!hint.empty()) page.line(4, {{"→ " + hint, Tone::faint}});
}

}  // namespace

std::string inbox_text(const InboxShown& shown, const Style& style) {
  Page page(style);
  if (shown.entries.empty() && shown.problems.empty())
    page.line(0, {{"There is no signed answer in " + shown.folder + "."}});
  for (const InboxEntry& one : shown.entries) {
    if (!one.taken) {
      refused(page, one.name, one.taken.error().message, one.taken.error().hint);
      continue;
    }
    const TakenIn& taken = *one.taken;
    if (taken.before) {
      page.line(2,
                {{"  " + one.name + ": taken in before (" + words_of(taken) + ")", Tone::faint}});
      continue;
    }
    page.line(2,
              {{"✓ ", Tone::good}, {one.name, Tone::strong}, {": taken in: " + words_of(taken)}});
    if (!taken.status.empty()) page.line(4, {{"the run is " + taken.status, Tone::faint}});
  }
  for (const IncomingProblem& one : shown.problems)
    if (one.waits)
      page.line(2, {{"… ", Tone::warning}, {one.name, Tone::strong}, {": " + one.why}});
    else
      refused(page, one.name, one.why, one.hint);
  return page.text();
}

json inbox_json(const InboxShown& shown) {
  json taken = json::array(), before = json::array(), refused = json::array(),
       waiting = json::array();
  for (const InboxEntry& one : shown.entries) {
    if (!one.taken) {
      refused.push_back({{"file", one.name}, {"error", to_json(one.taken.error())}});
      continue;
    }
    const TakenIn& answer = *one.taken;
    (answer.before ? before : taken)
        .push_back({{"file", one.name},
                    {"kind", answer.kind},
                    {"verdict", answer.verdict},
                    {"run", answer.run.empty() ? json() : json(answer.run)},
                    {"item", answer.item.empty() ? json() : json(answer.item)},
                    {"status", answer.status.empty() ? json() : json(answer.status)}});
  }
  for (const IncomingProblem& one : shown.problems)
    if (one.waits)
      waiting.push_back({{"file", one.name}, {"why", one.why}});
    else
      refused.push_back(
          {{"file", one.name}, {"error", to_json(Error{"refused", one.why, one.hint})}});
  return {{"folder", shown.folder},
          {"taken", taken},
          {"before", before},
          {"refused", refused},
          {"waiting", waiting}};
}

}  // namespace countersign
