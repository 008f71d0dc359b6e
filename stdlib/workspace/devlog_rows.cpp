// devlogs.*: the folders of evidence that deployments leave behind.
#include <algorithm>
#include <cctype>

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/confinement.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/file_rows.h"
#include "stdlib/workspace/file_state.h"

namespace countersign {
namespace {

const Parameter kFolder = {"folder", Type::text, true, "The folder's name below dev_logs"};
constexpr const char* kArchive = "_archive";

Result<std::string> dev_logs(const Call& call) {
  const Workspace& workspace = provider(call).workspace();
  const std::string& declared = workspace.configuration().workspace.dev_logs;
  if (declared.empty())
    return Error{"config", "no folder of dev-logs is declared",
                 "name it as dev_logs under [workspace]"};
  return workspace.resolve(declared);
}

bool is_name(const std::string& name) {
  return !name.empty() && name[0] != '.' && name.size() <= 200 &&
         name.find('/') == std::string::npos && std::none_of(name.begin(), name.end(), [](char c) {
           return std::iscntrl(static_cast<unsigned char>(c));
         });
}

Result<std::string> folder_path(const Call& call) {
  const auto base = TRY(dev_logs(call));
  const auto folder = TRY(known_text(call, "folder"));
  if (!is_name(folder) || folder == kArchive)
    return Error{"argument", "folder: \"" + folder + "\" is not the name of a folder"};
  return provider(call).workspace().resolve(base + "/" + folder);
}

bool is_date(const std::string& text) {
  const std::string form = "0000-00-00";
  return text.size() == form.size() &&
         std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == f;
         });
}

// "wait-experience-acme-2026-11-20-admin-email": subject, date, change. Empty date: another kind of
// name.
json dissected(const std::string& name) {
  json parts = {{"folder", name}};
  for (std::size_t at = name.find('-'); at != std::string::npos; at = name.find('-', at + 1)) {
    if (!is_date(name.substr(at + 1, 10)) || (name.size() > at + 11 && name[at + 11] != '-'))
      continue;
    parts["subject"] = name.substr(0, at);
    parts["date"] = name.substr(at + 1, 10);
    if (name.size() > at + 12) parts["change"] = name.substr(at + 12);
    break;
  }
  return parts;
}

// A subject is the client, or a configuration and the client. Nothing else before the name is cut
// off: "wait-experience-big-acme" is of "big-acme", not of "acme".
bool is_of(const json& parts, const std::string& client) {
  if (client.empty()) return true;
  const std::string subject = parts.value("subject", "");
  if (subject == client) return true;
  for (const std::string configuration :
       {"wait-experience-", "voicemail-only-", "callback-only-", "voicemail-or-callback-"})
    if (subject == configuration + client) return true;
  return false;
}

Result<json> list(const Call& call) {
  const auto base = TRY(dev_logs(call));
  const auto client = TRY(known_text(call, "client"));
  const Workspace& workspace = provider(call).workspace();
  const auto folders = TRY(workspace.list(base));
  json found = json::array();
  for (const FolderEntry& entry : folders) {
    json parts = dissected(entry.name);
    if (entry.kind != FileKind::folder || entry.name == kArchive || !is_of(parts, client)) continue;
    const auto files = TRY(workspace.list(base + "/" + entry.name));
    parts["path"] = workspace.name_of(base + "/" + entry.name);
    parts["files"] = json::array();
    for (const FolderEntry& file : files) parts["files"].push_back(file.name);
    found.push_back(std::move(parts));
  }
  std::stable_sort(found.begin(), found.end(), [](const json& a, const json& b) {
    return a.value("date", "") < b.value("date", "");
  });
  return found;
}

Result<std::string> target(const Call& call) {
  const auto path = TRY(folder_path(call));
  return "/devlogs/" + escape_pointer(path.substr(path.rfind('/') + 1));
}

Result<json> before(const Call& call) {
  const auto path = TRY(folder_path(call));
  return file_state(provider(call), files_of(call), path);
}

// The bytes of every file by name. A text that holds a secret is refused, not mended: what is
// signed is what is written.
Result<std::map<std::string, std::string>> contents(const Call& call) {
  std::map<std::string, std::string> all;
  for (const auto& [name, value] : call.arguments["files"].items()) {
    if (!is_name(name) || is_env_file(name) || name.rfind("..", 0) == 0)
      return Error{"argument", "files: \"" + name + "\" is not the name of a file of evidence"};
    auto bytes = content_of(call, value);
    if (!bytes)
      return Error{bytes.error().kind, "files: \"" + name + "\": " + bytes.error().message,
                   bytes.error().hint};
    if (provider(call).vault().scrub(*bytes) != *bytes)
      return Error{"refused", "files: \"" + name + "\" holds a secret",
                   "write its fingerprint instead"};
    all[name] = std::move(*bytes);
  }
  if (all.empty()) return Error{"argument", "files: want at least one file"};
  return all;
}

Error exists(const Call& call, const std::string& path) {
  return Error{"refused", "\"" + provider(call).workspace().name_of(path) + "\" exists already",
               "evidence is never written over; name another folder"};
}

Result<json> project_write(const Call& call, const json& state) {
  const auto path = TRY(folder_path(call));
  if (!state.is_null()) return exists(call, path);
  const auto all = TRY(contents(call));
  const Overlay alone;
  const ProjectedFiles files(provider(call).workspace(), call.overlay ? call.overlay : &alone);
  for (const auto& [name, bytes] : all) files.put(path + "/" + name, bytes);
  return file_state(provider(call), files, path, false);
}

// The folder appears whole: it is filled under another name and renamed.
Result<json> carry_write(const Call& call) {
  const auto path = TRY(folder_path(call));
  const auto all = TRY(contents(call));
  const Workspace& workspace = provider(call).workspace();
  if (workspace.exists(path)) return exists(call, path);
  const std::size_t cut = path.rfind('/');
  const std::string filling = path.substr(0, cut) + "/" + kTemporaryName + to_hex(random_bytes(8));
  for (const auto& [name, bytes] : all) {
    TRY(workspace.write(filling + "/" + name, bytes));
  }
  TRY(workspace.move(filling, path));
  return json{
      {"folder", path.substr(cut + 1)}, {"path", workspace.name_of(path)}, {"files", all.size()}};
}

Result<json> project_update(const Call& call, const json& state) {
  const auto path = TRY(folder_path(call));
  if (state.is_null())
    return Error{"argument", "\"" + provider(call).workspace().name_of(path) + "\" does not exist",
                 "devlogs.write makes a folder of evidence"};
  const auto all = TRY(contents(call));
  const Overlay alone;
  const ProjectedFiles files(provider(call).workspace(), call.overlay ? call.overlay : &alone);
  for (const auto& [name, bytes] : all) {
    if (files.kind(path + "/" + name) != FileKind::missing) return exists(call, path + "/" + name);
    files.put(path + "/" + name, bytes);
  }
  return file_state(provider(call), files, path, false);
}

// Files are added one by one, so a death in between leaves a part of them. Such a part is this
// operation's own and counts as nothing done yet: it is settled as not carried out, and repeated.
Result<json> before_update(const Call& call) {
  auto state = before(call);
  if (!state || call.overlay || !state->contains("files")) return state;
  const auto all = TRY(contents(call));
  json others = *state;
  for (const auto& [name, bytes] : all) {
    const auto there = others["files"].find(name);
    if (there != others["files"].end() && *there == sha256_hex(bytes)) others["files"].erase(there);
  }
  const bool whole = (*state)["files"].size() == others["files"].size() + all.size();
  return whole ? std::move(*state) : std::move(others);
}

// One that is there with just these bytes is of an earlier try; any other was checked to be missing
// when the operation was planned and compared.
Result<json> carry_update(const Call& call) {
  const auto path = TRY(folder_path(call));
  const auto all = TRY(contents(call));
  const Workspace& workspace = provider(call).workspace();
  for (const auto& [name, bytes] : all) {
    const std::string file = path + "/" + name;
    if (workspace.exists(file)) {
      const auto there = workspace.read(file);
      if (there && *there == bytes) continue;
      return exists(call, file);
    }
    TRY(workspace.write(file, bytes));
  }
  return json{{"folder", path.substr(path.rfind('/') + 1)},
              {"path", workspace.name_of(path)},
              {"files", all.size()}};
}

Result<std::string> archived_path(const Call& call, const std::string& path) {
  const auto base = TRY(dev_logs(call));
  return provider(call).workspace().resolve(base + "/" + kArchive + path.substr(path.rfind('/')));
}

Result<json> project_archive(const Call& call, const json& state) {
  const auto path = TRY(folder_path(call));
  const Workspace& workspace = provider(call).workspace();
  if (state.is_null())
    return Error{"argument", "\"" + workspace.name_of(path) + "\" does not exist"};
  const auto to = TRY(archived_path(call, path));
  if (files_of(call).kind(to) != FileKind::missing) return exists(call, to);
  TRY(files_of(call).move(path, to));
  return json(nullptr);
}

Result<json> carry_archive(const Call& call) {
  const auto path = TRY(folder_path(call));
  const auto to = TRY(archived_path(call, path));
  TRY(provider(call).workspace().move(path, to));
  return json{{"path", provider(call).workspace().name_of(to)}};
}

}  // namespace

Status add_devlog_rows(Catalogue& catalogue) {
  Status added =
      catalogue.add({"devlogs.list",
                     Effect::read,
                     "",
                     {{"client", Type::text, false, "Only folders of this client"}},
                     "list of {folder, subject, date, change, path, files}, oldest first",
                     "The folders of evidence, those in the archive apart",
                     list});
  if (!added) return added;
  Row write{"devlogs.write",
            Effect::mutate,
            "",
            {kFolder,
             {"files", Type::object, true,
              "Name to text, plain data, or the handle of a snapshot or document"}},
            "{folder, path, files}",
            "Writes files of evidence into a new folder",
            carry_write};
  write.target = target;
  write.before = before;
  write.project = project_write;
  write.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  write.settle = Settle::by_state;
  added = catalogue.add(std::move(write));
  if (!added) return added;
  Row update{"devlogs.update",
             Effect::mutate,
             "",
             {kFolder,
              {"files", Type::object, true,
               "Name to text, plain data, or the handle of a snapshot or document; what is known "
               "only later must be such a handle"}},
             "{folder, path, files}",
             "Adds files of evidence to a folder",
             carry_update};
  update.target = target;
  update.before = before_update;
  update.project = project_update;
  update.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  update.settle = Settle::by_state;
  added = catalogue.add(std::move(update));
  if (!added) return added;
  Row archive{"devlogs.archive",
              Effect::mutate,
              "",
              {kFolder},
              "{path}: where it is now",
              "Moves a folder of evidence into the archive",
              carry_archive};
  archive.target = target;
  archive.before = before;
  archive.project = project_archive;
  archive.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  archive.settle = Settle::by_state;
  return catalogue.add(std::move(archive));
}

}  // namespace countersign
