#include "repl/views/drift_view.h"

#include <algorithm>

#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMost = 200;  // columns of one value

std::string moved(const json& difference) {
  const std::string side = difference.value("moved", "");
  if (side == "live") return "live, behind the source's back since the snapshot";
  if (side == "source") return "the source, and was not deployed since the snapshot";
  return side.empty() ? "" : "both since the snapshot";
}

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
  const auto known = static_cast<std::size_t>(
      std::count_if(differences.begin(), differences.end(),
                    [](const json& each) { return each.contains("known"); }));
  const std::size_t differ = differences.size() - known;
  const std::string beside = known == 0 ? "" : ", " + std::to_string(known) + " known";
  if (one["in_step"] == true)
    page.line(0, {{"✓ ", Tone::good}, name, {"  in step" + beside}, account});
  else
    page.line(0, {{"✗ ", Tone::bad},
                  name,
                  {"  " + std::to_string(differ) + (differ == 1 ? " difference" : " differences") +
                   beside},
                  account});
  const json notes = one.value("notes", json::array());
  for (const json& note : notes)
    page.line(2, {{"! ", Tone::warning}, {note.get<std::string>()}}, 4);
  for (const json& each : differences) {
    if (each.contains("known")) {
      const json& why = each["known"];
      page.line(
          2,
          {{each["path"].get<std::string>(), Tone::faint},
           {"  known until " + why["until"].get<std::string>() + ": " +
                why["reason"].get<std::string>() + " (" + why["owner"].get<std::string>() + ")",
            Tone::faint}},
          4);
      continue;
    }
    page.line(2, {{each["path"].get<std::string>()}});
    const bool added = each["op"] == "add", removed = each["op"] == "remove";
    page.line(4, {{"source  ", Tone::faint},
                  {added ? "(not there)" : brief(each["source"], kMost), Tone::removed}});
    page.line(4, {{"live    ", Tone::faint},
                  {removed ? "(not there)" : brief(each["live"], kMost), Tone::added}});
    if (const std::string side = moved(each); !side.empty())
      page.line(4, {{"moved   ", Tone::faint}, {side}});
  }
  if (one["in_step"] == true) return;
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
