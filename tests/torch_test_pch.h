#pragma once
// The same for tests with LibTorch.
#include "engine/torch_pch.h"

#include <QtCore/QtCore>
