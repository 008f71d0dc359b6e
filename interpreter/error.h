// Failures travel as values. `Error` is the one shape of every failure, from a script's bad
// argument to a provider's answer; `Result<T>` is a T or an Error.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <variant>

namespace countersign {

// kind is the stable code that programs read; the exit code follows from it (repl/exit_code.h):
//   usage argument config   the caller's words or files are wrong
//   check                   a check of the runbook failed
//   refused                 the gate, a rail, the policy or the trust files said no
//   waiting                 nothing is wrong, but not everybody who has to decide has decided
//   drift                   live state or script differs from what was signed
//   in_doubt                it cannot be known whether an operation was carried out
//   provider                the provider answered with an error (status has the HTTP status)
//   transport               no usable answer came (refused, reset, time-out, truncated, too large)
//   script limit            the script raised an error; a limit of the script host was passed
//   interrupted             the user broke it off
//   undo                    no failure: somebody asked for what another run changed to be undone
//   state                   the state folder or one of its files cannot be used
struct Error {
  std::string kind;
  std::string message;    // what happened: one sentence, the user's own words quoted, no full stop
  std::string hint;       // the next step; may be empty
  std::string operation;  // the operation it happened in; may be empty
  std::string where;      // script:line; may be empty
  int status = 0;         // HTTP status where a provider answered
  std::string check;      // the check of the gate that refused; may be empty
  std::string rule;       // the rail that did, as `rail_text` names it; may be empty
};

nlohmann::json to_json(const Error& error);
Error error_from_json(const nlohmann::json& value);

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// The value of a Result, or out of the function with its error:
//   const json flow = TRY(fetch(sid));
// (A statement expression of GCC's and Clang's, moved out of the Result.)
#define TRY(...)                                   \
  __extension__({                                  \
    auto tried_ = (__VA_ARGS__);                   \
    if (!tried_) return std::move(tried_.error()); \
    std::move(*tried_);                            \
  })

// A Result without a value.
struct Done {};
using Status = Result<Done>;

}  // namespace countersign
