// mailgun.keys.*: account and sending keys, as made, listed and revoked with the account key.
#pragma once
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

std::vector<Row> mailgun_key_rows();

}  // namespace countersign
