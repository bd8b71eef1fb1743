# shellcheck shell=bash
# Random cars, drives and faults against the speed: docs/truth.md. These seeds are always the same; a night takes others.

need_packages "${build_packages[@]}"
need_rust
step "campaign: eight cars" cargo run --locked --bin cardash-campaign -- --first 1 --seeds 8
if [ "$(uname -m)" != x86_64 ]; then
    skip "what the estimator costs" "its limits are instructions of x86_64"
elif [ "$(rust_version)" != "$(pinned_rust)" ]; then
    skip "what the estimator costs" "Rust is $(rust_version), the limits are those of the project's, $(pinned_rust) (rustup installs it)"
else
    need_packages valgrind
    step "what the estimator costs" deploy/checks/estimator-cost
fi
