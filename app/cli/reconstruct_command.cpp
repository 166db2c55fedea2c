#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/cli/model_options.h"
#include "app/cli/output_name.h"
#include "app/cli/words.h"
#include "engine/image/png.h"
#include "engine/pipeline/reconstruct.h"

#include <cstdio>
#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

struct Options {
    std::string image;
    std::string output;
    std::string size;
    ModelOptions model;
    std::string json;
    bool quiet = false;
};

} // namespace

} // namespace scalekv::cli
