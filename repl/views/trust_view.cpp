#include "repl/views/trust_view.h"

namespace countersign {

using nlohmann::json;

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Roles needed_of(const json& change) {
  Roles out;
  for (const json& one : change["requires"])
    out[one["role"].get<std::string>()] = one["count"].get<int>();
  return out;
}

}  // namespace

void changed_lines_on(Page& page, std::size_t indent, const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    page.unbroken(indent, {{line, line.starts_with("+")   ? Tone::added
                                  : line.starts_with("-") ? Tone::removed
                                                          : Tone::plain}});
}

std::string change_text(const PendingTrust& pending, const Style& style) {
  const json& change = pending.change;
  Page page(style);
  page.line(0, {{"A change of who may sign", Tone::strong}});
  page.field("why", {{change["reason"].get<std::string>()}});
  page.field("proposed", {{change["requester"]["person"].get<std::string>() + ", " +
                           change["at"].get<std::string>()}});
  page.field("needs", {{describe(needed_of(change)) +
                        (change["separation"].get<bool>() ? ", not of who proposes" : "")}});
  page.field("until", {{change["decide_by"].get<std::string>()}});
  for (const auto& [role, name] :
       {std::pair("policy", "policy.toml"), {"allowed_signers", "allowed_signers"}}) {
    const auto lines = change["changes"][role].get<std::vector<std::string>>();
    if (lines.empty()) continue;
    page.heading(name);
    changed_lines_on(page, 2, lines);
  }
  if (!change["revoke"].empty()) page.heading("revoked, for good");
  for (const json& key : change["revoke"])
    page.unbroken(2, {{"+ " + key.get<std::string>(), Tone::added}});
  page.blank();
  return page.text();
}

std::string pending_text(const PendingTrust& pending, const Style& style) {
  Page page(style);
  if (pending.missing.empty()) {
    page.line(0, {{"✓ ", Tone::good},
                  {"accepted by " + joined(pending.people) + ": " +
                   pending.change["reason"].get<std::string>()}});
    if (pending.change["from"] != pending.change["to"])
      page.line(2, {{"Requests that were made before are void: resume their runs to ask again."}});
    return page.text();
  }
  page.line(0, {{"The change waits: missing are " + describe(pending.missing) +
                     (pending.people.empty() ? "" : "; signed by " + joined(pending.people)),
                 Tone::strong}});
  page.command(2, "countersign trust accept --key FILE", "whoever may sign, here");
  page.command(2, "countersign trust accept --to DIR", "documents to sign elsewhere");
  return page.text();
}

json pending_json(const PendingTrust& pending) {
  json missing = json::array();
  for (const auto& [role, count] : pending.missing)
    missing.push_back({{"role", role}, {"count", count}});
  return {{"change", pending.sha256},
          {"status", pending.missing.empty() ? "accepted" : "awaiting_decision"},
          {"reason", pending.change["reason"]},
          {"requires", pending.change["requires"]},
          {"separation", pending.change["separation"]},
          {"signed", pending.people},
          {"missing", missing},
          {"changes", pending.change["changes"]},
          {"revoke", pending.change["revoke"]}};
}

}  // namespace countersign
