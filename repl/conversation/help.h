// What can be looked up in a conversation: operations, the language's functions, the commands that
// begin with a colon.
#pragma once
#include <string>
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

struct Topic {
  std::string name;     // "twilio.calls.list", "parallel", ":plan"
  std::string use;      // how it is written; empty for operations, whose row says it
  std::string summary;  // one sentence, no full stop
};

// The commands of the conversation, in the order in which they are of use.
const std::vector<Topic>& conversation_commands();
// What the language has besides operations, as far as it is of use here.
const std::vector<Topic>& language_topics();

// The topic of exactly that name, or null; operations are found in the catalogue.
const Topic* topic(const std::string& name);

// Topics that speak of the words of `query`, best first, at most `most`. "recordings of a call"
// finds twilio.recordings.list.
std::vector<Topic> topics_about(const Catalogue& catalogue, const std::string& query,
                                std::size_t most = 12);

// The query behind "help "x"", "help x", "help", "?x", "x?"; false where `line` is none of these.
bool asks_for_help(const std::string& line, std::string& query);

}  // namespace countersign
