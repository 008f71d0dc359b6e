// The words that records use for states and kinds: enums, each with one table of its texts. The
// texts are what JSON, journals and evidence hold.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace countersign {

// Where a run stands.
enum class RunStatus : std::uint8_t {
  running,
  awaiting_decision,
  awaiting_time,
  awaiting_attestation,
  in_doubt,
  drifted,
  done,
  failed,
  rejected,
  cancelled,
};

enum class PhaseKind : std::uint8_t { read, mutate, wait };

// Of the two snapshots around a mutating phase.
enum class BracketSide : std::uint8_t { before, after };

enum class AnswerType : std::uint8_t { decision, attestation, sign_off, settlement, latch };

// A decision approves or rejects; an attestation or sign-off passes or fails; a settlement says
// applied, not applied or adopt; a latch freezes or thaws.
enum class AnswerVerdict : std::uint8_t {
  approve,
  reject,
  pass,
  fail,
  applied,
  not_applied,
  adopt,
  freeze,
  thaw,
};

// What settled an operation in doubt.
enum class SettledBy : std::uint8_t { person, lookup, state };

enum class Severity : std::uint8_t { low, medium, high };

// How a run that stopped is gone on with.
enum class Way : std::uint8_t {
  look_again,  // what failed is read, checked and asked again; nothing is changed that was not
               // signed
  replan,      // what is left is planned from what is there now, for a decision of its own
  correct,     // what a person settled was otherwise; it comes with the settlement that says so
};

// The texts of an enum in the order of its values.
template <class E>
inline constexpr std::array<const char*, 0> kTexts = {};
template <>
inline constexpr std::array kTexts<RunStatus> = {
    "running",  "awaiting_decision", "awaiting_time", "awaiting_attestation",
    "in_doubt", "drifted",           "done",          "failed",
    "rejected", "cancelled"};
template <>
inline constexpr std::array kTexts<PhaseKind> = {"read", "mutate", "wait"};
template <>
inline constexpr std::array kTexts<BracketSide> = {"before", "after"};
template <>
inline constexpr std::array kTexts<AnswerType> = {"decision", "attestation", "sign-off",
                                                  "settlement", "latch"};
template <>
inline constexpr std::array kTexts<AnswerVerdict> = {
    "approve", "reject", "pass", "fail", "applied", "not-applied", "adopt", "freeze", "thaw"};
template <>
inline constexpr std::array kTexts<SettledBy> = {"person", "lookup", "state"};
template <>
inline constexpr std::array kTexts<Severity> = {"low", "medium", "high"};
template <>
inline constexpr std::array kTexts<Way> = {"look-again", "replan", "correct"};

template <class E>
concept Worded = !kTexts<E>.empty();

template <Worded E>
constexpr const char* to_string(E value) {
  return kTexts<E>[static_cast<std::size_t>(value)];
}

// The value of that text, or nothing: `parse_word<RunStatus>("done")`.
template <Worded E>
constexpr std::optional<E> parse_word(std::string_view text) {
  for (std::size_t i = 0; i < kTexts<E>.size(); ++i)
    if (text == kTexts<E>[i]) return static_cast<E>(i);
  return std::nullopt;
}

template <Worded E>
void to_json(nlohmann::json& to, E value) {
  to = to_string(value);
}

// Throws as `get` does where it is another type: a text that is none of them.
template <Worded E>
void from_json(const nlohmann::json& from, E& value) {
  const auto word = parse_word<E>(from.get_ref<const std::string&>());
  if (!word) throw nlohmann::json::other_error::create(501, "no known word", nullptr);
  value = *word;
}

template <Worded E>
std::ostream& operator<<(std::ostream& out, E value) {
  return out << to_string(value);
}

}  // namespace countersign
