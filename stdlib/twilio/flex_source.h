// The source files of a profile's Flex configuration, read and filled as the deploy pipeline does.
#pragma once
#include <nlohmann/json.hpp>

#include "interpreter/catalogue.h"

namespace countersign {

struct FlexSource {
  json common, client, skills;
  std::string common_path, client_path, skills_path;  // as people name them
};

// An integer that JSON readers do not agree on cannot be deployed; whoever only compares finds it
// as a text that differs from whatever is live.
enum class LargeIntegers { refuse, as_text };

// ui_attributes.common.json, ui_attributes.<profile>.json (the name in lower case where there is
// none with the exact one) and taskrouter_skills.json (none is an empty list) below
// [workspace].flex_config, as earlier operations of the plan leave them. Each "<YOUR_NAME>" in a
// text is filled with the profile's fact `name`, or the variable NAME, TWILIO_NAME of the profile's
// env file. Errors: config (no folder), argument (not JSON, not of the right kind), refused: a
// missing client file, since the pipeline would copy the example over it; a placeholder that
// nothing fills; a secret variable in a field whose name does not look secret, since it would be
// shown; a variable that an earlier operation has yet to learn.
Result<FlexSource> read_flex_source(const Call& call, LargeIntegers large = LargeIntegers::refuse);

}  // namespace countersign
