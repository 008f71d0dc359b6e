// The simulated account that a first script is tried on: one number, one flow.
#include "repl/skeleton.h"

namespace countersign {

const char* starter_world() {
  return R"world({
  "time": "2026-11-20T12:00:00Z",
  "accounts": {
    "AC68c8096035594cd23248bd5540f7c7ee": {
      "friendly_name": "acme",
      "auth_token": "fake-auth-token-acme",
      "date_created": "2026-04-01T08:00:00Z",
      "api_keys": {
        "SK29061521b0294920183e16344b29f240": {
          "secret": "fake-api-secret-acme",
          "friendly_name": "countersign",
          "date_created": "2026-04-01T08:05:00Z"
        }
      },
      "phone_numbers": [
        {
          "sid": "PN03cca2b259f51e6fe0b6503b54449880",
          "phone_number": "+15550100200",
          "friendly_name": "Acme main line",
          "voice_url": "https://webhooks.twilio.com/v1/Accounts/AC68c8096035594cd23248bd5540f7c7ee/Flows/FWbc3a4d5bbdf441d90c3cc781e7ef61fd",
          "date_created": "2026-05-04T08:30:00Z"
        }
      ],
      "flows": [
        {
          "sid": "FWbc3a4d5bbdf441d90c3cc781e7ef61fd",
          "friendly_name": "Acme Wait Experience",
          "status": "published",
          "date_created": "2026-05-04T09:00:00Z",
          "date_updated": "2026-09-14T15:30:00Z",
          "revision": 1,
          "definition": {
            "description": "Greets callers and hangs up",
            "flags": {
              "allow_concurrent_calls": true
            },
            "initial_state": "Trigger",
            "states": [
              {
                "name": "Trigger",
                "type": "trigger",
                "properties": {
                  "offset": {
                    "x": 0,
                    "y": 0
                  }
                },
                "transitions": [
                  {
                    "event": "incomingMessage"
                  },
                  {
                    "event": "incomingCall",
                    "next": "greeting"
                  },
                  {
                    "event": "incomingConversationMessage"
                  },
                  {
                    "event": "incomingRequest"
                  },
                  {
                    "event": "incomingParent"
                  }
                ]
              },
              {
                "name": "greeting",
                "type": "say-play",
                "properties": {
                  "offset": {
                    "x": 80,
                    "y": 260
                  },
                  "loop": 1,
                  "voice": "Polly.Joanna-Neural",
                  "language": "en-US",
                  "say": "Thank you for calling Acme. Nobody is here now."
                },
                "transitions": [
                  {
                    "event": "audioComplete"
                  }
                ]
              }
            ]
          }
        }
      ],
      "flex_configuration": {
        "taskrouter_workspace_sid": "WS0c3c796f965faebb386bef713506c5a3",
        "ui_language": "en",
        "ui_attributes": {},
        "date_created": "2026-04-01T08:00:00Z",
        "date_updated": "2026-04-01T08:00:00Z"
      },
      "taskrouter": [
        {
          "sid": "WS0c3c796f965faebb386bef713506c5a3",
          "friendly_name": "Flex Task Assignment",
          "workflows": [
            {
              "sid": "WWd2189d65ee2e707825558235f79ba136",
              "friendly_name": "Voice to Support",
              "configuration": {
                "task_routing": {
                  "filters": [],
                  "default_filter": {
                    "queue": "WQ9f6008fd7d7d583231d34460e27ba51b"
                  }
                }
              }
            }
          ],
          "queues": [
            {
              "sid": "WQ9f6008fd7d7d583231d34460e27ba51b",
              "friendly_name": "Support"
            }
          ]
        }
      ]
    }
  }
}
)world";
}

}  // namespace countersign
