// Which program a name means, and what of it can be read before it runs: the file, the interpreter
// that its first line names, and the words that name files. The operator's PATH plays no part.
#pragma once
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// Where a program without "/" in its name is looked up.
#ifdef __APPLE__
inline constexpr const char* kProgramPath =
    "/opt/homebrew/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
#else
inline constexpr const char* kProgramPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
#endif

// A file that is not, or not yet, what lies on the disk: its bytes as they will be, and the digest
// to show for it. Nothing: the disk decides.
struct PlannedFile {
  std::string bytes;
  json digest;
};
using PlannedFiles = std::function<Result<std::optional<PlannedFile>>(const std::string& path)>;

struct ProgramCall {
  std::vector<std::string> argv;
  std::string cwd;                    // real path; where names with "/" and words begin
  std::string search = kProgramPath;  // for names without "/"
  PlannedFiles planned = {};
};

// The real path of the program that `name` starts: absolute, below `cwd` where it holds a "/", else
// the first on `search`. Errors (kind "config"): it is not there, or cannot be run.
Result<std::string> program_path(const std::string& name, const std::string& cwd,
                                 const std::string& search);

// {"program": {"path", "sha256"}, "interpreter": {"path", "sha256", "interpreter"…}, "files":
// {path: digest}}: real paths, those below `cwd` among the files relative to it. "interpreter" is
// there where the program begins with "#!", or is `env`, and is what is started by it in turn.
// "files": the words of argv that name a file ("x", "--option=x", "-fx", "@x"), and the programs
// that words without "/" name. Errors (kind "config"): what is to be started is not there, or a
// first line that is not understood.
Result<json> program_sources(const ProgramCall& call);

// Every path of `sources` that is started or read by name, with its sha256: what is looked at once
// more before the start. Digests that are not a sha256 are left out.
std::map<std::string, std::string> digests_of(const json& sources, const std::string& cwd);

// The sha256 of a regular file. Errors (kind "config").
Result<std::string> file_sha256(const std::string& path);

// Errors (kind "drift"): one of `digests` is not what its file is now.
Status same_files(const std::map<std::string, std::string>& digests);

}  // namespace countersign
