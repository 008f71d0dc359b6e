#include "repl/views/symptom_pages.h"

#include <algorithm>

#include "repl/views/mdx.h"
#include "repl/views/rail_text.h"

namespace countersign {
namespace {

// The texts at `key`, one after another.
std::string listed(const json& symptom, const char* key, std::string (*as)(std::string_view)) {
  std::string out;
  const auto at = symptom.find(key);
  if (at == symptom.end() || !at->is_array()) return out;
  for (const json& one : *at)
    out += (out.empty() ? "" : ", ") + as(one.is_string() ? one.get<std::string>() : one.dump());
  return out;
}

std::string quoted(std::string_view text) {
  return "\"" + in_mdx(text) + "\"";
}

bool flag(const json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key] == true;
}

// Before everything else, or as what callers notice first.
std::string rank(const json& symptom) {
  if (flag(symptom, "first")) return "first";
  return text_at(symptom, "caller_visible");
}

double place(const json& symptom) {
  if (flag(symptom, "first")) return -1;
  const auto at = symptom.find("caller_visible");
  return at != symptom.end() && at->is_number() ? at->get<double>() : 1e9;
}

json causes_of(const json& symptom) {
  const auto at = symptom.find("causes");
  return at != symptom.end() && at->is_array() ? *at : json::array();
}

void put_cause(MdxPage& page, std::size_t n, const json& cause) {
  page.line(std::to_string(n) + ". **" + in_mdx(text_at(cause, "title")) + "** (" +
            code_in_mdx(text_at(cause, "slug")) + ")");
  const auto more = [&](const char* label, const std::string& words) {
    if (!words.empty()) page.line("    - " + std::string(label) + ": " + sentence(in_mdx(words)));
  };
  more("Fix", text_at(cause, "fix"));
  // With a fix, the words are for where the fix does not apply.
  more(flag(cause, "has_fix") ? "Where that does not apply, the reporter is told"
                              : "No fix of ours; the reporter is told",
       text_at(cause, "tell"));
  if (const std::string again = text_at(cause, "look_again"); !again.empty())
    page.line("    - Looked at again after " + in_mdx(again) + ".");
  more("Escalation", text_at(cause, "escalate"));
  more("Lesson", text_at(cause, "lesson"));
}

}  // namespace

void put_symptom(MdxPage& page, const json& symptom) {
  page.subheading("Symptom: " + in_mdx(text_at(symptom, "title")));
  if (const std::string summary = text_at(symptom, "summary"); !summary.empty())
    page.line(block_in_mdx(summary) + "\n");
  page.line("- **Severity:** " + in_mdx(text_at(symptom, "severity")));
  if (flag(symptom, "first"))
    page.line("- **Looked at first**, whatever was reported; while it holds, nothing else is.");
  else if (const std::string noticed = rank(symptom); !noticed.empty())
    page.line("- **Caller-visible rank:** " + in_mdx(noticed) +
              " (1 is what callers notice first)");
  if (const std::string words = listed(symptom, "matches", quoted); !words.empty())
    page.line("- **Reported as:** " + words);
  if (const std::string variants = listed(symptom, "not_for", code_in_mdx); !variants.empty())
    page.line("- **Does not occur in the variants:** " + variants);
  if (const std::string date = text_at(symptom, "last_verified"); !date.empty())
    page.line("- **Last verified:** " + in_mdx(date));
  page.line("\nMost likely causes, in order:\n");
  std::size_t n = 0;
  for (const json& cause : causes_of(symptom)) put_cause(page, ++n, cause);
}

std::string symptoms_page(const std::vector<json>& heads, int position) {
  struct Entry {
    const json* symptom;
    std::string runbook;
  };
  std::vector<Entry> all;
  for (const json& head : heads)
    if (const auto at = head.find("symptoms"); at != head.end() && at->is_array())
      for (const json& one : *at) all.push_back({&one, text_at(head, "name")});
  std::stable_sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) {
    return place(*a.symptom) < place(*b.symptom);
  });
  MdxPage page("Symptoms", position, "Symptoms", "the symptoms of the runbooks");
  page.line(
      "\nWhat callers notice first comes first. Of each symptom the most frequent cause is 1.");
  if (all.empty()) {
    page.line("\nThe runbooks have no symptoms.");
    return page.text();
  }
  page.line();
  page.head({"Rank", "Symptom", "Severity", "Causes", "Fix", "Last verified", "Runbook"});
  for (const Entry& one : all) {
    const json& symptom = *one.symptom;
    std::string causes, fixes;
    std::size_t n = 0;
    for (const json& cause : causes_of(symptom)) {
      const std::string begin = (n == 0 ? "" : "<br />") + std::to_string(n + 1) + ". ";
      causes += begin + in_mdx(text_at(cause, "title"));
      fixes += begin + (flag(cause, "has_fix") ? in_mdx(text_at(cause, "fix")) : "none of ours");
      ++n;
    }
    page.row(
        {in_mdx(rank(symptom)),
         in_mdx(text_at(symptom, "title")) + " (" + code_in_mdx(text_at(symptom, "name")) + ")",
         in_mdx(text_at(symptom, "severity")), causes, fixes,
         in_mdx(text_at(symptom, "last_verified")), code_in_mdx(one.runbook)});
  }
  return page.text();
}

}  // namespace countersign
