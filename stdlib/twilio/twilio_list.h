// Twilio's lists.
#pragma once
#include "stdlib/session/reading_rows.h"

namespace countersign {

// Everything of a Twilio list. `url` with its filters; `key`: the list's name in the answer.
// PageSize is added. Errors: as ProviderSession::request; refused, for a next page on another host;
// transport, for an answer without the list or pages that go round in a circle.
Result<json> twilio_list(ProviderSession& session, const std::string& credential,
                         const std::string& url, const std::string& key,
                         std::optional<std::size_t> limit = {});

// A row that reads all pages; `key` is the list's name in the answer. Adds the argument `limit`.
Row listing(Reading reading, const std::string& key);

}  // namespace countersign
