// One command, from what was typed to its exit code.
#pragma once

namespace countersign {

int command_line(int argc, const char* const* argv);

}  // namespace countersign
