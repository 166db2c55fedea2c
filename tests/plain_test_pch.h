#pragma once
// What tests without LibTorch and without widgets include most, compiled once for all of them. Each names what it
// needs all the same. <QtTest> stays out of it, since Qt defines macros for it with each test's folder.
#include <QtCore/QtCore>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>
