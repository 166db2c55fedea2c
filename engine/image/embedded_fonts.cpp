#include "engine/image/embedded_fonts.h"

// Only the assembler can take a file in whole before C++26's #embed. CMake gives the paths.
#define EMBED(name, path)                                                                                    \
    asm(".pushsection .rodata\n"                                                                             \
        ".balign 16\n"                                                                                       \
        ".hidden " #name "\n.globl " #name "\n" #name ":\n"                                                  \
        ".incbin \"" path "\"\n"                                                                             \
        ".hidden " #name "_end\n.globl " #name "_end\n" #name "_end:\n"                                      \
        ".popsection\n");                                                                                    \
    extern "C" {                                                                                             \
    extern const unsigned char name[];     /* NOLINT: its size is the file's */                              \
    extern const unsigned char name##_end; /* NOLINT */                                                      \
    }

EMBED(scalekv_dejavu_sans, SCALEKV_FONT)
EMBED(scalekv_dejavu_sans_bold, SCALEKV_FONT_BOLD)

namespace scalekv {

std::span<const unsigned char> dejaVuSans() {
    return {&scalekv_dejavu_sans[0], &scalekv_dejavu_sans_end};
}

std::span<const unsigned char> dejaVuSansBold() {
    return {&scalekv_dejavu_sans_bold[0], &scalekv_dejavu_sans_bold_end};
}

} // namespace scalekv
