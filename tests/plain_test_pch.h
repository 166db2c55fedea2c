#pragma once
// What tests without LibTorch and without widgets include most, compiled once for all of them. Each names
// what it needs all the same. <QtTest> stays out of it, since Qt defines macros for it with each test's
// folder, and so does <nlohmann/json.hpp>: its literals make the compiler instantiate the whole parser in
// every file that knows it.
#include <QtCore/QtCore>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>
