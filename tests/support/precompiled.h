#pragma once
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
