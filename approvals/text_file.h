// Reading and writing the small text files that trust rests on.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

// The whole file. Errors (kind "config"): not there, not readable, not a regular file, above 1 MiB.
Result<std::string> read_text_file(const std::string& path);

// Replaces the file in one step (temporary file, sync, rename), readable by its owner alone.
// Errors: kind "state".
Status replace_file(const std::string& path, std::string_view text);

// Creates the file; refuses (kind "config") to touch one that is there.
Status create_file(const std::string& path, std::string_view text);

// Lines without their newlines; a last line without newline counts.
std::vector<std::string_view> lines_of(std::string_view text);

// Error of kind "config" at a line of a trust file.
Error at_line(const std::string& path, int line, const std::string& why, std::string hint = "");

// Whether `text` holds a control character (tab is one too).
bool has_control_characters(std::string_view text);

}  // namespace countersign
