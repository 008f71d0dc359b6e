#include "stdlib/simulator/server/due_entry.h"

#include "stdlib/simulator/calls/call_alert.h"
#include "stdlib/simulator/calls/placing.h"
#include "stdlib/simulator/calls/voice_recording.h"
#include "stdlib/simulator/calls/voicemail.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/twilio/webhook.h"

namespace countersign::simulator {
namespace {

void send_webhook(World& world, const json& entry) {
  auto account = world.accounts().find(entry["account"].get<std::string>());
  if (account == world.accounts().end()) return;
  Fields form;
  for (const auto& [name, value] : entry["form"].items()) form.add(name, value.get<std::string>());
  std::string url = entry["url"];
  ServedReply reply = ask(world, webhook(*account, "POST", url, form));
  if (!succeeded(reply))
    add_call_alert(world, entry["account"], entry["call"], fetch_error(reply), url,
                   trouble_of(reply));
}

}  // namespace

void carry_out(World& world, const json& entry) {
  std::string kind = entry.value("kind", "");
  if (kind == "webhook") send_webhook(world, entry);
  if (kind == "transcription") finish_transcription(world, entry);
  if (kind == "voicemail") continue_voicemail(world, entry);
  if (kind == "message") deliver_message(world, entry);
}

}  // namespace countersign::simulator
