// Mailgun's lists.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// Lists of domains and keys, by limit and skip; `items`. Errors as ProviderSession::request;
// transport, for an answer without the list.
Result<json> mailgun_list(ProviderSession& session, const std::string& url,
                          std::optional<std::size_t> limit = {});

// Events: `paging.next` until a page is empty. Refused: a next page on another host.
Result<json> mailgun_events(ProviderSession& session, const std::string& url,
                            std::optional<std::size_t> limit = {});

}  // namespace countersign
