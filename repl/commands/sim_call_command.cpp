// sim call: a caller dials a number of a simulator that runs.
#include "interpreter/canonical.h"
#include "repl/commands/commands.h"
#include "repl/views/call_view.h"
#include "repl/views/console.h"
#include "stdlib/http/curl_transport.h"

namespace countersign {
namespace {

// The simulator's address. It is on this machine or nowhere: nobody is called for real.
Result<std::string> simulator_address(const Arguments& typed) {
  if (typed.endpoint.empty() == (typed.port == 0))
    return Error{"usage", "it is not clear which simulator is meant",
                 "give --port N or --endpoint URL, as `countersign sim` says them"};
  std::string endpoint = typed.endpoint;
  if (endpoint.empty()) return std::string("http://127.0.0.1:").append(std::to_string(typed.port));
  while (!endpoint.empty() && endpoint.back() == '/') endpoint.pop_back();
  for (const char* here : {"http://127.0.0.1:", "http://localhost:"}) {
    const std::string start = here;
    if (endpoint.compare(0, start.size(), start) == 0 && endpoint.size() > start.size() &&
        endpoint.find_first_not_of("0123456789", start.size()) == std::string::npos)
      return endpoint;
  }
  return Error{"usage", "\"" + typed.endpoint + "\" is not a simulator's address",
               "it is http://127.0.0.1:PORT, as `countersign sim` says it"};
}

json order_of(const Arguments& typed) {
  json order = {{"to", typed.called}, {"from", typed.caller}, {"path", typed.path}};
  if (typed.speaks) order["speaks"] = *typed.speaks;
  if (!typed.keys.empty()) order["keys"] = typed.keys;
  if (typed.seconds) order["seconds"] = *typed.seconds;
  if (typed.hold) order["hold"] = *typed.hold;
  if (typed.patience) order["patience"] = *typed.patience;
  if (typed.after) order["after"] = *typed.after;
  if (typed.accepts) order["accepts"] = true;
  return order;
}

}  // namespace

Result<Reply> sim_call_command(CommandContext& context) {
  const std::string address = TRY(simulator_address(context.arguments));
  CurlTransport transport;
  HttpRequest request;
  request.method = "POST";
  request.url = address + "/_sim/calls";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = order_of(context.arguments).dump(-1, ' ', false, json::error_handler_t::replace);
  const Result<HttpResponse> response = transport.send(request);
  if (!response)
    return Error{"usage", "no simulator answers at " + address + ": " + response.error().message,
                 "`countersign sim --world FILE` starts one"};
  const Result<json> answer = parse_json(response->body);
  if (!answer || !answer->is_object())
    return Error{"usage", "what answers at " + address + " is not the simulator"};
  if (response->status != 200) {
    const json error = answer->value("error", json::object());
    return Error{"usage", error.value("message", "the simulator refused the call"),
                 error.value("hint", "")};
  }
  return Reply{call_text(*answer, context.console.style()), *answer};
}

}  // namespace countersign
