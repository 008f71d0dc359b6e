// The form of every row that rewrites one file.
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/file_rows.h"
#include "stdlib/workspace/file_state.h"
#include "stdlib/workspace/scopes.h"

namespace countersign {
namespace {

// A file that was JSON, or is named so, stays JSON: a deploy would stumble over it otherwise.
Result<std::string> checked(const Call& call, const std::string& path, Result<std::string> bytes) {
  if (!bytes || path.size() < 5 || path.compare(path.size() - 5, 5, ".json") != 0) return bytes;
  if (bytes->find(kMark) != std::string::npos && call.overlay) return bytes;
  const auto value = parse_json(bytes->rfind("\xEF\xBB\xBF", 0) == 0 ? bytes->substr(3) : *bytes);
  if (!value)
    return Error{"argument", "\"" + provider(call).workspace().name_of(path) +
                                 "\" would not be JSON any more: " + value.error().message};
  return bytes;
}

}  // namespace

Row changing_row(std::string name, std::vector<Parameter> parameters, std::string summary,
                 PathOf path_of, ContentOf content_of) {
  Row row{std::move(name),
          Effect::mutate,
          "",
          std::move(parameters),
          "{path, sha256} of the file",
          std::move(summary),
          {}};
  row.carrier = [path_of, content_of](const Call& call) -> Result<json> {
    const auto path = TRY(path_of(call));
    const auto bytes = TRY(checked(call, path, content_of(call, path)));
    const Workspace& workspace = provider(call).workspace();
    TRY(workspace.write(path, bytes));
    return json{{"path", workspace.name_of(path)}, {"sha256", sha256_hex(bytes)}};
  };
  row.target = [path_of](const Call& call) -> Result<std::string> {
    const auto path = TRY(path_of(call));
    return file_pointer(provider(call).workspace(), path);
  };
  // What no snapshot holds is read back when it is written, and not looked for in snapshots.
  row.affects_of = [path_of](const Call& call) -> Result<std::vector<std::string>> {
    const auto path = TRY(path_of(call));
    const Workspace& workspace = provider(call).workspace();
    if (in_files_scope(workspace, path)) return std::vector<std::string>();
    return std::vector<std::string>{file_pointer(workspace, path)};
  };
  row.before = [path_of](const Call& call) -> Result<json> {
    const auto path = TRY(path_of(call));
    return file_state(provider(call), files_of(call), path);
  };
  row.project = [path_of, content_of](const Call& call, const json&) -> Result<json> {
    const auto path = TRY(path_of(call));
    const auto bytes = TRY(checked(call, path, content_of(call, path)));
    // Live there is no overlay to look through; one that holds just this file serves as well.
    const Overlay alone;
    const Overlay& overlay = call.overlay ? *call.overlay : alone;
    overlay.set_content(path, bytes);
    return file_state(provider(call), ProjectedFiles(provider(call).workspace(), &overlay), path,
                      false);
  };
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sha256", range::sha256()}})};
  row.settle = Settle::by_state;
  return row;
}

}  // namespace countersign
