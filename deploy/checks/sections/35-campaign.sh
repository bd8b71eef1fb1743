# shellcheck shell=bash
# Random cars, drives and faults against the speed: docs/truth.md. These seeds are always the same; a night takes others. Then
# what it costs: instructions that are counted, and that the benchmarks run, whose numbers mean nothing on a busy machine.

need_packages "${build_packages[@]}"
need_rust
step "campaign: eight cars" cargo run --locked --bin cardash-campaign -- --first 1 --seeds 8
if [ "$(uname -m)" != x86_64 ]; then
    skip "instructions" "those that are kept are of x86_64"
elif [ "$(rust_version)" != "$(pinned_rust)" ]; then
    skip "instructions" "Rust is $(rust_version), those that are kept are of the project's, $(pinned_rust) (rustup installs it)"
else
    need_packages dbus dbus-daemon libsystemd-dev pkg-config python3 util-linux valgrind
    step "instructions of a frame, a call, a signal" deploy/checks/instructions
fi
step "what deploy/bench measures, for a moment" deploy/bench --quick --calls 100 calls ways
