// TwiML: what a voice URL answers, read and written.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace countersign::simulator {

struct Verb {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  // of the element and its text-level children (<Say>one <break/> two</Say>)
  std::vector<Verb> inner;  // elements inside, in order

  std::string get(const std::string& attribute, const std::string& otherwise = "") const;
  double number(const std::string& attribute, double otherwise) const;
};

// The verbs of a <Response>. Nothing where the text is no well-formed TwiML, which Twilio calls a
// document parse failure (12100). An empty text is an empty response.
std::optional<std::vector<Verb>> parse_twiml(const std::string& text);

}  // namespace countersign::simulator
