// Documents for a person to sign elsewhere, with nothing but ssh-keygen, written into a folder.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "repl/command_context.h"

namespace countersign {

// One of the answers that may be given.
struct ToSign {
  std::string file;      // "approve.json", below the folder
  std::string document;  // byte for byte what is signed
  std::string means;     // what whoever signs it says, as a sentence
  std::string taken_in;  // the command that takes it in, before --decision
};

struct SigningPapers {
  std::string title;                                      // what is asked
  std::vector<ToSign> sign;                               // one of these
  std::vector<std::pair<std::string, std::string>> read;  // names and texts: what it is about
};

// What signs a document, and what takes it in: to be copied into a shell.
std::string signing_command(const std::string& path);
std::string taking_in_command(const ToSign& paper, const std::string& path);

// Writes them and a README.txt that says how each is signed and handed in. Errors: usage, config.
Status write_papers(const std::string& folder, const SigningPapers& papers);

// The same commands, for the terminal; and what was written, for programs.
std::string papers_text(const std::string& folder, const SigningPapers& papers,
                        CommandContext& context);
json papers_json(const std::string& folder, const SigningPapers& papers);

}  // namespace countersign
