#include "repl/redaction.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "approvals/evidence/manifest.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::size_t kShortestName = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A letter or digit of any alphabet, or what belongs to a word.
bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || byte >= 0x80 || c == '_';
}

bool in_mailbox(char c) {
  return in_word(c) || c == '.' || c == '-' || c == '+' || c == '%';
}

bool in_domain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
}

// Fields whose text is what people call somebody or something.
bool names_something(const std::string& key) {
  static const std::set<std::string> keys = {"friendly_name", "FriendlyName", "friendlyName",
                                             "person",        "caller_name",  "customer_name",
                                             "full_name"};
  return keys.count(key) != 0;
}

void gather(const json& value, std::set<std::string>& names) {
  if (!value.is_structured()) return;
  for (const auto& [key, one] : value.items()) {
    if (value.is_object() && names_something(key) && one.is_string() &&
        one.get_ref<const std::string&>().size() >= kShortestName)
      names.insert(one.get<std::string>());
    gather(one, names);
  }
}

// Every JSON value of the folder: whole files, and the lines of the journal.
std::set<std::string> names_in(const EvidenceFiles& files) {
  std::set<std::string> names;
  for (const auto& [path, bytes] : files) {
    const json whole = json::parse(bytes, nullptr, false);
    if (!whole.is_discarded()) {
      gather(whole, names);
      continue;
    }
    if (path != "journal.jsonl") continue;
    std::istringstream lines(bytes);
    for (std::string line; std::getline(lines, line);)
      if (const json record = json::parse(line, nullptr, false); !record.is_discarded())
        gather(record, names);
  }
  return names;
}

class Redactor {
 public:
  explicit Redactor(const std::set<std::string>& names) : names_(names.begin(), names.end()) {
    // The longest first: a name may begin another one.
    std::stable_sort(names_.begin(), names_.end(), [](const std::string& a, const std::string& b) {
      return a.size() > b.size();
    });
  }

  std::string text(const std::string& in) {
    std::string out;
    for (std::size_t at = 0; at < in.size();) {
      if (const std::size_t taken = number(in, at, out); taken > 0)
        at += taken;
      else if (const std::size_t mail = address(in, at, out); mail > 0)
        at += mail;
      else if (const std::size_t ip = internet(in, at, out); ip > 0)
        at += ip;
      else if (const std::size_t name = named(in, at, out); name > 0)
        at += name;
      else
        out += in[at++];
    }
    return out;
  }

  std::map<std::string, std::size_t> counts() const {
    std::map<std::string, std::size_t> all;
    for (const auto& [kind, known] : known_) all[kind] = known.size();
    return all;
  }

 private:
  std::string stands_for(const char* kinds, const char* kind, const std::string& text) {
    auto& known = known_[kinds];
    const auto at = known.emplace(text, known.size() + 1).first;
    return "[" + std::string(kind) + " " + std::to_string(at->second) + "]";
  }

  // "+15550100200", its + as it is or as it stands in a URL.
  std::size_t number(const std::string& in, std::size_t at, std::string& out) {
    std::size_t begin = 0;
    if (in[at] == '+')
      begin = at + 1;
    else if (in.compare(at, 3, "%2B") == 0 || in.compare(at, 3, "%2b") == 0)
      begin = at + 3;
    else
      return 0;
    std::size_t end = begin;
    while (end < in.size() && is_digit(in[end])) ++end;
    if (end - begin < 7 || end - begin > 15) return 0;
    out += stands_for("numbers", "number", in.substr(begin, end - begin));
    return end - at;
  }

  std::size_t address(const std::string& in, std::size_t at, std::string& out) {
    if (!in_mailbox(in[at]) || (at > 0 && in_mailbox(in[at - 1]))) return 0;
    std::size_t middle = at;
    while (middle < in.size() && in_mailbox(in[middle])) ++middle;
    if (middle >= in.size() || in[middle] != '@') return 0;
    std::size_t end = middle + 1;
    while (end < in.size() && in_domain(in[end])) ++end;
    while (end > middle + 1 && !std::isalnum(static_cast<unsigned char>(in[end - 1]))) --end;
    if (in.substr(middle, end - middle).find('.') == std::string::npos) return 0;
    out += stands_for("addresses", "address", in.substr(at, end - at));
    return end - at;
  }

  std::size_t internet(const std::string& in, std::size_t at, std::string& out) {
    if (!is_digit(in[at]) || (at > 0 && (in_word(in[at - 1]) || in[at - 1] == '.'))) return 0;
    std::size_t end = at;
    int parts = 0;
    for (; parts < 4; ++parts) {
      std::size_t digits = 0;
      while (end + digits < in.size() && is_digit(in[end + digits])) ++digits;
      if (digits == 0 || digits > 3 || std::stoi(in.substr(end, digits)) > 255) return 0;
      end += digits;
      if (parts < 3 && (end >= in.size() || in[end++] != '.')) return 0;
    }
    if (end < in.size() &&
        (in_word(in[end]) || (in[end] == '.' && end + 1 < in.size() && is_digit(in[end + 1]))))
      return 0;
    const std::string found = in.substr(at, end - at);
    if (found.rfind("127.", 0) == 0) return 0;  // this machine's own
    out += stands_for("addresses", "address", found);
    return end - at;
  }

  std::size_t named(const std::string& in, std::size_t at, std::string& out) {
    if (at > 0 && in_word(in[at - 1]) && in_word(in[at])) return 0;
    for (const std::string& name : names_) {
      if (in.compare(at, name.size(), name) != 0) continue;
      const std::size_t end = at + name.size();
      if (end < in.size() && in_word(in[end]) && in_word(name.back())) continue;
      out += stands_for("names", "name", name);
      return name.size();
    }
    return 0;
  }

  std::vector<std::string> names_;
  std::map<std::string, std::map<std::string, std::size_t>> known_ = {
      {"numbers", {}}, {"addresses", {}}, {"names", {}}};
};

const char kBanner[] =
    "This is a redacted copy: phone numbers, addresses and names were replaced. It proves nothing "
    "by itself; the original does, whose MANIFEST has the SHA-256 ";

void insert_behind(std::string& text, const std::string& mark, const std::string& what) {
  const std::size_t at = text.find(mark);
  text.insert(at == std::string::npos ? 0 : at + mark.size(), what);
}

}  // namespace

Redacted redacted(const EvidenceFiles& files, const std::string& run) {
  Redactor redactor(names_in(files));
  Redacted out;
  for (const auto& [path, bytes] : files)
    if (path != kManifest) out.files[path] = redactor.text(bytes);
  out.replaced = redactor.counts();
  const std::string original = sha256_hex(files.at(kManifest));
  if (const auto readme = out.files.find("README.md"); readme != out.files.end())
    readme->second = "> " + std::string(kBanner) + original + ".\n\n" + readme->second;
  if (const auto report = out.files.find("report.html"); report != out.files.end())
    insert_behind(report->second, "<main>",
                  "\n<div class=\"note bad\">" + std::string(kBanner) + original + ".</div>");
  out.files[kRedacted] = json{{"type", "countersign-redacted"},
                              {"version", 1},
                              {"run", run},
                              {"manifest_sha256", original},
                              {"replaced", out.replaced}}
                             .dump(2) +
                         "\n";
  out.files[kManifest] = manifest_of(out.files);
  return out;
}

std::optional<VerificationError> redacted_copy(const EvidenceFiles& files) {
  const auto said = files.find(kRedacted);
  if (said == files.end()) return std::nullopt;
  const json note = json::parse(said->second, nullptr, false);
  const std::string original =
      note.is_object() && note.contains("manifest_sha256") && note["manifest_sha256"].is_string()
          ? note["manifest_sha256"].get<std::string>()
          : "unknown";
  if (auto wrong = check_manifest(files)) return wrong;
  return VerificationError{
      kRedacted, 0,
      "this is a redacted copy, as it was written: what was replaced in it changed what is signed, "
      "so it proves nothing. Verify the original, whose MANIFEST has the SHA-256 " +
          original};
}

}  // namespace countersign
