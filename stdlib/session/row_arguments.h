// How the rows of the workspace read their arguments.
#pragma once
#include <optional>
#include <string>

#include "stdlib/session/projected_files.h"
#include "stdlib/session/provider_session.h"

namespace countersign {

// The argument's text, empty where it is not given. A placeholder is refused: what is changed
// has to be known when it is planned.
Result<std::string> known_text(const Call& call, const std::string& name);

// The confined absolute path that the argument names.
Result<std::string> known_path(const Call& call, const std::string& name);

// The same for files.* rows, which leave env files to env.*.
Result<std::string> plain_path(const Call& call, const std::string& name);

// Text that may wait for an earlier operation: the placeholder itself stands in projected contents.
// Errors: argument, if it is neither; refused, for a placeholder while carrying out.
Result<std::string> content_text(const Call& call, const json& value);

// The bytes behind a handle of a snapshot or a document. Errors: argument, for any other handle.
Result<std::string> document_bytes(const Call& call, const json& handle);

// What is to be written: text, a document's handle, or plain data, which is written as JSON.
Result<std::string> content_of(const Call& call, const json& value);

ProjectedFiles files_of(const Call& call);

}  // namespace countersign
