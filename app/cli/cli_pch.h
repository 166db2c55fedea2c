#pragma once
// CLI11 is a large header: compiled once for all commands.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
