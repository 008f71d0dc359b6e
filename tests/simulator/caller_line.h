// A telephone line into the demo's world, changed by a patch, and what came of a call on it.
#pragma once
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/simulator/simulator_fixture.h"

inline const std::string kAcme = "AC68c8096035594cd23248bd5540f7c7ee";
inline const std::string kAcmeAt = "/accounts/" + kAcme;
inline const std::string kOther = "ACe61336ac49728f5d344206b3c61644ef";
inline const std::string kNumber = "+15550100200";
inline const std::string kCaller = "+15550100999";
inline const std::string kService = kAcmeAt + "/serverless/0";
inline const std::string kVariables = kService + "/environments/0/variables";
inline const std::string kWidget = kAcmeAt + "/flows/0/definition/states/2/properties";
inline const std::string kFeatures =
    kAcmeAt + "/flex_configuration/ui_attributes/custom_data/features";
inline const std::string kSource = kService + "/functions/0/versions/0/content";
inline const std::string kWaitUrl =
    "https://custom-flex-extensions-serverless-1234-dev.twil.io/features/"
    "callback-and-voicemail-with-email/studio/wait-experience";
inline const std::string kWaitAt = kWaitUrl.substr(7);  // as the simulator's own path

inline nlohmann::json set(const std::string& pointer, const nlohmann::json& value) {
  return {{"op", "add"}, {"path", pointer}, {"value", value}};
}
inline nlohmann::json gone(const std::string& pointer) {
  return {{"op", "remove"}, {"path", pointer}};
}

inline nlohmann::json demo_world(const std::vector<nlohmann::json>& patch = {}) {
  std::ifstream file(std::string(COUNTERSIGN_SOURCE_DIR) + "/docs/examples/worlds/demo.json");
  return nlohmann::json::parse(file).patch(nlohmann::json(patch));
}

// Identifiers without their digits.
inline std::string plain(const std::string& text) {
  static const std::regex kSid("\\b([A-Z]{2})[0-9a-f]{32}\\b");
  return std::regex_replace(text, kSid, "$1");
}

using Patch = std::vector<nlohmann::json>;

struct Line : SimulatorFixture {
  explicit Line(const Patch& patch = {}, std::vector<std::string> faults = {})
      : SimulatorFixture(demo_world(patch), 0, std::move(faults)) {}

  nlohmann::json call(nlohmann::json order = nlohmann::json::object()) const {
    order.emplace("to", kNumber);
    order.emplace("from", kCaller);
    Answer answer = nobody().post_json("/_sim/calls", order);
    if (answer.status != 200) throw std::runtime_error(answer.verdict() + " " + answer.text);
    return answer.body;
  }

  nlohmann::json again(const nlohmann::json& report) const {
    return nobody().get("/_sim/calls/" + report["call"].get<std::string>()).body;
  }

  Client acme() const {
    return Client(port, "SK29061521b0294920183e16344b29f240", "fake-api-secret-acme");
  }

  nlohmann::json account() const { return simulator.world()["accounts"][kAcme]; }

  // What the function logged since the demo's own entries, oldest first.
  std::vector<std::string> logs() const {
    std::vector<std::string> lines;
    const nlohmann::json acme = account();
    for (const nlohmann::json& environment : acme["serverless"].empty()
                                                 ? nlohmann::json::array()
                                                 : acme["serverless"][0]["environments"])
      for (const nlohmann::json& log : environment["logs"])
        if (log["date_created"] >= "2026-11-20T12:00:00Z")
          lines.push_back(
              plain(log["level"].get<std::string>() + ": " + log["message"].get<std::string>()));
    return lines;  // of a service that is gone there are none
  }

  // All of a call's consequences, a line each; two minutes after it unless the order says else.
  std::string story(nlohmann::json order, bool with_heard = false) const {
    order.emplace("after", 120);
    nlohmann::json report = call(order);
    std::string out = report["ended"].get<std::string>() + "\n";
    if (with_heard)
      for (const nlohmann::json& step : report["heard"])
        out += "hears " + step["heard"].get<std::string>() + "\n";
    if (report["queue"].is_string()) out += "queue " + report["queue"].get<std::string>() + "\n";
    if (report["agent"].is_object())
      out += "agent " +
             (report["agent"]["crm"].is_string() ? report["agent"]["crm"].get<std::string>()
                                                 : std::string("without page")) +
             "\n";
    for (const std::string& line : logs()) out += "log " + line + "\n";
    for (const nlohmann::json& mail : report["mails"])
      out += "mail " + mail["status"].get<std::string>() + " " +
             mail["recipient"].get<std::string>() + ", " +
             std::to_string(mail["attachments"].size()) + " attached" +
             (mail["transcript"] == true ? ", transcript" : "") + "\n";
    for (const nlohmann::json& alert : report["alerts"])
      out += "alert " + alert["error_code"].get<std::string>() + "\n";
    return out;
  }
};
