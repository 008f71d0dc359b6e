// trust list, trust check: who may sign what, as the trust files say it.
#include "approvals/pins.h"
#include "approvals/trust_change.h"
#include "approvals/trust_difference.h"
#include "interpreter/clock.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/views/console.h"
#include "repl/views/trust_view.h"

namespace countersign {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What nobody accepted, whole.
Status altered_files(Page& page, const std::string& home, const TrustPaths& paths, json& all) {
  const TrustPins pins(home);
  const auto altered = TRY(pins.altered(paths));
  if (altered.empty()) return Done{};
  const Status why = pins.unaltered(paths);
  for (const AlteredFile& file : altered) {
    const Error error{"refused", "\"" + file.path + "\" is not the version that was accepted",
                      why ? "" : why.error().hint, "", file.path};
    json value = to_json(error);
    page.line(0, {{"✗ ", Tone::bad}, {error.message}});
    if (file.accepted) {
      const std::vector<std::string> lines = changed_lines(*file.accepted, file.now);
      changed_lines_on(page, 4, lines);
      value["lines"] = lines;
    }
    page.line(2, {{"→ " + error.hint}});
    all.push_back(std::move(value));
  }
  return Done{};
}

}  // namespace

Result<Reply> trust_list_command(CommandContext& context) {
  const TrustPaths paths = TRY(context.app.trust());
  const Trust trust = TRY(load_trust(paths));
  json all = json::array();
  std::vector<std::vector<Span>> table = {{{"PERSON", Tone::faint},
                                           {"PRINCIPAL", Tone::faint},
                                           {"ROLES", Tone::faint},
                                           {"STATE", Tone::faint},
                                           {"KEY", Tone::faint}}};
  for (const TrustedKey& key : list_keys(trust, context.app.clock().now())) {
    all.push_back({{"person", key.person},
                   {"principal", key.principal},
                   {"roles", key.roles},
                   {"type", key.type},
                   {"fingerprint", key.fingerprint},
                   {"namespaces", key.namespaces},
                   {"valid_after", key.valid_after},
                   {"valid_before", key.valid_before},
                   {"comment", key.comment},
                   {"state", key.state}});
    table.push_back({{key.person.empty() ? "nobody" : key.person, Tone::strong},
                     {key.principal},
                     {joined(key.roles)},
                     {key.state, key.state == "valid" ? Tone::good : Tone::bad},
                     {key.type + " " + key.fingerprint, Tone::faint}});
  }
  Page page(context.console.style());
  page.table(0, table);
  return Reply{page.text(), all};
}

Result<Reply> trust_check_command(CommandContext& context) {
  const TrustPaths paths = TRY(context.app.trust());
  Home* home = TRY(context.app.home());
  json all = json::array();
  Page page(context.console.style());
  TRY(altered_files(page, home->path(), paths, all));
  const Result<Trust> trust = load_trust(paths);
  if (!trust && !all.empty()) return Reply{page.text(), all, kCheckFailed};
  if (!trust) return trust.error();
  for (const Error& one : check_trust(*trust, paths, context.app.clock().now())) {
    all.push_back(to_json(one));
    page.line(0, {{"✗ ", Tone::bad}, {one.message}, {" (" + one.where + ")", Tone::faint}});
    if (!one.hint.empty()) page.line(2, {{"→ " + one.hint}});
  }
  if (all.empty()) page.line(0, {{"✓ ", Tone::good}, {"the trust files are sound"}});
  const auto waiting = TRY(TrustChanges(home->path(), paths).pending(context.app.clock().now()));
  if (waiting) {
    page.block(0, "\n" + change_text(*waiting, context.console.style()));
    page.block(0, pending_text(*waiting, context.console.style()));
  }
  return Reply{page.text(), all, all.empty() ? kDone : kCheckFailed};
}

}  // namespace countersign
