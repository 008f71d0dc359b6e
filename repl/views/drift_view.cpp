#include "repl/views/drift_view.h"

#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMost = 200;  // columns of one value

void one_profile(Page& page, const json& one) {
  const Span name = {one["profile"].get<std::string>(), Tone::strong};
  const Span account = {"  " + one["account"].get<std::string>(), Tone::faint};
  if (!one["error"].is_null()) {
    page.line(0, {{"! ", Tone::warning}, name, account});
    page.line(2, {{one["error"].value("message", "")}}, 2);
    if (const std::string hint = one["error"].value("hint", ""); !hint.empty())
      page.line(2, {{"→ " + hint}});
    return;
  }
  const json& differences = one["differences"];
  if (one["in_step"] == true)
    return page.line(0, {{"✓ ", Tone::good}, name, {"  in step"}, account});
  page.line(0, {{"✗ ", Tone::bad},
                name,
                {"  " + std::to_string(differences.size()) +
                 (differences.size() == 1 ? " difference" : " differences")},
                account});
  for (const json& each : differences) {
    page.line(2, {{each["path"].get<std::string>()}});
    const bool added = each["op"] == "add", removed = each["op"] == "remove";
    page.line(4, {{"source  ", Tone::faint},
                  {added ? "(not there)" : brief(each["source"], kMost), Tone::removed}});
    page.line(4, {{"live    ", Tone::faint},
                  {removed ? "(not there)" : brief(each["live"], kMost), Tone::added}});
  }
  const json& writer = one["writer"];
  if (writer.is_null()) return page.line(2, {{"who wrote it last is not known", Tone::faint}});
  const std::string type = writer["actor_type"].get<std::string>();
  page.line(2, {{"last written " + writer["date"].get<std::string>() + ", " +
                 writer["event"].get<std::string>() + ", by " + (type.empty() ? "" : type + " ") +
                 writer["actor"].get<std::string>()}});
}

}  // namespace

std::string drift_text(const json& profiles, const Style& style) {
  Page page(style);
  for (const json& one : profiles) one_profile(page, one);
  return page.text();
}

}  // namespace countersign
