// api.mailgun.net: sending.
#include "stdlib/simulator/mailgun.h"
#include "stdlib/simulator/twilio.h"

namespace countersign::simulator {
namespace {

Reply forbidden() {
  Reply reply;
  reply.status = 401;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = "Forbidden";
  return reply;
}

std::string address_in(const std::string& text) {
  std::size_t open = text.find('<'), close = text.find('>');
  return open == std::string::npos || close == std::string::npos
             ? text
             : text.substr(open + 1, close - open - 1);
}

}  // namespace

void add_mail_event(Visit& visit, const std::string& event, double delay,
                    const std::string& recipient, const json& message) {
  json record = new_record(visit.world, "mailgun_event");
  record["id"] = visit.world.mint("").substr(0, 22);
  record["event"] = event;
  record["timestamp"] = visit.world.clock.exact() + delay;
  record["domain"] = visit.variable("domain");
  record["recipient"] = recipient;
  record["recipient-domain"] = recipient.substr(recipient.find('@') + 1);
  record["message"] = message;
  if (visit.principal != "account") record["api-key-id"] = visit.principal;
  visit.world.mailgun()["events"].push_back(record);
}

Reply send_message(Visit& visit) {
  json* domain = domain_of(visit);
  if (!domain) return forbidden();
  for (const char* name : {"from", "to", "subject"})
    if (visit.form.get(name).empty())
      return mailgun_error(400, std::string(name) + " parameter is missing");
  std::string sender = visit.form.get("from");
  if (sender.find('@') == std::string::npos)
    return mailgun_error(400, "from parameter is not a valid address. please check documentation");
  if ((*domain)["state"] != "active")
    return mailgun_error(400, "Domain " + visit.variable("domain") +
                                  " is not allowed to send: The domain is " +
                                  (*domain)["state"].get<std::string>());
  std::string id = visit.world.mint("").substr(0, 16) + "@" + visit.variable("domain");
  json message = {{"headers",
                   {{"from", sender},
                    {"to", visit.form.get("to")},
                    {"subject", visit.form.get("subject")},
                    {"message-id", id}}},
                  {"attachments", json::array()},
                  {"size", visit.request.body.size()}};
  double delay = visit.world.mailgun()["delivery_seconds"].get<double>();
  for (const std::string& to : visit.form.all("to")) {
    std::string recipient = address_in(to);
    if (recipient.find('@') == std::string::npos)
      return mailgun_error(400, "to parameter is not a valid address. please check documentation");
    add_mail_event(visit, "accepted", 0, recipient, message);
    if (visit.form.get("o:testmode") == "yes") continue;
    json failures = visit.world.mailgun()["failing_recipients"];
    add_mail_event(visit, failures.contains(recipient) ? "failed" : "delivered", delay, recipient,
                   message);
    if (!failures.contains(recipient)) continue;
    json& failed = visit.world.mailgun()["events"].back();
    failed["severity"] = "permanent";
    failed["log-level"] = "error";
    failed["reason"] = failures[recipient];
  }
  return Reply(200, {{"id", "<" + id + ">"}, {"message", "Queued. Thank you."}});
}

}  // namespace countersign::simulator
