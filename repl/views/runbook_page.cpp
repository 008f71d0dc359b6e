#include "repl/views/runbook_page.h"

#include <cctype>
#include <map>

#include "interpreter/clock.h"
#include "repl/views/escape.h"
#include "repl/views/mdx.h"
#include "repl/views/mdx_page.h"
#include "repl/views/rail_text.h"
#include "repl/views/symptom_pages.h"

namespace countersign {
namespace {

json list_at(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_array() ? *at : json::array();
}

json map_at(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_object() ? *at : json::object();
}

bool flag(const json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key] == true;
}

// "ceo" as it stands on pages: CEO, CTO, and other roles by their names.
std::string role_text(std::string role) {
  if (role.size() <= 3)
    for (char& c : role) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "**" + in_mdx(role) + "**";
}

void authority(MdxPage& page, const json& head) {
  page.heading("1. Role / Authority");
  const json people = map_at(head, "authority"), approval = map_at(head, "approval");
  if (const std::string role = text_at(people, "operator"); !role.empty())
    page.line("- **Operator:** " + role_text(role));
  if (const std::string role = text_at(people, "approver"); !role.empty())
    page.line("- **Approver:** " + role_text(role));
  for (const json& one : list_at(approval, "requires")) {
    const std::string given = condition_in_mdx(one.value("given", json()));
    const std::string count = text_at(one, "count");
    // The approver is named above.
    if (given.empty() && count == "1" && text_at(one, "role") == text_at(people, "approver"))
      continue;
    page.line("- Approval by " + (count.empty() || count == "1" ? "" : in_mdx(count) + " × ") +
              role_text(text_at(one, "role")) + (given.empty() ? "" : ", where " + given));
  }
  if (text_at(approval, "reference") == "required") {
    const std::string parameter = text_at(approval, "reference_parameter");
    page.line("- Approval is given in writing: a decision without a reference is refused" +
              (parameter.empty() ? "." : " (the parameter " + code_in_mdx(parameter) + ")."));
  }
  page.line(
      "- `policy.toml` may ask for more people, never for fewer. Every change is shown as a plan "
      "and signed before it is made.");
  if (const std::string folder = text_at(head, "evidence"); !folder.empty())
    page.line("- The run's evidence is filed in the dev-log folder " + code_in_mdx(folder) + ".");
}

std::string kind_text(const json& parameter) {
  static const std::map<std::string, std::string> words = {
      {"profile", "account (a profile)"}, {"phone", "phone number"},
      {"email", "e-mail address"},        {"duration", "duration, such as `24h`"},
      {"url", "address (URL)"},           {"flag", "true or false"},
      {"secret", "reference to a secret"}};
  const std::string kind = text_at(parameter, "kind");
  if (kind == "sid") return in_mdx("SID " + text_at(parameter, "prefix"));
  const auto at = words.find(kind);
  return at == words.end() ? in_mdx(kind) : at->second;
}

void parameters(MdxPage& page, const json& head) {
  page.heading("2. Required Parameters");
  const json declared = map_at(head, "parameters");
  if (declared.empty()) return page.line("None.");
  page.head({"Parameter", "Kind", "Why you need it", "Choices", "Required"});
  // What is always needed first.
  enum Need { always, sometimes, never };
  const auto need = [](const json& one) {
    if (one.contains("default") || flag(one, "optional")) return never;
    return one.contains("required_if") ? sometimes : always;
  };
  for (const Need wanted : {always, sometimes, never})
    for (const auto& [name, one] : declared.items()) {
      if (need(one) != wanted) continue;
      std::string choices;
      for (const json& choice : list_at(one, "choices"))
        choices += (choices.empty() ? "" : ", ") +
                   code_in_mdx(choice.is_string() ? choice.get<std::string>() : choice.dump());
      const std::string required =
          wanted == always      ? "yes"
          : wanted == sometimes ? "where " + condition_in_mdx(one["required_if"])
          : one.contains("default")
              ? "no: " + code_in_mdx(text_at(one, "default")) + " where not given"
              : "no";
      page.row({code_in_mdx(name), kind_text(one), in_mdx(text_at(one, "why")), choices, required});
    }
}

void read_first(MdxPage& page, const json& head) {
  page.heading("3. Read First");
  const json list = list_at(head, "read_first");
  if (list.empty()) return page.line("Nothing beyond this page.");
  for (const json& one : list)
    page.line("- " + block_in_mdx(one.is_string() ? one.get<std::string>() : one.dump()));
}

void safety_rails(MdxPage& page, const json& head) {
  page.heading("4. Safety Rails for This Change");
  page.line(
      "They hold whatever the steps say: the engine looks at them while planning, and again before "
      "every operation.\n");
  const json procedure = list_at(head, "procedure");
  bool baselines = false;
  for (const json& rail : list_at(head, "rails")) {
    baselines = baselines || text_at(rail, "rail") == "baselines_unchanged";
    page.line("- " + rail_sentence(rail, procedure));
  }
  if (!baselines) page.line("- " + rail_sentence({{"rail", "baselines_unchanged"}}, procedure));
}

void waiting(MdxPage& page, const json& phase) {
  std::string duration = text_at(phase, "duration");
  if (phase.contains("duration") && phase["duration"].is_number_integer())
    duration = duration_text(phase["duration"].get<Time>());
  if (flag(phase, "till"))
    page.line("- Waits until a moment that the run's parameters give.");
  else if (duration.empty())
    page.line("- Waits as long as the run's parameters say.");
  else if (duration != "0s")
    page.line("- Waits " + in_mdx(duration) + ".");
  if (flag(phase, "has_ready"))
    page.line("- Goes on only when what it waits for is so; looked at every " +
              in_mdx(text_at(phase, "every")) + ".");
  if (const std::string early = text_at(phase, "unless"); !early.empty())
    page.line("- Ends early when " + in_mdx(early) + "; looked at every " +
              in_mdx(text_at(phase, "every")) + ".");
  std::string items;
  for (const json& slug : phase.value("attested", json::array()))
    items += (items.empty() ? "" : ", ") + ("`" + slug.get<std::string>() + "`");
  if (!items.empty()) page.line("- Goes on only when people have confirmed: " + items + ".");
  if (const std::string why = text_at(phase, "why"); !why.empty())
    page.line("- Why: " + sentence(in_mdx(why)));
}

void put_phase(MdxPage& page, std::size_t n, const json& phase) {
  const std::string kind = text_at(phase, "phase"), name = text_at(phase, "name");
  const std::string title = text_at(phase, "title");
  page.subheading(std::to_string(n) + ". " + in_mdx(title.empty() ? name : title));
  const std::string what = kind == "read"     ? "reads only"
                           : kind == "mutate" ? "**changes**, as planned and signed"
                           : kind == "wait"   ? "waits"
                                              : in_mdx(kind);
  page.line("- Phase " + code_in_mdx(name) + ": " + what +
            (flag(phase, "has_when") ? "; *only where it applies*" : "") + ".");
  if (kind == "wait") waiting(page, phase);
  if (const json promised = map_at(phase, "returns"); !promised.empty()) {
    std::string all;
    for (const auto& [key, value] : promised.items())
      all += (all.empty() ? "" : ", ") + code_in_mdx(key);
    page.line("- What follows is planned before this has happened; it finds " + all + ".");
  }
  if (const std::string failed = text_at(phase, "undo_if"); !failed.empty())
    page.line("- Undone, as signed with the plan, where \"" + in_mdx(failed) + "\" fails.");
  else if (flag(phase, "has_undo"))
    page.line("- Says itself how it is undone.");
}

void procedure(MdxPage& page, const json& head) {
  page.heading("5. Procedure");
  const json symptoms = list_at(head, "symptoms");
  page.line(code_in_mdx("countersign run " + text_at(head, "name")) +
            " goes through these phases in order. It stops where somebody has to decide, and "
            "where something has to be waited for.");
  std::size_t n = 0;
  for (const json& phase : list_at(head, "procedure")) put_phase(page, ++n, phase);
  for (const json& symptom : symptoms) put_symptom(page, symptom);
}

void item(MdxPage& page, const json& one) {
  const std::string kind = text_at(one, "item"), text = in_mdx(text_at(one, "text"));
  const std::string where = flag(one, "has_when") ? " *(where it applies)*" : "";
  if (kind == "proven") return page.line("- [ ] " + text + where + " — proven by the run");
  const std::string role = text_at(one, "role");
  if (kind == "sign_off")
    return page.line("- [ ] " + text + where + " — signed off by " + role_text(role) +
                     ", over the run's evidence");
  std::string line = "- [ ] " + text + where + " — attested by " +
                     (role.empty() ? "a person" : role_text(role)) + " (" +
                     code_in_mdx(text_at(one, "slug")) + ")";
  if (const std::string due = text_at(one, "due"); !due.empty()) {
    const std::string after = text_at(one, "after");
    line += ", due " + in_mdx(due) + " after " +
            (after.empty() ? "the last change" : "the phase " + code_in_mdx(after));
    const std::string within = text_at(one, "within");
    line += ", overdue " + in_mdx(within.empty() ? "24h" : within) + " later";
  } else if (const std::string within = text_at(one, "within"); !within.empty()) {
    line += ", overdue " + in_mdx(within) + " after the last change";
  }
  if (flag(one, "undo")) line += "; where it is not so, the change is planned to be undone";
  page.line(line);
}

void done(MdxPage& page, const json& head) {
  page.heading("6. Definition of Done");
  const json items = list_at(head, "done");
  if (items.empty()) return page.line("When every phase has ended.");
  for (const json& one : items) item(page, one);
}

void variants(MdxPage& page, const json& head) {
  page.heading("7. If Your Variant Differs");
  const json all = map_at(head, "variants");
  if (all.empty()) return page.line("There are no variants.");
  page.head({"Variant", "Where it goes"});
  for (const auto& [name, place] : all.items())
    page.row({in_mdx(name), in_mdx(place.is_string() ? place.get<std::string>() : place.dump())});
}

void gotchas(MdxPage& page, const json& head) {
  const json all = list_at(head, "gotchas");
  if (all.empty()) return;
  page.heading("Common gotchas");
  page.head({"Gotcha", "Symptom", "Fix"});
  for (const json& one : all)
    page.row({in_mdx(one.is_string() ? one.get<std::string>() : text_at(one, "gotcha")),
              in_mdx(text_at(one, "symptom")), in_mdx(text_at(one, "fix"))});
}

}  // namespace

std::string page_name(const json& head) {
  const std::string name = text_at(head, "name");
  std::string out;
  for (const char c : name.substr(name.rfind('/') + 1))
    out += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ? c : '-';
  return out.empty() ? "runbook" : out;
}

std::string runbook_page(const json& head, int position) {
  std::string label = page_name(head);
  label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
  for (char& c : label)
    if (c == '-' || c == '_') c = ' ';
  MdxPage page(label, position, text_at(head, "title"),
               "the runbook " + visible(text_at(head, "name")));
  if (const std::string summary = text_at(head, "summary"); !summary.empty())
    page.line("\n" + block_in_mdx(summary));
  authority(page, head);
  parameters(page, head);
  read_first(page, head);
  safety_rails(page, head);
  procedure(page, head);
  done(page, head);
  variants(page, head);
  gotchas(page, head);
  return page.text();
}

}  // namespace countersign
