#include "interpreter/host_conversation.h"

#include <chrono>
#include <list>
#include <optional>
#include <set>

#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/host_process.h"
#include "interpreter/job_pool.h"
#include "interpreter/log.h"
#include "interpreter/wire_message.h"

namespace countersign {
namespace {

// One conversation; of a host that stays, each chunk is one. A script that says more than this, or
// computes longer in all, is not going to end.
constexpr std::size_t kMaxMessages = 1'000'000;
constexpr std::chrono::seconds kMaxComputing{180};
constexpr std::size_t kMaxPrinted = 1u << 20;
constexpr std::size_t kMaxModules = 1'000;    // asked for, found or not
constexpr std::size_t kMaxInFlight = 10'000;  // calls that wait for their reply
constexpr std::size_t kMaxThreads = 64;       // as many branches of `parallel` go on at once

struct Pending {
  HostCall call;
  CallOutcome served;
  bool begun = false;
};

PhaseResult failed(Error error) {
  PhaseResult ending;
  ending.error = std::move(error);
  return ending;
}

// What makes an error the same whoever hands it on.
std::string error_digest(const Error& error) {
  return sha256_hex(json{error.kind, error.message, error.status}.dump(
      -1, ' ', false, json::error_handler_t::replace));
}

class Conversation {
 public:
  Conversation(HostProcess& host, CallServer& server, const std::atomic<bool>* interrupted)
      : host_(host), server_(server), interrupted_(interrupted) {}

  PhaseResult run() {
    for (;;) {
      const Clock::Span begin = wall_clock().steady();
      Result<json> message = host_.receive(interrupted_);
      computed_ += wall_clock().steady() - begin;
      if (!message) return failed(message.error());
      if (++messages_ > kMaxMessages)
        return endless("said more than " + std::to_string(kMaxMessages) + " things");
      if (computed_ > kMaxComputing)
        return endless("computed for more than " + std::to_string(kMaxComputing.count()) +
                       " seconds in all");
      if (!malformed_message(*message).empty()) return broken();
      const std::string type = (*message)["type"].get<std::string>();
      if (type == "call") {
        if (const auto end = take_call(*message)) return *end;
      } else if (type == "wait") {
        if (pending_.empty()) return broken();
        std::string delivered;
        if (const auto end = deliver_one(delivered)) return *end;
      } else if (type == "module") {
        if (const auto end = take_module(*message)) return *end;
      } else if (type == "print") {
        if (const auto end = take_print(*message)) return *end;
      } else if (type == "skipped") {
        if (skipped_) return broken();
        skipped_ = true;
      } else if (type == "unknown") {
        PhaseResult ending;
        ending.kind = PhaseResult::unknown;
        ending.what = message->value("what", "");
        return ending;
      } else if (type == "finished") {
        PhaseResult ending;
        ending.kind = skipped_ ? PhaseResult::skipped : PhaseResult::finished;
        ending.value = message->value("value", json());
        ending.what = message->value("what", "");
        ending.expression = message->value("expression", false);
        stays_ = message->value("stays", false);
        return ending;
      } else if (type == "incomplete") {
        stays_ = message->value("stays", false);
        PhaseResult ending;
        ending.kind = PhaseResult::incomplete;
        return ending;
      } else if (type == "failed") {
        stays_ = message->value("stays", false);
        return raised(*message);
      } else {
        return broken();
      }
    }
  }

  // Whether the host said that it waits for more.
  bool stays() const { return stays_; }

 private:
  PhaseResult broken() {
    log(LogLevel::warn, "script host killed: it sent a message that it must not send");
    host_.kill();
    return failed({"limit", "the script host sent a message that it must not send",
                   "the script host was killed; nothing was applied"});
  }

  PhaseResult endless(const std::string& what) {
    log(LogLevel::warn, "script host killed: the script " + what + " without an end");
    host_.kill();
    return failed({"limit", "the script " + what + " without an end",
                   "look for an endless loop; split the work into phases"});
  }

  // What ended the script. An error is the script's own, whatever its table says, unless it is one
  // that the engine gave it: exit codes, statuses and what is undone follow from the kind. What the
  // host itself says (`by`) is that a limit was passed.
  PhaseResult raised(const json& message) {
    Error error = error_from_json(message.value("error", json::object()));
    if (message.value("by", "") == "host")
      error.kind = "limit";
    else if (error.kind != "argument" && given_.count(error_digest(error)) == 0)
      error.kind = "script";
    if (error.kind == "script") error.status = 0;
    if (error.message.empty()) error.message = "the script raised an error without a message";
    return failed(std::move(error));
  }

  // Sends a reply; an Ending where that is the end.
  std::optional<PhaseResult> answer(const json& reply, const Result<json>& result) {
    if (!result) given_.insert(error_digest(result.error()));
    const Status sent = host_.send(reply, interrupted_);
    // One that is gone has said why before, or is noticed when it is listened to.
    if (sent || sent.error().message == "closed") return std::nullopt;
    return failed(sent.error());
  }

  std::optional<PhaseResult> take_call(const json& message) {
    const auto text = [&](const char* key) {
      const auto at = message.find(key);
      return at != message.end() && at->is_string() ? at->get<std::string>() : std::string();
    };
    HostCall call{text("key"), text("name"), text("where"),
                  message.value("arguments", json::object())};
    if (call.key.empty() || call.name.empty()) return broken();
    if (pending_.size() >= kMaxInFlight)
      return endless("began more than " + std::to_string(kMaxInFlight) + " calls at once");
    for (const Pending& one : pending_)
      if (one.call.key == call.key) return broken();
    CallOutcome served = server_.serve(call);
    if (served.final) {
      host_.kill();
      return failed(*served.final);
    }
    const auto wait = message.find("wait");
    const bool waits = wait != message.end() && wait->is_boolean() && wait->get<bool>();
    const std::string key = call.key;
    pending_.push_back({std::move(call), std::move(served)});
    if (!waits) {
      if (pending_.back().served.job) begin(pending_.back());
      return std::nullopt;
    }
    for (std::string delivered; delivered != key;)
      if (auto end = deliver_one(delivered)) return end;
    return std::nullopt;
  }

  // Answers one of the pending calls: replayed ones first, in their journaled order.
  std::optional<PhaseResult> deliver_one(std::string& delivered) {
    auto chosen = pending_.end();
    for (auto at = pending_.begin(); at != pending_.end(); ++at)
      if (at->served.reply && (chosen == pending_.end() || at->served.order < chosen->served.order))
        chosen = at;
    Result<json> result = json();
    if (chosen != pending_.end()) {
      result = std::move(*chosen->served.reply);
    } else {
      if (pending_.size() == 1 && !pending_.front().begun) {
        chosen = pending_.begin();
        result = chosen->served.job();
      } else {
        for (Pending& one : pending_)
          if (!one.begun) begin(one);
        JobPool::Ended ended = jobs_.take();
        for (chosen = pending_.begin(); chosen->call.key != ended.key;) ++chosen;
        result = std::move(ended.result);
      }
      if (const Status kept = server_.deliver(chosen->call, result); !kept) {
        host_.kill();
        return failed(kept.error());
      }
    }
    delivered = chosen->call.key;
    json reply = {{"type", "reply"}, {"key", delivered}, {"at", chosen->call.where}};
    if (result)
      reply["value"] = std::move(*result);
    else
      reply["error"] = to_json(result.error());
    pending_.erase(chosen);
    return answer(reply, result);
  }

  void begin(Pending& pending) {
    pending.begun = true;
    jobs_.add(pending.call.key, std::move(pending.served.job));
  }

  std::optional<PhaseResult> take_module(const json& message) {
    if (++modules_ > kMaxModules)
      return endless("asked for more than " + std::to_string(kMaxModules) + " modules");
    const Result<ScriptFile> file = server_.module(message.value("name", ""));
    if (!file && file.error().kind == "refused") {
      host_.kill();
      return failed(file.error());
    }
    json reply = {{"type", "reply"}, {"key", message.value("key", "")}};
    if (!file) {
      reply["error"] = to_json(file.error());
      return answer(reply, file.error());
    }
    reply["value"] = {{"text", file->text}, {"chunk", file->chunk}};
    return answer(reply, json());
  }

  std::optional<PhaseResult> take_print(const json& message) {
    const json text = json::parse(message.value("text", "\"\""), nullptr, false);
    if (!text.is_string()) return broken();
    printed_ += text.get_ref<const std::string&>().size() + 1;
    if (printed_ > kMaxPrinted) {
      log(LogLevel::warn, "script host killed: it printed too much");
      host_.kill();
      return failed({"limit", "the script printed more than 1 MiB",
                     "print less; a note or a finding is kept with the run"});
    }
    server_.print(text.get<std::string>());
    return std::nullopt;
  }

  HostProcess& host_;
  CallServer& server_;
  const std::atomic<bool>* interrupted_;
  std::list<Pending> pending_;
  JobPool jobs_{kMaxThreads};
  std::set<std::string> given_;  // digests of the errors that the script was given
  std::size_t messages_ = 0, modules_ = 0, printed_ = 0;
  Clock::Span computed_{0};
  bool skipped_ = false, stays_ = false;
};

json start_message(const HostOptions& talk) {
  json prelude = json::array();
  for (const ScriptFile& file : talk.prelude)
    prelude.push_back({{"name", file.name}, {"text", file.text}});
  return {{"prelude", std::move(prelude)},
          {"setup", talk.setup},
          {"globals", talk.globals},
          {"memory_limit", talk.memory_limit}};
}

Error not_begun() {
  return {"limit", "the script host ended before it began",
          "the system may not allow the jail; see `countersign doctor`"};
}

// A field of the wrong type: only a script host that was taken over sends one.
Error taken_over() {
  return {"limit", "the script host sent a message that it must not send",
          "the script host was killed; nothing was applied"};
}

}  // namespace

PhaseResult converse(const HostOptions& talk, CallServer& server) {
  Result<HostProcess> host = HostProcess::start(talk.executable);
  if (!host) return failed(host.error());
  json start = start_message(talk);
  start["chunk"] = {{"name", talk.script.chunk}, {"text", talk.script.text}};
  start["task"] = talk.task;
  start["prefix"] = talk.prefix;
  if (const Status sent = host->send(start, talk.interrupted); !sent)
    return failed(sent.error().kind == "interrupted" ? sent.error() : not_begun());
  try {
    return Conversation(*host, server, talk.interrupted).run();
  } catch (const json::exception&) {
    return failed(taken_over());
  }
}

struct StayingHost::State {
  HostProcess host;
  const std::atomic<bool>* interrupted;
  bool alive = true;
};

StayingHost::StayingHost(std::unique_ptr<State> state) : state_(std::move(state)) {}
StayingHost::~StayingHost() = default;

Result<std::unique_ptr<StayingHost>> StayingHost::start(const HostOptions& talk) {
  HostProcess host = TRY(HostProcess::start(talk.executable));
  json start = start_message(talk);
  start["stays"] = true;
  if (!host.send(start, talk.interrupted)) return not_begun();
  return std::unique_ptr<StayingHost>(new StayingHost(
      std::unique_ptr<State>(new State{.host = std::move(host), .interrupted = talk.interrupted})));
}

PhaseResult StayingHost::say(const Chunk& chunk, CallServer& server) {
  json message = {{"chunk", {{"name", chunk.script.chunk}, {"text", chunk.script.text}}},
                  {"task", {{"kind", "eval"}}},
                  {"prefix", chunk.prefix},
                  {"whole", chunk.whole}};
  if (!chunk.keep.empty()) message["keep"] = chunk.keep;
  state_->alive = false;
  if (const Status sent = state_->host.send(message, state_->interrupted); !sent)
    return failed(sent.error().kind == "interrupted" ? sent.error() : not_begun());
  try {
    Conversation conversation(state_->host, server, state_->interrupted);
    PhaseResult ending = conversation.run();
    state_->alive = conversation.stays();
    return ending;
  } catch (const json::exception&) {
    return failed(taken_over());
  }
}

std::vector<std::string> StayingHost::names(const json& path) {
  std::vector<std::string> names;
  if (!state_->alive || !state_->host.send({{"names", path}})) return names;
  const Result<json> answer = state_->host.receive();
  state_->alive = answer && (*answer)["type"] == "names";
  if (!state_->alive) return names;
  for (const json& name : answer->value("names", json::array()))
    if (name.is_string()) names.push_back(name.get<std::string>());
  return names;
}

bool StayingHost::alive() const {
  return state_->alive;
}

}  // namespace countersign
