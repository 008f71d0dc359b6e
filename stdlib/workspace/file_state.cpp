#include "stdlib/workspace/file_state.h"

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/secret_fields.h"
#include "stdlib/workspace/markdown.h"

namespace countersign {
namespace {

constexpr std::size_t kShown = 64u << 10;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool is_text(const std::string& bytes) {
  if (bytes.find('\0') != std::string::npos) return false;
  return static_cast<bool>(canonicalize(json(bytes)));  // refuses what is not UTF-8
}

json text_state(ProviderSession& session, const std::string& absolute, const std::string& bytes,
                json digest) {
  json state = {{"sha256", std::move(digest)}, {"size", bytes.size()}};
  if (bytes.size() > kShown || !is_text(bytes)) return state;
  const std::string shown = session.vault().scrub(bytes);
  if (!ends_with(absolute, ".md")) {
    state["lines"] = lines_of(shown);
    return state;
  }
  json sections = json::object();
  for (const MarkdownSection& section : outline(shown)) {
    std::string title = section.title;
    for (int n = 2; sections.contains(title); ++n)
      title = section.title + " (" + std::to_string(n) + ")";
    sections[title] = section.own;
  }
  state["sections"] = std::move(sections);
  return state;
}

Result<json> folder_state(ProviderSession& session, const ProjectedFiles& files,
                          const std::string& absolute) {
  const auto names = TRY(files.below(absolute));
  json digests = json::object();
  for (const std::string& name : names) {
    auto digest = TRY(file_digest(session, files, absolute + "/" + name));
    digests[name] = std::move(digest);
  }
  return json{{"files", std::move(digests)}};
}

}  // namespace

Result<json> file_digest(ProviderSession& session, const ProjectedFiles& files,
                         const std::string& absolute) {
  const auto bytes = TRY(files.read(absolute));
  if (const int n = files.known_after(absolute)) {
    // A file that is to hold one late document: the handle will name its digest.
    const auto whole = parse_json(bytes);
    if (whole && is_placeholder(*whole) && marked(*whole)->contains("path"))
      return make_placeholder(n,
                              (*marked(*whole))["path"].get<std::string>() + "/" + kMark + "/id");
    return make_placeholder(n, "");
  }
  return json(is_env_file(absolute) ? session.vault().fingerprint(bytes) : sha256_hex(bytes));
}

Result<json> file_state(ProviderSession& session, const ProjectedFiles& files,
                        const std::string& absolute, bool held) {
  switch (files.kind(absolute)) {
    case FileKind::missing:
      return json(nullptr);
    case FileKind::folder:
      return folder_state(session, files, absolute);
    case FileKind::other:
      return Error{
          "refused",
          "\"" + session.workspace().name_of(absolute) + "\" is neither a file nor a folder",
          "links and devices are not touched"};
    case FileKind::file:
      break;
  }
  auto digest = TRY(file_digest(session, files, absolute));
  if (is_env_file(absolute)) return json{{"fingerprint", std::move(digest)}};
  const auto bytes = TRY(files.read(absolute));
  if (ends_with(absolute, ".json")) {
    auto value = parse_json(bytes);
    // Marked values stand in a file only where this plan put them there.
    if (value && (!holds_mark(*value) || is_placeholder(digest)))
      return with_handles(session.vault(), "file:" + session.workspace().name_of(absolute) + "#",
                          std::move(*value), held);
  }
  return text_state(session, absolute, bytes, std::move(digest));
}

std::string file_pointer(const Workspace& workspace, const std::string& absolute) {
  return "/files/" + escape_pointer(workspace.name_of(absolute));
}

}  // namespace countersign
