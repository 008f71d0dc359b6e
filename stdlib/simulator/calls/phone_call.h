// One call while it lasts: what time it is in it, what the caller hears and does, how it ends.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// What a caller is going to do.
struct CallOrder {
  std::string to, from;
  std::string path = "agent";  // agent, callback, voicemail, hangup
  std::string speaks = "Please call me back.";
  std::string keys;       // in order; else as the path wants them
  int seconds = 0;        // how long the voicemail is
  double hold = 20;       // on hold until an agent answers, or until the caller hangs up
  double patience = 120;  // on hold when nobody answers
  double after = 0;       // how long after the call the world is looked at
  bool accepts = false;   // an agent takes the callback or voicemail then
};

class PhoneCall {
 public:
  // Adds the call to the account that has the number. The world's clock stands until the call is
  // destroyed, and then goes on from the call's end.
  PhoneCall(World& world, const CallOrder& order, const std::string& account_sid,
            const json& number);
  ~PhoneCall();
  PhoneCall(const PhoneCall&) = delete;
  PhoneCall& operator=(const PhoneCall&) = delete;

  World& world() const { return world_; }
  const CallOrder& order() const { return order_; }
  const std::string& account_sid() const { return account_sid_; }
  const std::string& sid() const { return sid_; }
  json& account() const { return world_.accounts()[account_sid_]; }
  json& record() const { return *find_record(account()["calls"], sid_); }
  double now() const { return world_.clock.exact(); }

  // What the caller hears, and silently does, at this moment.
  void hear(const std::string& what);
  void act(const std::string& what);

  // Time goes by. False when the limit was reached, at which the clock then stands.
  bool pass(double seconds);
  void limit(std::optional<double> time) { limit_ = time; }

  // Speech and music, for as long as they last. False as above.
  bool say(const std::string& text);

  // The next key that the caller presses; nothing when there is none left.
  std::optional<char> next_key();
  bool has_keys() const { return keys_used_ < order_.keys.size(); }

  // How it ended; the first one counts.
  void end(const std::string& how);
  // The line is cut; how that is to be called follows from what happened before.
  void hang_up() { cut_ = true; }
  bool over() const { return cut_ || !ended_.empty(); }
  const std::string& ended() const { return ended_; }

  // What Twilio sends with every request about this call.
  Fields form() const;
  void alert(const std::string& code, const std::string& url, const std::string& response);

  // When the caller last heard something.
  double silent_since() const { return silent_since_; }
  void note_sound() { silent_since_ = now(); }

  const json& heard() const { return heard_; }
  const json& did() const { return did_; }
  double began() const { return began_; }

  // What others learn about the call on its way.
  std::string execution_sid, waiting_task;
  json agent;

 private:
  World& world_;
  CallOrder order_;
  std::string account_sid_, sid_, ended_;
  double began_ = 0, silent_since_ = 0;
  std::optional<double> limit_;
  json heard_ = json::array(), did_ = json::array();
  std::size_t keys_used_ = 0;
  bool cut_ = false;
};

}  // namespace countersign::simulator
