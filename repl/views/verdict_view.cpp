#include "repl/views/verdict_view.h"

namespace countersign {

using json = nlohmann::json;

std::string flaw_sentence(const VerificationError& flaw) {
  std::string where = flaw.file;
  if (flaw.record > 0)
    where += (where.empty() ? "record " : ", record ") + std::to_string(flaw.record);
  return where.empty() ? flaw.what : where + ": " + flaw.what;
}

std::string verdict_text(const Verdict& verdict, const Style& style) {
  Page page(style);
  const Tone tone = verdict.wrong ? Tone::bad : verdict.end.is_signed ? Tone::good : Tone::warning;
  Spans head = {{verdict.word(), tone}};
  if (!verdict.run.empty()) head.push_back({"  run " + verdict.run, Tone::faint});
  page.line(0, head);
  for (const std::string& one : verdict.checked) page.line(2, {{"✓ ", Tone::good}, {one}}, 4);
  if (verdict.wrong) page.line(2, {{"✗ ", Tone::bad}, {flaw_sentence(*verdict.wrong)}}, 4);
  for (const std::string& one : verdict.unchecked)
    page.line(2, {{"? ", Tone::warning}, {"not known: " + one}}, 4);
  if (verdict.wrong) return page.text();
  if (!verdict.end.is_signed)
    page.line(2, {{"The run's end is covered by no person's signature: what is called authentic "
                   "ends with one."}});
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

namespace {

// Null where the records could not be looked at to their end.
json end_json(const Verdict& verdict) {
  const End& end = verdict.end;
  if (end.records == 0) return nullptr;
  return {{"records", end.records},  {"signed_to", end.signed_to},
          {"signed", end.is_signed}, {"finished", end.finished},
          {"closed", end.closed},    {"key", end.key.empty() ? json() : json(end.key)}};
}

}  // namespace

json verdict_json(const Verdict& verdict) {
  json wrong;
  if (verdict.wrong)
    wrong = {{"file", verdict.wrong->file.empty() ? json() : json(verdict.wrong->file)},
             {"record", verdict.wrong->record > 0 ? json(verdict.wrong->record) : json()},
             {"message", flaw_sentence(*verdict.wrong)}};
  return {{"verdict", verdict.word()},    {"run", verdict.run.empty() ? json() : json(verdict.run)},
          {"checked", verdict.checked},   {"unchecked", verdict.unchecked},
          {"policies", verdict.policies}, {"wrong", wrong},
          {"anchored", verdict.anchored}, {"end", end_json(verdict)}};
}

}  // namespace countersign
