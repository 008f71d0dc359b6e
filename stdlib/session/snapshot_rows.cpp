// snapshot.*: live state kept as a document, and what differs between two of them. Scripts hold
// handles; the documents stay with the engine.
#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/arguments.h"
#include "stdlib/session/snapshot_rows.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

Parameter handle(const std::string& name, const std::string& summary) {
  return {.name = name,
          .type = Type::handle,
          .required = true,
          .summary = summary,
          .prefix = "snapshot"};
}

// A list of texts from the argument; Lua's empty table may come as an object.
Result<std::vector<std::string>> texts(const Call& call, const std::string& name) {
  std::vector<std::string> all;
  if (!given(call.arguments, name)) return all;
  for (const json& one : call.arguments[name]) {
    if (!one.is_string())
      return Error{"argument", name + ": got " + one.dump() + ", want a list of texts"};
    all.push_back(one.get<std::string>());
  }
  return all;
}

Result<std::vector<std::string>> pointers(const Call& call, const std::string& name) {
  auto all = texts(call, name);
  if (!all) return all;
  for (const std::string& one : *all)
    if (!one.empty() && one[0] != '/')
      return Error{"argument", name + ": got \"" + one + "\", want JSON pointers",
                   "a pointer begins with /, as in \"/flows/FW…\" or \"/env/ADMIN_EMAIL\""};
  return all;
}

Result<json> document(const Call& call, const std::string& name) {
  const auto bytes = TRY(call.session.documents().get(handle_id(call.arguments[name])));
  return parse_json(bytes);
}

// What differs by itself, in the account's own part and in each baseline.
std::vector<std::string> ignored(const Call& call) {
  std::vector<std::string> all = call.session.volatile_fields();
  for (const std::string& one : call.session.volatile_fields()) all.push_back("/baselines/*" + one);
  return all;
}

// The differences between two snapshots of the same scopes.
Result<json> differences(const Call& call) {
  auto from = TRY(document(call, "from"));
  auto to = TRY(document(call, "to"));
  for (const auto& [one, other] : {std::pair{&from, &to}, std::pair{&to, &from}})
    for (const auto& [scope, part] : one->items())
      if (!other->contains(scope))
        return Error{"argument", "only one of the two snapshots holds \"" + scope + "\"",
                     "capture both with the same scope and baselines"};
  const std::vector<std::string> volatiles = ignored(call);
  return difference(without(std::move(from), volatiles), without(std::move(to), volatiles));
}

Result<json> capture(const Call& call) {
  auto scope = TRY(texts(call, "scope"));
  auto snapshot = TRY(call.session.snapshot(scope));
  if (call.arguments.value("baselines", false)) {
    auto baselines = TRY(call.session.baselines());
    snapshot["baselines"] = std::move(baselines);
  }
  const auto text = TRY(canonicalize(snapshot));
  return make_handle("snapshot", call.session.documents().put(text),
                     {{"label", call.arguments["label"]}});
}

// Data as people read it: a secret's handle becomes a word that says so, with its fingerprint.
json readable(const json& value) {
  if (is_handle(value, "secret")) return "[secret " + marked(value)->value("fingerprint", "") + "]";
  if (!value.is_structured()) return value;
  json out = value;
  for (json& part : out) part = readable(part);
  return out;
}

Result<json> keep(const Call& call) {
  const json value = readable(call.arguments["value"]);
  std::string text = value.is_string()
                         ? value.get<std::string>()
                         : value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  text = call.session.vault().scrub(std::move(text));
  const std::size_t size = text.size();
  return make_handle("document", call.session.documents().put(text),
                     {{"label", call.arguments["label"]}, {"size", size}});
}

Result<json> only(const Call& call) {
  auto paths = TRY(pointers(call, "paths"));
  for (const json& op : call.arguments["diff"]) {
    if (!op.is_object() || !op.value("path", json()).is_string())
      return Error{"argument", "diff: want what snapshot.diff returned"};
    if (!covered(op["path"].get<std::string>(), paths)) return json(false);
  }
  return json(true);
}

// Whether a difference at `path` touches something below one of `patterns`, or something that one
// of them lies in (a flow that is gone as a whole touches its definition too).
bool touches(const std::string& path, const std::vector<std::string>& patterns) {
  if (covered(path, patterns)) return true;
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return covered(pattern, {path}); });
}

Result<json> unchanged(const Call& call) {
  auto paths = TRY(pointers(call, "paths"));
  auto found = TRY(differences(call));
  if (paths.empty()) return json(found.empty());
  for (const json& op : found)
    if (touches(op["path"].get<std::string>(), paths)) return json(false);
  return json(true);
}

Result<json> read(const Call& call) {
  const std::string path = text_argument(call.arguments, "path");
  if (!path.empty() && path[0] != '/')
    return Error{"argument", "path: got \"" + path + "\", want a JSON pointer",
                 "a pointer begins with /, as in \"/flows/FW…\""};
  auto whole = TRY(document(call, "snapshot"));
  return at_pointer(whole, path);
}

Row row(const std::string& name, std::vector<Parameter> parameters, const std::string& result,
        const std::string& summary, const std::string& credential, Carry carrier) {
  return Row{.name = name,
             .effect = Effect::read,
             .credential = credential,
             .parameters = std::move(parameters),
             .result = result,
             .summary = summary,
             .carrier = std::move(carrier)};
}

std::string all_scopes() {
  std::string all;
  for (const System& system : systems())
    for (const SnapshotScope& scope : system.scopes) all += (all.empty() ? "" : " ") + scope.name;
  return all;
}

}  // namespace

Status add_snapshot_rows(Catalogue& catalogue) {
  const Parameter paths{"paths", Type::list, true, "JSON pointers; * is any one segment"};
  Parameter some_paths = paths;
  some_paths.required = false;
  some_paths.summary = "only below these JSON pointers; everything where not said";
  std::vector<Row> rows = {
      row("snapshot.capture",
          {{"label", Type::text, true, "what it is called, \"PRE\""},
           {"scope", Type::list, false, "parts: " + all_scopes() + "; all where not said"},
           {"baselines", Type::flag, false, "also the adjacent profiles, below /baselines"}},
          "a snapshot's handle", "Captures live state, redacted",
          own_system().credentials.front().name, capture),
      row("snapshot.diff", {handle("from", "the earlier one"), handle("to", "the later one")},
          "list of {op, path, from, to}, sorted by path", "Compares two snapshots", "",
          differences),
      row("snapshot.only", {{"diff", Type::list, true, "what snapshot.diff returned"}, paths},
          "true or false", "Tells whether differences lie nowhere but at or below some paths", "",
          only),
      row("snapshot.unchanged",
          {handle("from", "the earlier one"), handle("to", "the later one"), some_paths},
          "true or false", "Tells whether two snapshots agree", "", unchanged),
      row("snapshot.read",
          {handle("snapshot", "the snapshot"), {"path", Type::text, true, "a JSON pointer"}},
          "what stands there, or nil", "Reads one place of a snapshot", "", read),
      row("documents.capture",
          {{"label", Type::text, true, "what it is called"},
           {"value", Type::any, true, "text or plain data"}},
          "a document's handle: what a plan shows in place of the data",
          "Keeps text or data as a document, secrets redacted", "", keep),
  };
  for (Row& one : rows)
    if (Status added = catalogue.add(std::move(one)); !added) return added;
  return Done{};
}

bool works_on_documents(const std::string& operation) {
  const std::string system = operation.substr(0, operation.find('.'));
  return (system == "snapshot" || system == "documents") && operation != "snapshot.capture";
}

}  // namespace countersign
