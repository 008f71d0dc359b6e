#include "repl/notify/notifier.h"

#include <algorithm>

#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "interpreter/vault.h"
#include "repl/app_context.h"
#include "repl/exit_code.h"
#include "repl/notify/mail_message.h"
#include "repl/views/console.h"
#include "stdlib/http/curl_transport.h"
#include "stdlib/http/url.h"
#include "stdlib/session/program.h"
#include "stdlib/session/secret_store.h"

namespace countersign {
namespace {

constexpr long kMilliseconds = 30'000;
constexpr std::size_t kOutput = 64 * 1024;

bool wants_webhook(const Arguments& typed) {
  return !typed.webhook.empty();
}

// The URL of [notify]; empty: it names none.
Result<std::string> configured_webhook(const Notify& notify) {
  if (notify.webhook_secret.empty()) return notify.webhook;
  return open_secret(notify.webhook_secret);
}

Error bad_url(const std::string& what) {
  return {"usage", what, "want https://HOST/…, or an address of this machine"};
}

Result<Url> web_address(const std::string& text, const std::string& named) {
  const auto url = split_url(text);
  if (!url) return bad_url(named + " is no URL that can be posted to");
  if (url->scheme != "https" && !is_loopback(url->host))
    return bad_url(named + " would be sent in the clear");
  return *url;
}

// Where to post: "-" is the address of [notify]; another one has to be on a host that it allows.
Result<std::string> webhook_of(const Notify& notify, const std::string& typed) {
  if (typed == "-") {
    std::string url = TRY(configured_webhook(notify));
    if (url.empty())
      return Error{"config", "[notify] names no webhook",
                   "add webhook = \"https://…\" to [notify] in countersign.toml"};
    TRY(web_address(url, "[notify].webhook"));
    return url;
  }
  const Url url = TRY(web_address(typed, "--webhook"));
  std::vector<std::string> allowed = notify.webhook_hosts;
  if (const Result<std::string> own = configured_webhook(notify); own && !own->empty())
    if (const auto there = split_url(*own)) allowed.push_back(there->host);
  if (std::find(allowed.begin(), allowed.end(), url.host) != allowed.end()) return typed;
  return Error{"config", "[notify] does not allow to post to " + url.host,
               "add it to webhook_hosts of [notify] in countersign.toml"};
}

std::string host_of(const std::string& url) {
  const auto parts = split_url(url);
  return parts ? parts->host : "";
}

Status send_mail(const Notify& notify, const Notice& notice, const std::string& to, Time now) {
  const std::string message = mail_message(notice, notify.from, to, now, to_hex(random_bytes(12)));
  const ProgramRun run =
      TRY(run_program(notify.sendmail, message, kOutput, kMilliseconds, notify.cwd));
  if (run.status == 0) return Done{};
  return Error{
      "transport",
      "\"" + notify.sendmail.front() + "\" ended with status " + std::to_string(run.status),
      "it gets the message on stdin and reads from it whom it goes to: sendmail -t -i"};
}

Status post(const std::string& url, const Notice& notice) {
  json body = notice.facts;
  body["text"] = notice.summary;
  body["subject"] = notice.subject;
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  request.timeout_ms = kMilliseconds;
  request.max_bytes = kOutput;
  request.safe = false;
  CurlTransport transport;
  const Result<HttpResponse> answer = transport.send(request);
  const std::string host = host_of(url);
  // What libcurl says may hold the whole address.
  if (!answer) return Error{answer.error().kind, host + " did not take it", ""};
  if (answer->status >= 200 && answer->status < 300) return Done{};
  return Error{"provider", host + " answered " + std::to_string(answer->status), ""};
}

Notice without_secrets(const Notice& notice, const Vault& vault) {
  Notice out = notice;
  for (std::string* text : {&out.subject, &out.summary, &out.text, &out.html})
    *text = vault.scrub(*text);
  vault.scrub(out.facts);
  // Documents are signed byte for byte, and hold what a plan holds: handles, no secrets. One that
  // would be changed by this is not sent.
  out.attached.clear();
  for (const auto& [name, bytes] : notice.attached)
    if (vault.scrub(bytes) == bytes) out.attached.emplace_back(name, bytes);
  return out;
}

}  // namespace

Status can_notify(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.mail.empty() && !wants_webhook(typed)) return Done{};
  const Configuration* config = TRY(context.app.configuration());
  for (const std::string& to : typed.mail)
    if (!is_mail_address(to))
      return Error{"usage", "--mail: \"" + to + "\" is not an address",
                   "want one plain address, such as anna@example.com; --mail again for another"};
  if (!typed.mail.empty()) {
    if (config->notify.sendmail.empty())
      return Error{"config", "[notify] names no program that sends mail",
                   "add sendmail = [\"/usr/sbin/sendmail\", \"-t\", \"-i\"] and from = \"…\" to "
                   "[notify] in countersign.toml"};
    if (!is_mail_address(config->notify.from))
      return Error{"config", "[notify].from: \"" + config->notify.from + "\" is not an address"};
  }
  if (wants_webhook(typed)) TRY(webhook_of(config->notify, typed.webhook));
  return Done{};
}

std::vector<Told> notify(CommandContext& context, const Notice& notice) {
  const Arguments& typed = context.arguments;
  std::vector<Told> all;
  if (typed.mail.empty() && !wants_webhook(typed)) return all;
  const Result<const Configuration*> config = context.app.configuration();
  const Result<Home*> home = context.app.home();
  if (!config || !home) return all;
  Vault vault((*home)->key());
  know_configured_secrets(**config, vault);
  const Notice sound = without_secrets(notice, vault);
  const Time now = context.app.clock().now();
  for (const std::string& to : typed.mail) {
    const Status sent = send_mail((*config)->notify, sound, to, now);
    all.push_back({"mail", to, sent ? std::nullopt : std::optional<Error>(sent.error())});
  }
  if (wants_webhook(typed)) {
    const Result<std::string> url = webhook_of((*config)->notify, typed.webhook);
    const Status sent = url ? post(*url, sound) : Status(url.error());
    all.push_back({"webhook", url ? host_of(*url) : "",
                   sent ? std::nullopt : std::optional<Error>(sent.error())});
  }
  return all;
}

void add_told(Reply& reply, const std::vector<Told>& told, CommandContext& context) {
  if (told.empty()) return;
  Page page(context.console.style());
  json list = json::array();
  for (const Told& one : told) {
    list.push_back({{"by", one.by},
                    {"to", one.to},
                    {"ok", !one.error},
                    {"error", one.error ? to_json(*one.error) : json()}});
    if (one.error) {
      page.line(0, {{"✗ ", Tone::bad},
                    {one.to + " was not told by " + one.by + ": " + one.error->message}});
      if (!one.error->hint.empty()) page.line(2, {{one.error->hint, Tone::faint}});
      if (reply.code == kDone) reply.code = kCheckFailed;
    } else {
      page.line(0, {{"✓ ", Tone::good}, {one.to + " was told by " + one.by}});
    }
  }
  reply.text += page.text();
  reply.value["notified"] = std::move(list);
}

}  // namespace countersign
