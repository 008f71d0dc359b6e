// Lists, read page by page until their end or a limit. What is never read to an end (too many
// pages, too many bytes, too long) is an error of kind transport, not part of a list.
#pragma once
#include <optional>

#include "stdlib/session/provider_session.h"

namespace countersign {

// Everything of a Twilio list. `url` with its filters; `key`: the list's name in the answer.
// PageSize is added. Errors: as ProviderSession::request; refused, for a next page on another host;
// transport, for an answer without the list or pages that go round in a circle.
Result<json> twilio_list(ProviderSession& session, Credential credential, const std::string& url,
                         const std::string& key, std::optional<std::size_t> limit = {});

// Mailgun's lists of domains and keys, by limit and skip; `items`.
Result<json> mailgun_list(ProviderSession& session, const std::string& url,
                          std::optional<std::size_t> limit = {});

// Mailgun's events: `paging.next` until a page is empty.
Result<json> mailgun_events(ProviderSession& session, const std::string& url,
                            std::optional<std::size_t> limit = {});

}  // namespace countersign
