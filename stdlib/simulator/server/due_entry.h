// What an entry of a world's agenda does when its time has come.
#pragma once
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// By its kind, see agenda.h; one of no known kind does nothing.
void carry_out(World& world, const json& entry);

}  // namespace countersign::simulator
