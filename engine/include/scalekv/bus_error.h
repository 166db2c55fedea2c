#pragma once

namespace scalekv {

/// Weights are mapped, not read, so a checkpoint that another program cuts short (a download begun anew, a
/// copy over it) or a network disk that goes away shows only when a page is touched: the system sends SIGBUS,
/// which ends a program without a word. After this call it ends with exit code 1 and one sentence on standard
/// error that names the file. A SIGBUS that comes from anywhere else does what it always does. There is no
/// going on after it: the reading code may be anywhere inside LibTorch.
///
/// What this does not see: a file that is overwritten in place with as many bytes. Its new bytes are then
/// read as weights. Programs that replace files by renaming, as most do, do no harm: the old file stays
/// until it is unmapped.
///
/// Process-wide, so main() calls it, not the engine. `program` stands in front of the sentence and must live
/// as long as the process.
void explainBusErrors(const char* program);

} // namespace scalekv
