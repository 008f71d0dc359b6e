// What the completion scripts of shells ask: `countersign __complete SHELL …`. It only reads files:
// nothing is made, no provider is asked, nothing is written to the log.
#pragma once

namespace countersign {

bool is_completion(int argc, const char* const* argv);

// __complete bash LINE WORDBREAKS   LINE: what is typed up to the cursor
// __complete zsh|fish WORD…         what follows the program's name; the last is the one to
// complete
//
// First a line that says what stands there: "words", "nospace" (words that are gone on with),
// "files", "folders" or "nothing"; then a word a line. For bash it is what is to be put into the
// line, quoted; else the word and, behind a tab, what it is.
int complete(int argc, const char* const* argv);

}  // namespace countersign
