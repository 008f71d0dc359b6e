// What ties a signed document to the run's chain: it names the head, the hash of the last record
// there was when it was written. That record has to stand before the one that holds the document,
// and behind what the document answers. So whoever changes, moves or drops a record before a
// signature has to sign anew.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "interpreter/journal.h"

namespace countersign {

// The head that a person's document names; empty: none.
std::string head_of(const std::string& document);

// The number of the record with that hash among the first `count`; 0: there is none.
std::int64_t record_of(const std::vector<Record>& records, std::size_t count,
                       const std::string& hash);

// The record that an answer of this kind must have been written behind: the request of a decision,
// the intent of a settlement, the settlement of a correction; of an attestation the last answer to
// the same item, and what voided such answers. 0: any. `body` names the item or the key.
std::int64_t answered_record(const std::vector<Record>& records, std::size_t count,
                             const std::string& kind, const json& body);

// Why a document that names `head`, to be kept in a record of this kind behind the first `count`,
// does not belong there; empty: it does.
std::string misplaced(const std::vector<Record>& records, std::size_t count,
                      const std::string& kind, const json& body, const std::string& head);

}  // namespace countersign
