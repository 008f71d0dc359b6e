// The fields that rows of TaskRouter have in common.
#pragma once
#include <string>

#include "stdlib/session/arguments.h"

namespace countersign::taskrouter {

inline const std::string kWorkspaces = "https://taskrouter.twilio.com/v1/Workspaces";
inline const std::string kWorkspace = kWorkspaces + "/{workspace}";

inline Parameter sid(const std::string& prefix, const std::string& summary) {
  return {.name = "sid", .type = Type::sid, .required = true, .summary = summary, .prefix = prefix};
}

inline WireField workspace_field() {
  return {{.name = "workspace",
           .type = Type::sid,
           .required = true,
           .summary = "the workspace",
           .prefix = "WS"}};
}

inline WireField filter(const std::string& name, const std::string& wire,
                        const std::string& summary, Type type = Type::text,
                        Form form = Form::text) {
  return {{name, type, false, summary}, wire, form};
}

}  // namespace countersign::taskrouter
