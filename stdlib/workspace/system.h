// The files, programs and the repository of the workspace, as a system.
#pragma once
#include "stdlib/session/system.h"

namespace countersign {

System workspace_system();

}  // namespace countersign
