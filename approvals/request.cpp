#include "approvals/request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "approvals/times.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr int kVersion = 2;
constexpr int kOldestVersion = 1;
constexpr std::size_t kNonceBytes = 16;

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

json roles_json(const Roles& roles) {
  json out = json::array();
  for (const auto& [role, count] : roles) out.push_back({{"role", role}, {"count", count}});
  return out;
}

// What `demand` puts into a request; compared as a whole when the request comes back.
json demand_json(const Demand& demand) {
  return {{"requires", roles_json(demand.requires_roles)},
          {"separation", demand.separation},
          {"reference", demand.reference ? "required" : "optional"},
          {"slack_seconds", demand.slack}};
}

// A runbook may name the role of who asks.
Status may_ask(const json& asks, const Person& requester, const std::vector<std::string>& roles) {
  const auto role = asks.find("operator");
  if (role == asks.end()) return Done{};
  if (!role->is_string()) return Error{"argument", "asks.operator must be text"};
  const auto& name = role->get_ref<const std::string&>();
  if (std::find(roles.begin(), roles.end(), name) != roles.end()) return Done{};
  return refused(
      "\"" + requester.name + "\" asks, but the runbook wants its operator to be \"" + name + "\"",
      "start it with --as of a person who has the role in policy.toml");
}

// A request that nobody could ever approve is not worth asking.
Status can_be_filled(const Demand& demand, const Policy& policy, const Person& requester,
                     Time now) {
  std::vector<Voter> voters;
  for (const Person& person : policy.people)
    if (!demand.separation || person.name != requester.name)
      voters.push_back({person.name, roles_at(policy, person, now)});
  const Roles missing = unfilled(demand.requires_roles, voters);
  if (missing.empty()) return Done{};
  return refused("nobody could approve this: the policy names too few people, missing are " +
                     describe(missing),
                 demand.separation ? "the requester, \"" + requester.name +
                                         "\", does not count: separation is demanded"
                                   : "give the role to somebody in policy.toml");
}

Result<Demand> demand_from(const json& value) {
  const auto wrong = [] { return refused("the request does not say what it needs"); };
  for (const char* key : {"requires", "separation", "reference", "slack_seconds"})
    if (!value.contains(key)) return wrong();
  if (!value["requires"].is_array() || value["requires"].empty() ||
      !value["separation"].is_boolean() || !value["reference"].is_string() ||
      !value["slack_seconds"].is_number_integer())
    return wrong();
  Demand out;
  for (const json& one : value["requires"]) {
    if (!one.is_object() || one.size() != 2 || !one.contains("role") || !one["role"].is_string() ||
        !one.contains("count") || !one["count"].is_number_integer() || one["count"] < 1 ||
        one["count"] > 16)
      return wrong();
    out.requires_roles[one["role"].get<std::string>()] = one["count"].get<int>();
  }
  out.separation = value["separation"].get<bool>();
  out.reference = value["reference"] == "required";
  out.slack = value["slack_seconds"].get<Time>();
  return out;
}

std::string text_at(const json& value, const char* outer, const char* inner) {
  const auto object = value.find(outer);
  if (object == value.end() || !object->is_object()) return "";
  const auto text = object->find(inner);
  return text != object->end() && text->is_string() ? text->get<std::string>() : "";
}

std::optional<Time> time_at(const json& value, const char* key) {
  const auto at = value.find(key);
  return at != value.end() && at->is_string() ? parse_utc(at->get_ref<const std::string&>())
                                              : std::nullopt;
}

}  // namespace

Result<std::string> complete_request(const json& draft, const Trust& trust,
                                     const std::string& requester, Time now,
                                     const PageMaker& page) {
  if (!draft.is_object() || !draft.contains("asks"))
    return Error{"argument", "the draft of the request does not say what it asks"};
  const auto demand = TRY(demand_of(trust.policy, draft["asks"]));
  if (requester.empty())
    return Error{"config", "it is not known who asks",
                 "set principal under [operator] in countersign.toml, or give --as PRINCIPAL"};
  const Person* person = person_of(trust.policy, requester);
  if (person == nullptr)
    return refused("\"" + requester + "\" asks, but is nobody in policy.toml",
                   "add the principal to a [people.NAME] in policy.toml");
  const std::vector<std::string> roles = roles_at(trust.policy, *person, now);
  TRY(may_ask(draft["asks"], *person, roles));
  TRY(can_be_filled(demand, trust.policy, *person, now));

  json request = draft;
  request.update(demand_json(demand));
  request["type"] = "countersign-request";
  request["version"] = kVersion;
  request["asked_at"] = iso_time(now);
  request["decide_by"] = iso_time(now + demand.decide_by);
  request["requester"] = {{"principal", requester}, {"person", person->name}};
  request["trust"] = {{"signers", trust.signers_sha256},
                      {"revoked", trust.revoked_sha256},
                      {"policy", trust.policy_sha256},
                      {"revocations", trust.revocations.fingerprints}};
  if (page) request["plan_text"] = page(request);
  request["nonce"] = to_hex(random_bytes(kNonceBytes));
  auto text = canonicalize(request);
  if (!text) return text.error();
  const auto again = parse_request(*text);
  if (!again) return Error{"argument", again.error().message, again.error().hint};
  return text;
}

Result<Request> parse_request(std::string_view document) {
  auto facts = TRY(request_facts(document));
  const json value = *parse_canonical(document);
  const json version = value.value("version", json());
  if (!version.is_number_integer() || version < kOldestVersion || version > kVersion)
    return refused("the request's version is not known");
  auto demand = TRY(demand_from(value));
  const auto asked_at = time_at(value, "asked_at");
  const auto decide_by = time_at(value, "decide_by");
  if (!asked_at || !decide_by) return refused("the request does not say until when it is decided");

  Request out{std::move(facts), std::move(demand)};
  out.asked_at = *asked_at;
  out.decide_by = *decide_by;
  out.requester = text_at(value, "requester", "principal");
  out.signers_sha256 = text_at(value, "trust", "signers");
  out.policy_sha256 = text_at(value, "trust", "policy");
  if (const json list = value.value("trust", json::object()).value("revocations", json::array());
      list.is_array())
    for (const json& one : list)
      if (one.is_string()) out.revocations.insert(one.get<std::string>());
  if (out.requester.empty()) return refused("the request does not say who asks");
  out.asks = std::make_shared<const json>(value.value("asks", json()));
  const json& asks = *out.asks;
  if (asks.is_object() && asks.contains("operations") && asks["operations"].is_array())
    for (const json& one : asks["operations"])
      if (one.is_string()) out.operations.push_back(one.get<std::string>());
  out.glass_stays = asks.is_object() && asks.value("break_glass", json()) == "never";
  return out;
}

Status check_request(const Request& request, const Trust& trust, Time now) {
  const std::string hint = "the request is void; ask again with the files as they are now";
  if (request.policy_sha256 != trust.policy_sha256)
    return refused("policy.toml is not the one this request was made under", hint);
  if (request.signers_sha256 != trust.signers_sha256)
    return refused("allowed_signers is not the one this request was made under", hint);
  for (const std::string& key : request.revocations)
    if (trust.revocations.fingerprints.count(key) == 0)
      return refused("the revocation list no longer names the key " + key +
                         ", which was revoked when this request was made",
                     "put the line back: a revocation is never taken away");
  if (now < request.asked_at)
    return refused(
        "the clock says " + iso_time(now) + ", which is before the request was made",
        "the request was made at " + iso_time(request.asked_at) + "; set the clock right");

  const auto demand = demand_of(trust.policy, *request.asks);
  if (!demand || demand_json(*demand) != demand_json(request.demand) ||
      request.decide_by != request.asked_at + demand->decide_by)
    return refused("the request needs something else than the policy demands for what it asks",
                   "the request was changed; start the run again");
  return Done{};
}

}  // namespace countersign
