#pragma once
// What most sources with widgets include, compiled once a target. Each source names what it needs all the
// same: packaging/lint reads them without this.
#include <QtWidgets/QtWidgets>

#include <memory>
#include <optional>
#include <string>
#include <vector>
