#include "stdlib/simulator/server/records.h"

#include "stdlib/simulator/server/shapes.h"

namespace countersign::simulator {

Records select(const json& list, const std::function<bool(const json&)>& keep) {
  Records records;
  for (const json& record : list)
    if (!keep || keep(record)) records.push_back(&record);
  return records;
}

bool same(const RequestContext& visit, const char* parameter, const json& value) {
  std::optional<std::string> wanted = visit.request.query.find(parameter);
  return !wanted || wanted->empty() || (value.is_string() && value == *wanted);
}

json new_record(World& world, std::string_view kind) {
  json record = defaults_of(kind);
  for (auto& [key, value] : record.items())
    if (value == "@now") value = world.stamp();
  const Shape& shape = shape_of(kind);
  if (!shape.prefix.empty()) record["sid"] = world.new_sid(shape.prefix);
  for (const ChildList& branch : branches())
    if (branch.parent == kind) record[std::string(branch.key)] = json::array();
  return record;
}

}  // namespace countersign::simulator
