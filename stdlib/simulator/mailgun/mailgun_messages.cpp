// api.mailgun.net: sending.
#include "stdlib/simulator/mailgun/mailgun.h"

namespace countersign::simulator {
namespace {

std::string address_in(const std::string& text) {
  std::size_t open = text.find('<'), close = text.find('>');
  return open == std::string::npos || close == std::string::npos
             ? text
             : text.substr(open + 1, close - open - 1);
}

bool is_address(const std::string& text) {
  std::size_t at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string::npos &&
         text.find_first_of(" ;") == std::string::npos;
}

// Each `to` may name several, separated by commas.
std::vector<std::string> recipients_in(const Fields& form) {
  std::vector<std::string> all;
  for (const std::string& text : form.all("to"))
    for (std::size_t begin = 0; begin <= text.size();) {
      std::size_t end = std::min(text.find(',', begin), text.size());
      std::string one = text.substr(begin, end - begin);
      std::size_t first = one.find_first_not_of(' ');
      all.push_back(address_in(first == std::string::npos ? "" : one.substr(first)));
      begin = end + 1;
    }
  return all;
}

json attachments_of(const ServedRequest& request) {
  json all = json::array();
  for (const FilePart& file : parse_files(request.body, request.headers.get("content-type")))
    if (file.name == "attachment")
      all.push_back(
          {{"filename", file.filename}, {"content-type", file.content_type}, {"size", file.size}});
  return all;
}

// What becomes of the message at one recipient.
void deliver(RequestContext& visit, const std::string& recipient, const json& message) {
  add_mail_event(visit, "accepted", 0, recipient, message);
  if (visit.form.get("o:testmode") == "yes") return;
  const json& mailgun = visit.world.mailgun();
  json failures = mailgun["failing_recipients"], slow = mailgun["slow_recipients"];
  double delay = slow.value(recipient, mailgun["delivery_seconds"].get<double>());
  add_mail_event(visit, failures.contains(recipient) ? "failed" : "delivered", delay, recipient,
                 message);
  if (!failures.contains(recipient)) return;
  json& failed = visit.world.mailgun()["events"].back();
  failed["severity"] = "permanent";
  failed["log-level"] = "error";
  failed["reason"] = failures[recipient];
}

}  // namespace

void add_mail_event(RequestContext& visit, const std::string& event, double delay,
                    const std::string& recipient, const json& message) {
  json record = new_record(visit.world, "mailgun_event");
  record["id"] = visit.world.new_sid("").substr(0, 22);
  record["event"] = event;
  record["timestamp"] = visit.world.clock.exact() + delay;
  record["domain"] = visit.variable("domain");
  record["recipient"] = recipient;
  record["recipient-domain"] = recipient.substr(recipient.find('@') + 1);
  record["message"] = message;
  // v:NAME of a message comes back with what becomes of it.
  for (const auto& [name, value] : visit.form.items())
    if (name.rfind("v:", 0) == 0) record["user-variables"][name.substr(2)] = value;
  if (visit.form.get("o:testmode") == "yes") record["flags"]["is-test-mode"] = true;
  if (visit.principal != "account") record["api-key-id"] = visit.principal;
  visit.world.mailgun()["events"].push_back(record);
}

ServedReply send_message(RequestContext& visit) {
  json* domain = domain_of(visit);
  if (!domain) return mailgun_error(404, "Domain not found: " + visit.variable("domain"));
  for (const char* name : {"from", "to", "subject"})
    if (visit.form.get(name).empty())
      return mailgun_error(400, std::string(name) + " parameter is missing");
  const auto given = [&](const char* name) { return !visit.form.get(name).empty(); };
  if (!given("text") && !given("html") && !given("amp-html") && !given("template"))
    return mailgun_error(
        400, "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified");
  std::string sender = visit.form.get("from");
  if (!is_address(address_in(sender)))
    return mailgun_error(400, "from parameter is not a valid address. please check documentation");
  if ((*domain)["state"] != "active")
    return mailgun_error(400, "Domain " + visit.variable("domain") +
                                  " is not allowed to send: The domain is " +
                                  (*domain)["state"].get<std::string>());
  std::vector<std::string> recipients = recipients_in(visit.form);
  for (const std::string& recipient : recipients)
    if (!is_address(recipient))
      return mailgun_error(400, "to parameter is not a valid address. please check documentation");
  json& left = visit.world.mailgun()["messages_left"];
  if (left.is_number()) {
    if (left.get<int>() < static_cast<int>(recipients.size()))
      return mailgun_error(429, "message limit exceeded, try again after 3600 seconds");
    left = left.get<int>() - static_cast<int>(recipients.size());
  }
  std::string id = visit.world.new_sid("").substr(0, 16) + "@" + visit.variable("domain");
  json message = {{"headers",
                   {{"from", sender},
                    {"to", visit.form.get("to")},
                    {"subject", visit.form.get("subject")},
                    {"message-id", id}}},
                  {"attachments", attachments_of(visit.request)},
                  {"size", visit.request.body.size()}};
  for (const std::string& recipient : recipients) deliver(visit, recipient, message);
  return ServedReply(200, {{"id", "<" + id + ">"}, {"message", "Queued. Thank you."}});
}

}  // namespace countersign::simulator
