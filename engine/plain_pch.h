#pragma once
// What the sources without LibTorch include most, compiled once for all of them. Each names what it needs all
// the same.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>
