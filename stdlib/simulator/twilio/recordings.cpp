// api.twilio.com: recordings with their media, and their transcriptions.
#include <algorithm>

#include "stdlib/simulator/calls/voice_recording.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

constexpr int kRate = 8000;  // samples a second, one byte each
constexpr int kLongest = 60;

int seconds_of(const json& recording) {
  std::string text = recording.value("duration", "1");
  return std::clamp(std::atoi(text.c_str()), 0, kLongest);
}

std::string little_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
  return out;
}

// Silence as long as the recording, in a playable file.
std::string wav(int seconds) {
  std::uint32_t size = static_cast<std::uint32_t>(seconds * kRate);
  return "RIFF" + little_endian(36 + size, 4) + "WAVEfmt " + little_endian(16, 4) +
         little_endian(1, 2) + little_endian(1, 2) + little_endian(kRate, 4) +
         little_endian(kRate, 4) + little_endian(1, 2) + little_endian(8, 2) + "data" +
         little_endian(size, 4) + std::string(size, '\x80');
}

json recording_view(const RequestContext& visit, const json& recording) {
  std::string place = "Recordings/" + recording["sid"].get<std::string>();
  json view = core_resource(visit, recording, place, {"media_not_before"});
  std::string base = "/2010-04-01/Accounts/" + visit.account_sid + "/" + place;
  view["media_url"] = "https://api.twilio.com" + base;
  view["subresource_uris"] = {{"transcriptions", base + "/Transcriptions.json"}};
  return view;
}

// The provider answers 404 until it has finished writing.
bool media_is_there(const RequestContext& visit, const json& recording) {
  if (recording["status"] != "completed") return false;
  const json& from = recording["media_not_before"];
  if (!from.is_string()) return true;
  std::optional<Seconds> time = parse_date(from.get<std::string>());
  return !time || visit.world.now() >= *time;
}

json transcription_view(const RequestContext& visit, const json& record) {
  return core_resource(visit, record, "Transcriptions/" + record["sid"].get<std::string>());
}

}  // namespace

// MPEG 2.5 layer III, 8 kbit/s, 8 kHz, mono: frames of 72 ms and 72 bytes without content.
std::string recording_mp3(const json& recording) {
  std::string frame = std::string("\xFF\xE3\x18\xC4", 4) + std::string(68, '\0');
  std::string out;
  for (int i = 0; i < std::max(1, seconds_of(recording) * 1000 / 72); ++i) out += frame;
  return out;
}

ServedReply list_recordings(RequestContext& visit) {
  std::string call = visit.variable("CallSid");
  Records all = select(visit.records("recordings"), [&](const json& recording) {
    return (call.empty() || recording["call_sid"] == call) &&
           same(visit, "CallSid", recording["call_sid"]) &&
           same(visit, "ConferenceSid", recording["conference_sid"]) &&
           (recording["status"] != "deleted" ||
            visit.request.query.get("IncludeSoftDeleted") == "true") &&
           in_time(visit, "DateCreated", recording["date_created"]);
  });
  newest_first(all, "date_created");
  return core_page(visit, all, "recordings",
                   [&](const json& recording) { return recording_view(visit, recording); });
}

// The resource with .json; its media with .wav, .mp3 or nothing.
ServedReply fetch_recording(RequestContext& visit) {
  std::string name = visit.variable("Sid");
  std::size_t dot = name.find('.');
  std::string suffix = dot == std::string::npos ? "" : name.substr(dot);
  json* recording = find_record(visit.records("recordings"), name.substr(0, dot));
  if (!recording) return not_found(visit.request);
  if (suffix == ".json") {
    if ((*recording)["status"] == "deleted" &&
        visit.request.query.get("IncludeSoftDeleted") != "true")
      return not_found(visit.request);
    return ServedReply(200, recording_view(visit, *recording));
  }
  if (!media_is_there(visit, *recording)) return not_found(visit.request);
  ServedReply reply;
  if (suffix == ".mp3") {
    reply.content_type = "audio/mpeg";
    reply.body = recording_mp3(*recording);
  } else if (suffix.empty() || suffix == ".wav") {
    reply.content_type = "audio/x-wav";
    reply.body = wav(seconds_of(*recording));
  } else {
    return not_found(visit.request);
  }
  return reply;
}

ServedReply delete_recording(RequestContext& visit) {
  if (!erase_record(visit.records("recordings"), visit.variable("Sid")))
    return not_found(visit.request);
  record_change(visit, "recording", visit.variable("Sid"), "deleted");
  return no_content();
}

ServedReply list_transcriptions(RequestContext& visit) {
  std::string recording = visit.variable("RecordingSid");
  if (!recording.empty() && !find_record(visit.records("recordings"), recording))
    return not_found(visit.request);
  Records all = select(visit.records("transcriptions"), [&](const json& record) {
    return recording.empty() || record["recording_sid"] == recording;
  });
  newest_first(all, "date_created");
  return core_page(visit, all, "transcriptions",
                   [&](const json& record) { return transcription_view(visit, record); });
}

ServedReply fetch_transcription(RequestContext& visit) {
  json* record = find_record(visit.records("transcriptions"), visit.variable("Sid"));
  return record ? ServedReply(200, transcription_view(visit, *record)) : not_found(visit.request);
}

}  // namespace countersign::simulator
