# shellcheck shell=bash
# Random cars, drives and faults against the speed: docs/truth.md. These seeds are always the same; a night takes others.

need_packages "${build_packages[@]}"
need_rust
step "campaign: eight cars" cargo run --locked --bin cardash-campaign -- --first 1 --seeds 8
