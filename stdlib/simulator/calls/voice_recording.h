// Recordings that calls make, and their transcriptions.
#pragma once
#include <string>

#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

struct NewRecording {
  std::string account_sid, call_sid;
  double began = 0;  // epoch seconds
  int seconds = 0;
  std::string speech;  // what a transcription of it says
  bool transcribe = false;
  std::string status_url;      // told when the recording is done; may be empty
  std::string transcript_url;  // told when the transcription is done; may be empty
};

// Adds the recording as the account's `voice` has them come out, and schedules what follows.
// Answers its SID.
std::string add_recording(World& world, const NewRecording& recording);

// A transcription's time has come (an entry of the agenda).
void finish_transcription(World& world, const json& entry);

// The audio of a recording, silent and as long as it: a playable MP3.
std::string recording_mp3(const json& recording);

}  // namespace countersign::simulator
