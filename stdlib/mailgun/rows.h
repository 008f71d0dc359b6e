// mailgun.*
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

Status add_mailgun_rows(Catalogue& catalogue);

}  // namespace countersign
