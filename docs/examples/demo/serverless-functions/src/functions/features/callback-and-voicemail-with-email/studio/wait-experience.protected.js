// What a caller on hold hears, and the ways out of the queue: a callback or a voicemail.
//
// This stands for the client's function. The simulator runs no JavaScript: it reads the constants, and does with
// them what docs/formats/world.md says.

// Where callbacks and voicemails go when the Wait URL names no WorkflowSid.
const FALLBACK_WORKFLOW_SID = 'WWf6dc77128eece684aa897e491c530632';

const GREETING = 'Please wait while we direct your call to the next agent.';
const PROMPT = 'Press star at any time for a callback or to leave a voicemail.';
const HOLD_MUSIC = 'http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3';

const MAX_RECORDING_SECONDS = 120;
const TRANSCRIBE = true;

// Twilio may answer 404 for a recording that it still writes.
const RECORDING_FETCH_ATTEMPTS = 3;
const RECORDING_RETRY_SECONDS = 5;

// The mail waits so long for the transcript, and is tried so often.
const TRANSCRIPT_WAIT_SECONDS = 30;
const MAIL_ATTEMPTS = 3;
const MAIL_RETRY_SECONDS = 5;
