// Where a path may lead: inside the declared folders and nowhere else.
#pragma once
#include <optional>
#include <string>

#include "interpreter/error.h"
#include "stdlib/session/configuration.h"

namespace countersign {

// How the temporary files of a write begin. No runbook's path holds it, since folders are listed
// without them.
inline constexpr const char* kTemporaryName = ".countersign-";

// Workspace::resolve.
Result<std::string> confine(const Configuration& configuration, const std::string& path);

// Whether a declared or guarded path is `real` itself or lies below it: such a folder is not moved.
bool holds_declared(const Configuration& configuration, const std::string& real);

// `path` (absolute) without links in its folders: the real path of the nearest folder that exists,
// and what follows as it stands. The last step itself is not followed. Nothing where a folder on
// the way is no folder, or a link that leads nowhere.
std::optional<std::string> real_location(const std::string& path);

}  // namespace countersign
