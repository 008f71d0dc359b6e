// A firm that runs the shipped runbooks: the simulated providers on a real port, a workspace on
// disk, people with SSH keys, and the engine wired as the product wires it.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "approvals/signed_authorizer.h"
#include "interpreter/engine.h"
#include "interpreter/home.h"
#include "interpreter/run.h"
#include "interpreter/vault.h"
#include "stdlib/http/curl_transport.h"
#include "stdlib/http/retry.h"
#include "stdlib/session/configuration.h"
#include "stdlib/simulator/server/server.h"
#include "tests/support/manual_clock.h"

namespace countersign::firm {

// The demo world (docs/examples/worlds/demo.json), by the names the tests use.
inline const std::string kAccount = "AC68c8096035594cd23248bd5540f7c7ee";
inline const std::string kNumber = "+15550100200";
inline const std::string kNumberSid = "PN03cca2b259f51e6fe0b6503b54449880";
inline const std::string kFlow = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd";
inline const std::string kWorkspace = "WS0c3c796f965faebb386bef713506c5a3";
inline const std::string kWorkflow = "WWd2189d65ee2e707825558235f79ba136";
inline const std::string kQueue = "WQ9f6008fd7d7d583231d34460e27ba51b";
inline const std::string kService = "ZS71ea5015f8d8bcce433ebfcae46fb645";
inline const std::string kKey = "ac3e0001-5e0d0001";
inline const std::string kBin =
    "https://handler.twilio.com/twiml/EH00000000000000000000000000000001";

// What stands where a run begins: the demo's live deployment; acme's account with Flex and a number
// and nothing deployed; or that, and of the sending domain only the one above it. `demo`: live,
// with the demo's own sources and deploy program, and places for incidents and doctrine; its clock
// stands still. `fresh`: empty with the same; its clock runs twenty times faster.
enum class CrashFixture { live, empty, bare, demo, fresh };

class CompanyFixture {
 public:
  // `patch`: changes the world before it is served. `environment`: the fact of acme's profile.
  // `approver`: the role that the policy asks for.
  // `more`: lines for acme's profile in countersign.toml.
  explicit CompanyFixture(const std::string& environment = "production",
                          const json& patch = json::array(), CrashFixture site = CrashFixture::live,
                          const std::string& approver = "ceo", const std::string& more = "");
  ~CompanyFixture();

  // Replaces a text in a file of the copied runbooks ("cancel.lua"); it must be there.
  void edit_runbook(const std::string& file, const std::string& from, const std::string& to);
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;
  std::vector<std::string> list(const std::string& folder) const;  // names, sorted

  // A caller dials; what became of it, docs/formats/calls.md.
  json call(json order) const;
  // Changes the world behind everybody's back.
  void patch(const json& patch) const;

  // Puts a deploy pipeline in place of the command that only notes that it was called.
  void pipeline() const;

  // The parameters of a full teardown that retains the number.
  static json parameters(const json& changes = json::object());

  // Starts the runbook of that name and goes as far as it can. What was said is in `said`.
  Run* start(const std::string& runbook, const json& parameters);
  void advance();
  // Carla, the CEO, approves the request at hand, and the run goes on. Others: tom, the CTO; otto,
  // an operator; olive, who asks.
  void approve(const std::string& reference = "https://acme.slack.example/p1",
               const std::string& person = "carla");
  void attest(const std::string& slug, const std::string& verdict = "pass");
  void sign_off() { sign_off_as("carla"); }
  void sign_off_as(const std::string& person);
  // From approval to sign-off, as people live through it.
  void live_through();
  // Lets hours pass, then goes on.
  void after(double hours);

  // What changed something at a provider: "METHOD host/path", in order.
  std::vector<std::string> changes() const;
  // The plan's operations, in order.
  std::vector<std::string> planned() const;
  std::vector<std::string> planned_in(const std::string& phase) const;
  // What was carried out, in order.
  std::vector<std::string> carried_out() const;
  bool passed(const std::string& check) const;
  // Every word that the run keeps: its journal, its documents, the request and the plan.
  std::string kept() const;
  const json& account() { return world_ = simulator.world()["accounts"][kAccount]; }
  json world() { return simulator.world(); }
  const RunState& state() const { return run->state(); }
  std::string status() const { return run ? to_string(run->state().status) : "not started"; }

  simulator::Simulator simulator;
  std::string folder;
  std::unique_ptr<Run> run;
  Error said;

 private:
  void verify_evidence_of_run() const;
  json posted(const std::string& path, const json& body) const;
  Signed sign(const std::string& document, const std::string& person = "carla") const;
  json world_;
  Configuration configuration_;
  std::unique_ptr<Home> home_;
  std::unique_ptr<Vault> vault_;
  CurlTransport curl_;
  ManualClock clock_;  // what the transport waits on: no test sleeps
  std::unique_ptr<RetryingTransport> transport_;
  std::unique_ptr<Authorizer> authorizer_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace countersign::firm
