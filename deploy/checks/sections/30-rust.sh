# shellcheck shell=bash
# The Rust crates that need no Qt (the workspace's default members).

# dbus-daemon: tests of the service start a bus of their own; mount, util-linux: the configured machine; python3: the
# check of what is compiled.
need_packages dbus-daemon mount python3 util-linux "${build_packages[@]}"
need_rust clippy rustfmt
# shellcheck source=/dev/null
. "$top/deploy/checks/configured.sh"

# A newer compiler than the pinned one knows warnings that nobody could see here yet: print them, no more.
deny=()
if [ "$(rust_version)" = "$(pinned_rust)" ]; then
    deny=(-D warnings)
else
    skip "warnings as errors" "Rust is $(rust_version), the project's is $(pinned_rust) (rustup installs it)"
fi

step "format" cargo fmt --check
step "each crate is compiled once" deploy/checks/one-build
step "clippy" cargo clippy --locked --all-targets -- "${deny[@]}"
step "tests" "${configured[@]}" cargo test --locked --no-fail-fast
if [ ${#configured[@]} -gt 0 ]; then
    step "the usual configuration files" "${configured[@]}" cargo test --locked --test usual_files -- --ignored
fi
step "documentation" env "RUSTDOCFLAGS=${deny[*]}" cargo doc --locked --no-deps
