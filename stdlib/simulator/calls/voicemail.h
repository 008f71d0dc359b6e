// What the wait experience does with a voicemail once the caller has hung up: the task, the
// recording's audio, the mail, and the transcript when it comes.
#pragma once
#include "stdlib/simulator/twilio/function_run.h"

namespace countersign::simulator {

// Twilio tells that a recording is done.
ServedReply submit_voicemail(const FunctionRun& function, const Fields& form,
                             const std::string& workflow_sid);

// Twilio tells that a transcription is done.
ServedReply take_transcript(const FunctionRun& function, const Fields& form);

// Goes on where a wait ended: for the recording's audio, the transcript, or another try to mail.
void continue_voicemail(World& world, json work);

}  // namespace countersign::simulator
