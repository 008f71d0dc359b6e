// The units behind add_file_rows, and the form that rows share which rewrite one file.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

using PathOf = std::function<Result<std::string>(const Call&)>;
// The file's bytes after the operation; reads what stands there through the call's overlay.
using ContentOf = std::function<Result<std::string>(const Call&, const std::string& absolute)>;

// A row that rewrites one file: target, before, projection and carrier all follow from the two
// functions, so that what is planned and what is written cannot differ.
Row changing_row(std::string name, std::vector<Parameter> parameters, std::string summary,
                 PathOf path_of, ContentOf content_of);

// All of them.
Status add_file_rows(Catalogue& catalogue);

Status add_files_rows(Catalogue& catalogue);  // files.*
Status add_move_rows(Catalogue& catalogue);   // files.move, files.archive; add_files_rows calls it
Status add_env_rows(Catalogue& catalogue);    // env.*
Status add_registry_rows(Catalogue& catalogue);    // registry.*
Status add_command_rows(Catalogue& catalogue);     // command.*
Status add_devlog_rows(Catalogue& catalogue);      // devlogs.*
Status add_repository_rows(Catalogue& catalogue);  // repository.*

}  // namespace countersign
