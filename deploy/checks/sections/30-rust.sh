# shellcheck shell=bash
# The Rust crates that need no Qt (the workspace's default members).

# dbus-daemon: tests of the service start a bus of their own.
need_packages dbus-daemon "${build_packages[@]}"
need_rust clippy rustfmt

# A newer compiler than the pinned one knows warnings that nobody could see here yet: print them, no more.
deny=()
if [ "$(rust_version)" = "$(pinned_rust)" ]; then
    deny=(-D warnings)
else
    skip "warnings as errors" "Rust is $(rust_version), the project's is $(pinned_rust) (rustup installs it)"
fi

step "format" cargo fmt --check
step "clippy" cargo clippy --locked --all-targets -- "${deny[@]}"
step "tests" cargo test --locked --no-fail-fast
step "documentation" env "RUSTDOCFLAGS=${deny[*]}" cargo doc --locked --no-deps
