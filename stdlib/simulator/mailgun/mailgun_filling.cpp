// Mailgun's part of a world: one account with domains, keys and events.
#include "stdlib/simulator/server/filler.h"

namespace countersign::simulator {
namespace {

json dns_record(const std::string& type, const std::string& name, const std::string& value,
                const char* valid) {
  return {{"record_type", type}, {"name", name},      {"value", value},
          {"valid", valid},      {"is_active", true}, {"cached", json::array()}};
}

void fill_domain(json& domain, const std::string& name, const std::string& pointer) {
  if (domain["id"] == "") domain["id"] = digits_of(pointer).substr(0, 24);
  if (domain["smtp_login"] == "") domain["smtp_login"] = "postmaster@" + name;
  bool active = domain["state"] == "active";
  if (domain["dns_published"].is_null()) domain["dns_published"] = active;
  const char* valid = active ? "valid" : "unknown";
  if (domain["sending_dns_records"].is_null())
    domain["sending_dns_records"] = {
        dns_record("TXT", name, "v=spf1 include:mailgun.org ~all", valid),
        dns_record("TXT", "k1._domainkey." + name, "k=rsa; p=FAKE", valid),
        dns_record("CNAME", "email." + name, "mailgun.org", valid)};
  if (domain["receiving_dns_records"].is_null()) {
    domain["receiving_dns_records"] = json::array();
    for (const char* host : {"mxa.mailgun.org", "mxb.mailgun.org"}) {
      json record = dns_record("MX", name, host, valid);
      record["priority"] = "10";
      domain["receiving_dns_records"].push_back(record);
    }
  }
}

// The only domain there is stands for one that is left out.
std::string only_domain(const json& mailgun, const std::string& pointer) {
  if (mailgun["domains"].size() != 1) throw Mistake{pointer, "want the name of one of the domains"};
  return mailgun["domains"].begin().key();
}

void fill_key(json& key, const json& mailgun, const std::string& pointer) {
  std::string digits = digits_of(pointer);
  if (key["id"] == "") key["id"] = digits.substr(0, 8) + "-" + digits.substr(8, 8);
  if (key["secret"] == "") key["secret"] = "fake-mailgun-key-" + digits_of(pointer + "/secret");
  if (key["kind"] == "domain" && key["domain_name"].is_null())
    key["domain_name"] = only_domain(mailgun, pointer + "/domain_name");
}

void fill_event(json& event, const json& mailgun, const Filler& filler,
                const std::string& pointer) {
  if (event["id"] == "") event["id"] = digits_of(pointer).substr(0, 22);
  if (event["domain"] == "") event["domain"] = only_domain(mailgun, pointer + "/domain");
  json& time = event["timestamp"];
  if (time.is_null()) time = static_cast<double>(filler.now());
  if (time.is_string()) {
    std::optional<Seconds> parsed = parse_date(time.get<std::string>());
    if (!parsed) throw Mistake{pointer + "/timestamp", "got " + time.dump() + ", want a date"};
    time = static_cast<double>(*parsed);
  }
  if (!time.is_number()) throw Mistake{pointer + "/timestamp", "want a date or epoch seconds"};
}

}  // namespace

void fill_mailgun(json& mailgun, const Filler& filler) {
  filler.record(mailgun, shape_of("mailgun"), "/mailgun");
  if (mailgun["region"] != "us" && mailgun["region"] != "eu")
    throw Mistake{"/mailgun/region", "got " + mailgun["region"].dump() + ", want \"us\" or \"eu\""};
  if (mailgun["account_key"] == "")
    mailgun["account_key"] = "fake-mailgun-account-key-" + digits_of("/mailgun");
  for (auto& [name, domain] : mailgun["domains"].items()) {
    std::string pointer = step_into("/mailgun/domains", name);
    filler.record(domain, shape_of("mailgun_domain"), pointer);
    fill_domain(domain, name, pointer);
  }
  for (std::size_t i = 0; i < mailgun["keys"].size(); ++i)
    fill_key(mailgun["keys"][i], mailgun, "/mailgun/keys/" + std::to_string(i));
  for (std::size_t i = 0; i < mailgun["events"].size(); ++i)
    fill_event(mailgun["events"][i], mailgun, filler, "/mailgun/events/" + std::to_string(i));
}

}  // namespace countersign::simulator
