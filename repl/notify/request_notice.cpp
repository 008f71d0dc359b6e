#include "repl/notify/request_notice.h"

#include <algorithm>

#include "approvals/trust.h"
#include "repl/app_context.h"
#include "repl/views/plan_view.h"

namespace countersign {
namespace {

std::string people_with(const Trust& trust, const std::string& role, Time now) {
  std::string all;
  for (const Person& person : trust.policy.people) {
    const std::vector<std::string> roles = roles_at(trust.policy, person, now);
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) continue;
    all += (all.empty() ? "" : ", ") + person.name;
    if (!person.principals.empty()) all += " (" + person.principals.front() + ")";
  }
  return all;
}

std::string how_to_sign(const SigningPapers& papers) {
  std::string out = papers.sign.size() > 1
                        ? "Sign one of these as it is, with your own SSH key, and hand in both "
                          "files:\n"
                        : "Sign this as it is, with your own SSH key, and hand in both files:\n";
  for (const ToSign& one : papers.sign)
    out += "\n  " + one.file + ": " + one.means + "\n    " + signing_command(one.file) + "\n";
  return out;
}

std::string plan_text_of(const SigningPapers& papers) {
  for (const auto& [name, text] : papers.read)
    if (name.ends_with(".txt")) return text;
  return "";
}

}  // namespace

std::vector<std::string> who_may_sign(CommandContext& context, const json& wanted) {
  std::vector<std::string> out;
  std::optional<Trust> trust;
  if (const Result<TrustPaths> paths = context.app.trust())
    if (Result<Trust> read = load_trust(*paths)) trust = std::move(*read);
  if (!wanted.is_array()) return out;
  for (const json& one : wanted) {
    if (!one.is_object()) continue;
    const std::string role = one.value("role", "");
    const std::string people = trust ? people_with(*trust, role, context.app.clock().now()) : "";
    out.push_back(std::to_string(one.value("count", 1)) + " × " + role +
                  (people.empty() ? "" : ": " + people));
  }
  return out;
}

Notice request_notice(const RequestPage& asked, const std::string& kind) {
  Notice out;
  std::string word = kind;
  std::replace(word.begin(), word.end(), '_', '-');
  out.subject = "[countersign] " + word + " wanted: " + asked.title + " (" + asked.run + ")";
  std::string who;
  for (const std::string& one : asked.signers) who += "\nMay sign: " + one;
  out.summary = asked.title + "\nRun " + asked.run + " waits for a signature: " + asked.asks + who +
                (asked.until.empty() ? "" : "\nUntil " + moment(asked.until));
  const std::string plan = plan_text_of(asked.papers);
  out.text =
      out.summary + "\n\n" + how_to_sign(asked.papers) + (plan.empty() ? "" : "\n----\n\n" + plan);
  out.html = request_page(asked);
  for (const ToSign& one : asked.papers.sign) out.attached.emplace_back(one.file, one.document);
  for (const auto& [name, text] : asked.papers.read)
    if (!text.empty()) out.attached.emplace_back(name, text);
  out.facts = {{"kind", kind},
               {"run", asked.run},
               {"title", asked.title},
               {"asks", asked.asks},
               {"until", asked.until.empty() ? json() : json(asked.until)},
               {"signers", asked.signers}};
  return out;
}

}  // namespace countersign
