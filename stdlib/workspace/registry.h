// The registry of clients: a markdown text with a section for each.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

struct RegistrySection {
  std::string heading;
  std::string text;        // the heading and all below it
  bool cancelled = false;  // it holds a tombstone
};

// The section whose heading is `client`, or else names it as a word of its own, whatever the case;
// the outermost where they are nested. Errors (kind "argument"): none, or several.
Result<RegistrySection> registry_section(const std::string& registry, const std::string& client);

// Whether one section names the client. Errors (kind "argument"): several do.
Result<bool> registry_has(const std::string& registry, const std::string& client);

// `registry` with a tombstone at the end of the client's section: "> **Cancelled:** <note>". What
// stands in the section stays. Errors (kind "argument"): as above; a note without a date
// (YYYY-MM-DD); a section that has a tombstone.
Result<std::string> with_tombstone(const std::string& registry, const std::string& client,
                                   const std::string& note);

// `registry` with a new section "## <client>" at its end. Errors (kind "argument"): a section names
// the client already.
Result<std::string> with_section(const std::string& registry, const std::string& client,
                                 const std::string& text);

// `registry` with `text` at the end of the client's section. Errors (kind "argument"): no section,
// or several; one that has a tombstone.
Result<std::string> with_entry(const std::string& registry, const std::string& client,
                               const std::string& text);

}  // namespace countersign
