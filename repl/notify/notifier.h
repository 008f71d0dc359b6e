// Telling people, by [notify] of countersign.toml: by mail through the program that it names, by a
// POST to the address that it names. Each is tried once, within half a minute.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "repl/command_context.h"
#include "repl/notify/notice.h"

namespace countersign {

// What came of telling somebody.
struct Told {
  std::string by, to;  // "mail" and the address; "webhook" and the host, never the whole URL
  std::optional<Error> error;
};

// Whether --mail and --webhook can be done as they were typed, before anything is written. Errors:
// usage (an address, an URL), config ([notify] does not say how, or does not allow the host).
Status can_notify(CommandContext& context);

// Tells everybody whom --mail and --webhook name. The known secrets of the configuration are taken
// out of everything first.
std::vector<Told> notify(CommandContext& context, const Notice& notice);

// What became of it is added to the reply: a line and an entry of "notified" for each. Where one
// was not told, the code is that of a failed check.
void add_told(Reply& reply, const std::vector<Told>& told, CommandContext& context);

}  // namespace countersign
