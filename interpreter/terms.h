// What is signed besides the words of a request, as one list of parts. From this list come the
// request, the comparison of what was signed with what is there now (`as_signed`, asked before each
// change), what people are shown of it, what `verify` holds it against, and the tests that alter
// each part. Whatever a run starts to depend on is added here and nowhere else.
//
// A part is a type without state:
//   kName                     its key in the request
//   kReplan                   whether a run may be planned anew where it changed, for a decision of
//                             its own; else it belongs to the run from the beginning
//   kRecords                  whether all of it lies in records and rows that a process holds, so
//   that
//                             it stays what it is while the process works
//   now(circumstances)        what it is now, as it would be signed
//   recorded(signed, state)   what the run's own records say of it, for who has nothing else; the
//                             signed value itself where they say nothing
//   differs(signed, now)      one sentence that names both sides; empty where they agree
//   shown(signed)             {label, text} pairs, for people
// One that lacks any of these does not compile.
#pragma once
#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "interpreter/engine.h"
#include "interpreter/run_state.h"

namespace countersign {

struct Circumstances {
  const RunState& state;
  const Journal& journal;
  const Engine& engine;
  Session& session;
  // What was signed, while comparing; null while a request is made.
  const json* signed_request = nullptr;

  // The session's, asked once for all parts of one look.
  const Result<json>& surroundings() const {
    if (!around_) around_ = session.surroundings();
    return *around_;
  }

  mutable std::optional<Result<json>> around_ = std::nullopt;
};

using Lines = std::vector<std::pair<std::string, std::string>>;

template <class P>
concept Part = requires(const Circumstances& at, const RunState& state, const json& value) {
  { P::kName } -> std::convertible_to<std::string_view>;
  { P::kReplan } -> std::convertible_to<bool>;
  { P::kRecords } -> std::convertible_to<bool>;
  { P::now(at) } -> std::same_as<Result<json>>;
  { P::recorded(value, state) } -> std::same_as<json>;
  { P::differs(value, value) } -> std::same_as<std::string>;
  { P::shown(value) } -> std::same_as<Lines>;
};

#define COUNTERSIGN_PART(type, key, replan, records)                       \
  struct type {                                                            \
    static constexpr std::string_view kName = key;                         \
    static constexpr bool kReplan = replan;                                \
    static constexpr bool kRecords = records;                              \
    static Result<json> now(const Circumstances& at);                      \
    static json recorded(const json& signed_value, const RunState&);       \
    static std::string differs(const json& signed_value, const json& now); \
    static Lines shown(const json& signed_value);                          \
  }

namespace parts {
// The home folder that the run is worked on in, and the folder of countersign.toml.
COUNTERSIGN_PART(Place, "place", true, false);
// Each system that is changed: whose account, where it is, whether it is simulated, its facts.
COUNTERSIGN_PART(Systems, "systems", false, false);
// The profile as the script sees it.
COUNTERSIGN_PART(Profile, "profile", true, false);
// Which accounts must not change, by profile.
COUNTERSIGN_PART(Adjacent, "adjacent", true, false);
// The program that asked. Shown; what is compared is each row, with its wire number.
COUNTERSIGN_PART(Program, "engine", true, true);
COUNTERSIGN_PART(Runbook, "runbook", false, false);
COUNTERSIGN_PART(Modules, "modules", false, false);
COUNTERSIGN_PART(Language, "stdlib", false, true);
COUNTERSIGN_PART(Rows, "rows", true, false);
COUNTERSIGN_PART(Parameters, "parameters", false, true);
// What the read phases returned, by digest.
COUNTERSIGN_PART(ReadPhases, "pre", true, true);
// What had been done before it was asked, by this run or by one whose work it took over, and what
// had failed: the plan builds on it and does not repeat it.
COUNTERSIGN_PART(Earlier, "earlier", true, true);
// Where secrets go that are shown once.
COUNTERSIGN_PART(Stores, "stores", true, false);
// Who may sign what: completed and compared by the authorizer too, revocations by it alone.
COUNTERSIGN_PART(Trust, "trust", true, false);
// The operations and waits, with sources, ranges, windows and what undoes them.
COUNTERSIGN_PART(Work, "plan", true, true);
// The run's chain of records when it was asked: what came before it is what it was.
COUNTERSIGN_PART(Chain, "journal", false, true);
// The engine's key, which closes the run where no person's signature ends it.
COUNTERSIGN_PART(Closing, "closing", true, false);

// Each system's account as a run records it when it begins and as plans show it: {"name",
// "identity", "learnt", "origin", "simulated"}. Systems without an account are left out.
json accounts(const json& systems, const json& endpoint);
// Those of a run; of one that was begun before they were recorded, what its request says.
json accounts_of(const RunState& state);
// One sentence where a system that was `recorded` is now another account or place; else empty.
std::string other_account(const json& recorded, const json& systems);
}  // namespace parts
#undef COUNTERSIGN_PART

using Terms = std::tuple<parts::Place, parts::Systems, parts::Profile, parts::Adjacent,
                         parts::Program, parts::Runbook, parts::Modules, parts::Language,
                         parts::Rows, parts::Parameters, parts::ReadPhases, parts::Earlier,
                         parts::Stores, parts::Trust, parts::Work, parts::Chain, parts::Closing>;

template <class F, class... P>
requires(Part<P>&&...) void for_each_part(const std::tuple<P...>&, F&& f) {
  (f(P{}), ...);
}

// Every part as it is now, by its key, but for the trust files, which the authorizer adds.
Result<json> terms_now(const Circumstances& at);

// What differs from what was signed.
struct Differing {
  std::string part;
  bool replan = true;
  Error error;  // kind "refused"
};
// The first part of the signed request that is not what is there now; nothing where all is. Errors
// while looking (an unreadable configuration, an endpoint that does not answer) are differences
// too. Nothing is asked of an account before everything that is known here agrees.
enum class Look {
  all,      // what the run's own records say, and what is there
  records,  // nothing is going to be changed any more: the records alone
  there,    // between two changes of one process, whose records it holds since it looked at all
};
std::optional<Differing> as_signed(const Circumstances& at, Look look = Look::all);

// The signed request as people read it: [{"part", "label", "text"}].
json terms_shown(const json& request);

}  // namespace countersign
