// A case: a client's live deployment with something wrong, the troubleshooting of it, and people
// who answer everything that it asks of them.
#pragma once
#include "tests/runbooks/company_fixture.h"

namespace countersign::firm {

inline json set(const std::string& pointer, const json& value) {
  return {{"op", "add"}, {"path", pointer}, {"value", value}};
}
inline json gone(const std::string& pointer) {
  return {{"op", "remove"}, {"path", pointer}};
}

struct CaseRoom {
  explicit CaseRoom(const json& patch = json::array(), const std::string& profile = "",
                    const std::vector<std::string>& faults = {})
      : firm("production", patch, CrashFixture::demo, "ceo", profile) {
    for (const std::string& fault : faults) (void)firm.simulator.add_fault(fault);
  }

  // Starts the case with what was reported; everything else as usual.
  void troubleshoot(const std::string& reported, const json& parameters = json::object()) {
    json all = {{"client", "acme"},
                {"symptom", reported},
                {"started", "6h"},
                {"reporter", "agent"},
                {"reproducibility", "always"}};
    all.merge_patch(parameters);
    firm.start("connie/troubleshoot", all);
  }

  // The CEO approves; every item that is asked is confirmed when it is due; the run is signed off.
  void finish() {
    if (firm.status() == "awaiting_decision") firm.approve();
    for (int day = 0; day < 3 && firm.status().rfind("awaiting_", 0) == 0; ++day) {
      bool waits = false;
      for (const json& item : firm.state().items()) {
        if (item["item"] != "attest" || firm.state().attested(item["slug"])) continue;
        // A day later everything is due that is due at all.
        if (day == 0 && item.contains("due") && !item["due"].is_null())
          waits = true;
        else
          firm.attest(item["slug"]);
      }
      if (!waits && firm.status() == "awaiting_attestation") return firm.sign_off();
      firm.after(25);
    }
  }

  CompanyFixture firm;
};

}  // namespace countersign::firm
