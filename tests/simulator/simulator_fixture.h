// A small world on a port, and its people.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "stdlib/simulator/server/server.h"
#include "tests/simulator/client.h"

inline std::string sid(const std::string& prefix, char digit) {
  return prefix + std::string(32, digit);
}

// What a person would write: one client, one neighbour, one sub-account of the client.
inline nlohmann::json small_world() {
  nlohmann::json definition = {
      {"description", "hold"},
      {"initial_state", "Trigger"},
      {"states",
       {{{"name", "Trigger"},
         {"type", "trigger"},
         {"properties", nlohmann::json::object()},
         {"transitions", {{{"event", "incomingCall"}, {"next", "greeting"}}}}},
        {{"name", "greeting"},
         {"type", "say-play"},
         {"properties", {{"say", "Hello"}}},
         {"transitions", {{{"event", "audioComplete"}}}}}}}};
  nlohmann::json calls = nlohmann::json::array(), executions = nlohmann::json::array();
  for (int i = 10; i < 70; ++i) {
    std::string day = "2026-11-" + std::to_string(1 + i / 4);
    if (i < 36) day = "2026-11-0" + std::to_string(1 + i / 4);
    std::string time = day + "T0" + std::to_string(i % 4) + ":00:00Z";
    calls.push_back({{"from", "+155501003" + std::to_string(i)},
                     {"to", "+15550100200"},
                     {"start_time", time},
                     {"duration", "30"}});
    executions.push_back({{"date_created", time}});
  }
  nlohmann::json client = {
      {"friendly_name", "acme"},
      {"auth_token", "token"},
      {"api_keys",
       {{sid("SK", 'a'), "secret"},
        {sid("SK", 'b'), {{"secret", "main"}, {"type", "main"}}},
        {sid("SK", 'c'),
         {{"secret", "narrow"},
          {"type", "restricted"},
          {"permissions", {"GET studio.twilio.com/v2/Flows*"}}}}}},
      {"phone_numbers", {{{"sid", sid("PN", 'a')}, {"phone_number", "+15550100200"}}}},
      {"flows", {{{"sid", sid("FW", 'a')}, {"friendly_name", "hold"}, {"definition", definition}}}},
      {"calls", calls},
      {"executions", executions},
      {"recordings", {{{"sid", sid("RE", 'a')}, {"duration", "2"}}}},
      {"transcriptions", {{{"recording_sid", sid("RE", 'a')}, {"transcription_text", "hi"}}}},
      {"flex_configuration",
       {{"ui_attributes", {{"custom_data", {{"features", {{"x", {{"enabled", true}}}}}}}}},
        {"taskrouter_skills", nlohmann::json::array({"a"})}}},
      {"serverless",
       {{{"sid", sid("ZS", 'a')},
         {"unique_name", "waiting"},
         {"environments",
          {{{"sid", sid("ZE", 'a')},
            {"domain_suffix", "dev"},
            {"domain_name", "waiting-dev.twil.io"},
            {"variables", {{"ADMIN_EMAIL", "a@acme.example"}}}}}},
         {"functions",
          {{{"path", "/features/studio/wait-experience"}},
           {{"path", "/open"}, {"visibility", "public"}},
           {{"path", "/broken"},
            {"visibility", "public"},
            {"reply", {{"status", 500}, {"body", "boom"}}}}}}}}},
      {"taskrouter",
       {{{"sid", sid("WS", 'a')},
         {"friendly_name", "Flex"},
         {"workflows", {{{"sid", sid("WW", 'a')}, {"friendly_name", "Voice"}}}},
         {"queues", {{{"sid", sid("WQ", 'a')}, {"friendly_name", "Support"}}}},
         {"tasks",
          {{{"sid", sid("WT", 'a')},
            {"attributes", {{"taskType", "voicemail"}}},
            {"date_created", "2026-11-19T10:00:00Z"}},
           {{"sid", sid("WT", 'b')}, {"date_created", "2026-11-20T10:00:00Z"}}}}}}}};
  return {
      {"time", "2026-11-20T12:00:00Z"},
      {"accounts",
       {{sid("AC", 'a'), client},
        {sid("AC", 'b'), {{"auth_token", "other"}, {"api_keys", {{sid("SK", 'd'), "other"}}}}},
        {sid("AC", 'c'), {{"auth_token", "sub"}, {"owner_account_sid", sid("AC", 'a')}}},
        {sid("AC", 'd'), {{"auth_token", "gone"}, {"status", "closed"}}}}},
      {"mailgun",
       {{"account_key", "account"},
        {"domains",
         {{"acme.example", nlohmann::json::object()},
          {"other.example", nlohmann::json::object()},
          {"new.example", {{"state", "unverified"}}}}},
        {"keys",
         {{{"id", "11111111-11111111"}, {"secret", "sending"}, {"domain_name", "acme.example"}},
          {{"id", "22222222-22222222"}, {"secret", "basic"}, {"kind", "user"}, {"role", "basic"}}}},
        {"events",
         {{{"domain", "acme.example"}, {"timestamp", "2026-11-20T11:00:00Z"}},
          {{"domain", "acme.example"},
           {"timestamp", "2026-11-19T11:00:00Z"},
           {"recipient", "b@acme.example"},
           {"api-key-id", "11111111-11111111"}},
          {{"domain", "other.example"}, {"timestamp", "2026-11-20T11:00:00Z"}}}}}}};
}

struct SimulatorFixture {
  countersign::simulator::Simulator simulator;
  int port;

  explicit SimulatorFixture(const nlohmann::json& world = small_world(), double scale = 0,
                            std::vector<std::string> faults = {})
      : port(start(world, scale, std::move(faults))) {}

  int start(const nlohmann::json& world, double scale, std::vector<std::string> faults) {
    auto started = simulator.start(world, {0, scale, std::move(faults)});
    if (!started) throw std::runtime_error(started.error().message);
    return *started;
  }

  Client key() const { return Client(port, sid("SK", 'a'), "secret"); }
  Client token() const { return Client(port, sid("AC", 'a'), "token"); }
  Client mail(const std::string& secret = "account") const { return Client(port, "api", secret); }
  Client nobody() const { return Client(port); }
};

inline const std::string kCore = "/api.twilio.com/2010-04-01/Accounts/" + sid("AC", 'a');
