// registry.*: the clients' sections. No row removes one.
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/file_rows.h"
#include "stdlib/workspace/registry.h"

namespace countersign {
namespace {

const Parameter kClient = {"client", Type::text, true,
                           "The client, as the section's heading names it"};

Result<std::string> registry_path(const Call& call) {
  const Workspace& workspace = provider(call).workspace();
  const std::string& declared = workspace.configuration().workspace.registry;
  if (declared.empty())
    return Error{"config", "no registry is declared", "name it as registry under [workspace]"};
  return workspace.resolve(declared);
}

// The registry's text, and the client whose section is meant.
struct Place {
  std::string text, client;
};

Result<Place> place_of(const Call& call, const std::string& path) {
  auto text = TRY(files_of(call).read(path));
  auto client = TRY(known_text(call, "client"));
  return Place{std::move(text), std::move(client)};
}

Result<json> section_in(const Call& call, const Place& place) {
  const auto section = TRY(registry_section(place.text, place.client));
  return json{{"heading", section.heading},
              {"text", provider(call).vault().scrub(section.text)},
              {"cancelled", section.cancelled}};
}

template <bool must_be_there>
Result<json> read(const Call& call) {
  const auto path = TRY(registry_path(call));
  const auto place = TRY(place_of(call, path));
  if (!must_be_there) {
    const auto there = TRY(registry_has(place.text, place.client));
    if (!there) return json(nullptr);
  }
  return section_in(call, place);
}

Result<std::string> annotated(const Call& call, const std::string& path) {
  const auto place = TRY(place_of(call, path));
  const auto note = TRY(known_text(call, "text"));
  return with_tombstone(place.text, place.client, note);
}

using Written = Result<std::string> (*)(const std::string&, const std::string&, const std::string&);

// What is written may name what an earlier step of the plan makes; the client has to be known.
template <Written write>
Result<std::string> with_text(const Call& call, const std::string& path) {
  const auto place = TRY(place_of(call, path));
  const auto added = TRY(content_text(call, call.arguments["text"]));
  if (provider(call).vault().scrub(added) != added)
    return Error{"refused", "text: holds a secret", "say where the secret is kept instead"};
  return write(place.text, place.client, added);
}

}  // namespace

Status add_registry_rows(Catalogue& catalogue) {
  Status added = catalogue.add({"registry.read",
                                Effect::read,
                                "",
                                {kClient},
                                "{heading, text, cancelled}",
                                "A client's section of the registry",
                                read<true>});
  if (!added) return added;
  added = catalogue.add({"registry.find",
                         Effect::read,
                         "",
                         {kClient},
                         "{heading, text, cancelled}, or nil",
                         "A client's section of the registry, nil where there is none",
                         read<false>});
  if (!added) return added;
  added = catalogue.add(changing_row(
      "registry.create", {kClient, {"text", Type::text, true, "What stands in the section"}},
      "Adds a client's section to the registry", registry_path, with_text<with_section>));
  if (!added) return added;
  added = catalogue.add(changing_row(
      "registry.update", {kClient, {"text", Type::text, true, "The lines of the entry"}},
      "Adds an entry to the end of a client's section of the registry", registry_path,
      with_text<with_entry>));
  if (!added) return added;
  return catalogue.add(changing_row(
      "registry.tombstone",
      {kClient,
       {"text", Type::text, true, "When it was cancelled and by whose word; holds a date"}},
      "Notes in a client's section of the registry that it is cancelled", registry_path,
      annotated));
}

}  // namespace countersign
