#include "repl/views/verdict_view.h"

namespace countersign {

using json = nlohmann::json;

std::string flaw_sentence(const Flaw& flaw) {
  std::string where = flaw.file;
  if (flaw.record > 0)
    where += (where.empty() ? "record " : ", record ") + std::to_string(flaw.record);
  return where.empty() ? flaw.what : where + ": " + flaw.what;
}

std::string verdict_text(const Verdict& verdict, const Style& style) {
  Page page(style);
  Spans head = {{verdict.word(), verdict.wrong ? Tone::bad : Tone::good}};
  if (!verdict.run.empty()) head.push_back({"  run " + verdict.run, Tone::faint});
  page.line(0, head);
  for (const std::string& one : verdict.checked) page.line(2, {{"✓ ", Tone::good}, {one}}, 4);
  if (verdict.wrong) page.line(2, {{"✗ ", Tone::bad}, {flaw_sentence(*verdict.wrong)}}, 4);
  for (const std::string& one : verdict.unchecked)
    page.line(2, {{"? ", Tone::warning}, {"not known: " + one}}, 4);
  if (verdict.wrong) return page.text();
  for (const std::string& one : verdict.policies)
    if (!verdict.policy_known)
      page.line(2, {{"roles are those of the policy with the digest " + one +
                         "; --policy FILE compares it with one that you know",
                     Tone::faint}});
  if (!verdict.anchored)
    page.line(2, {{"Whoever could write the folder could also have made the keys in it: give "
                   "--signers FILE with keys you know."}});
  return page.text();
}

json verdict_json(const Verdict& verdict) {
  json wrong;
  if (verdict.wrong)
    wrong = {{"file", verdict.wrong->file.empty() ? json() : json(verdict.wrong->file)},
             {"record", verdict.wrong->record > 0 ? json(verdict.wrong->record) : json()},
             {"message", flaw_sentence(*verdict.wrong)}};
  return {{"verdict", verdict.word()},    {"run", verdict.run.empty() ? json() : json(verdict.run)},
          {"checked", verdict.checked},   {"unchecked", verdict.unchecked},
          {"policies", verdict.policies}, {"wrong", wrong}};
}

}  // namespace countersign
