# Sourced by the scripts beside it: the repository's root, messages, and how many compile jobs this machine can bear.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

# Compiling a file that includes LibTorch takes up to 2 GB, so memory can be the limit, not the cores.
buildJobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 2000000) }' /proc/meminfo)
    ((memory < 1)) && memory=1
    echo $((cores < memory ? cores : memory))
}

# build PRESET [TARGET…]: configures (cheap when nothing changed) and builds.
build() {
    local preset=$1
    shift
    cmake --preset "$preset" || fail "Configuring failed, see the message above."
    cmake --build --preset "$preset" --parallel "$(buildJobs)" ${@:+--target "$@"} || fail "The build failed, see the message above."
}
