#include "approvals/evidence/dossier.h"

#include <set>

#include "approvals/evidence/chain.h"
#include "approvals/evidence/evidence_writer.h"
#include "interpreter/canonical.h"

namespace countersign {

std::string file_name(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '+' || (c == '.' && !out.empty());
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
  if (out.size() > 100) out.resize(100);
  return out.empty() ? "unnamed" : out;
}

Result<Dossier> dossier_of(const std::vector<Record>& records, const Documents& documents,
                           const std::string& written_by) {
  Dossier out;
  out.records = records;
  std::size_t at = 0;
  const auto unreadable = [&](const std::string& why) {
    return Error{"state", "record " + std::to_string(at + 1) + " cannot be read: " + why};
  };
  try {
    if (const Status made = paper(records, documents, out, at); !made)
      return unreadable(made.error().message);
  } catch (const json::exception&) {
    return unreadable("it has not the form that this version knows");
  }
  if (records.empty()) return Error{"state", "the journal holds no record"};
  out.files["evidence.json"] = canonical({{"type", "countersign-evidence"},
                                          {"version", 1},
                                          {"run", out.state.id()},
                                          {"runbook", out.state.started["runbook"]["name"]},
                                          {"account", out.state.started["account"]},
                                          {"status", out.state.status},
                                          {"records", records.size()},
                                          {"journal", records.back().hash},
                                          {"written_by", written_by}});
  write_chain(records, out.files);
  for (const std::string& sha256 : named_documents(records, documents)) {
    const std::string bytes = TRY(documents.get(sha256));
    out.files["documents/" + sha256] = bytes;
  }
  return out;
}

std::vector<std::string> named_documents(const std::vector<Record>& records,
                                         const Documents& documents) {
  std::set<std::string> found, looked;
  std::vector<std::string> texts;
  const auto names = [&](const std::string& text) {
    std::size_t run = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const char c = i < text.size() ? text[i] : ' ';
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
        ++run;
        continue;
      }
      if (run == 64) {
        const std::string sha256 = text.substr(i - 64, 64);
        if (looked.insert(sha256).second)
          if (Result<std::string> bytes = documents.get(sha256)) {
            found.insert(sha256);
            texts.push_back(std::move(*bytes));
          }
      }
      run = 0;
    }
  };
  for (const Record& record : records) names(canonical(to_json(record)));
  while (!texts.empty()) {
    const std::string text = std::move(texts.back());
    texts.pop_back();
    names(text);
  }
  return {found.begin(), found.end()};
}

}  // namespace countersign
