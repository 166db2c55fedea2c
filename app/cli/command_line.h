#pragma once

#include <stop_token>
#include <string>

namespace scalekv::cli {

/// Does what the arguments of `scalekv` ask for, `arguments[0]` being the program's name. What goes wrong is
/// one sentence on standard error. Returns the program's exit code: 0, 1 where it failed, 2 where it was used
/// wrongly. Throws `Cancelled` once `stop` asks to.
int runCommandLine(int count, const char* const* arguments, const std::stop_token& stop);

/// Says a sentence on standard error, as the program.
void say(const std::string& sentence);

} // namespace scalekv::cli
