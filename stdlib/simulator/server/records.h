// Records of a world, as every provider reads, filters and makes them.
#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "stdlib/simulator/server/request_context.h"

namespace countersign::simulator {

using Records = std::vector<const json*>;

// The records of a list that `keep` wants (all of them without it), in the list's order.
Records select(const json& list, const std::function<bool(const json&)>& keep = {});

// Whether the query parameter, if it is there, equals the field.
bool same(const RequestContext& visit, const char* parameter, const json& value);

// A complete new record of `kind`: defaults, dates, SID.
json new_record(World& world, std::string_view kind);

}  // namespace countersign::simulator
