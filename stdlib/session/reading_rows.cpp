#include "stdlib/session/reading_rows.h"

#include <optional>

namespace countersign {
namespace {

Result<json> fetch(const Reading& reading, const Call& call) {
  auto url = TRY(query_url(reading.url, reading.fields, call));
  return provider(call).request(reading.credential, "GET", url);
}

}  // namespace

Row reading_row(const Reading& reading) {
  return Row{.name = reading.name,
             .effect = Effect::read,
             .credential = reading.credential,
             .parameters = parameters(reading.fields),
             .result = reading.result,
             .summary = reading.summary,
             .carrier = {}};
}

Parameter limit_parameter() {
  return {"limit", Type::integer, false, "how many at most; all where not said"};
}

std::optional<std::size_t> limit_of(const json& arguments) {
  if (!given(arguments, "limit")) return {};
  return static_cast<std::size_t>(
      std::max<std::int64_t>(0, arguments["limit"].get<std::int64_t>()));
}

Result<std::string> query_url(const std::string& url, const Fields& fields, const Call& call) {
  const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
  return filled(url, call) + (pairs.empty() ? "" : "?" + urlencoded(pairs));
}

Row fetching(Reading reading) {
  Row row = reading_row(reading);
  row.carrier = [reading = std::move(reading)](const Call& call) { return fetch(reading, call); };
  return row;
}

Row finding(Reading reading) {
  Row row = reading_row(reading);
  row.carrier = [reading = std::move(reading)](const Call& call) -> Result<json> {
    auto found = fetch(reading, call);
    if (!found && found.error().status == 404) return json();
    return found;
  };
  return row;
}

}  // namespace countersign
