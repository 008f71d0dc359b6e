// The pages of an evidence folder in Markdown.
#pragma once
#include <string>
#include <vector>

#include "repl/views/timeline.h"

namespace countersign {

// README.md: the story of the run, and how to check the folder by hand.
std::string readme_page(const Dossier& dossier, const Catalogue& catalogue);
// checklist.md: each item of `done`, by whom and when, or open.
std::string checklist_page(const Dossier& dossier);

// "ssh-keygen -Y verify …" for each signature, to be typed in the folder.
std::vector<std::string> ssh_keygen_commands(const Dossier& dossier);

}  // namespace countersign
