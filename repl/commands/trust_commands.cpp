// trust list, trust check: who may sign what, as the trust files say it.
#include "interpreter/clock.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/views/console.h"
#include "repl/workbench.h"

namespace countersign {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

Result<Reply> trust_list_command(Desk& desk) {
  const Result<TrustPaths> paths = desk.workbench.trust();
  if (!paths) return paths.error();
  const Result<Trust> trust = load_trust(*paths);
  if (!trust) return trust.error();
  json all = json::array();
  std::vector<std::vector<Span>> table = {{{"PERSON", Tone::faint},
                                           {"PRINCIPAL", Tone::faint},
                                           {"ROLES", Tone::faint},
                                           {"STATE", Tone::faint},
                                           {"KEY", Tone::faint}}};
  for (const TrustedKey& key : list_keys(*trust, system_now())) {
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
  Page page(desk.console.style());
  page.table(0, table);
  return Reply{page.text(), all};
}

Result<Reply> trust_check_command(Desk& desk) {
  const Result<TrustPaths> paths = desk.workbench.trust();
  if (!paths) return paths.error();
  const Result<Trust> trust = load_trust(*paths);
  if (!trust) return trust.error();
  json all = json::array();
  Page page(desk.console.style());
  for (const Error& one : check_trust(*trust, *paths, system_now())) {
    all.push_back(to_json(one));
    page.line(0, {{"✗ ", Tone::bad}, {one.message}, {" (" + one.where + ")", Tone::faint}});
    if (!one.hint.empty()) page.line(2, {{"→ " + one.hint}});
  }
  if (all.empty()) page.line(0, {{"✓ ", Tone::good}, {"the trust files are sound"}});
  return Reply{page.text(), all, all.empty() ? kDone : kCheckFailed};
}

}  // namespace countersign
