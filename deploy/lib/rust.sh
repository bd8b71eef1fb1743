# shellcheck shell=bash
# A Rust toolchain: the one at hand if it is new enough, else Debian's newest.
# Needs common.sh.

# A linker, and the certificates with which cargo trusts crates.io.
build_packages=(gcc libc6-dev ca-certificates)

# need_rust [clippy rustfmt]: afterwards `cargo` works in the source tree, with these components.
# shellcheck disable=SC2120 # deploy/test passes some
need_rust() {
    need_packages "${build_packages[@]}"
    # Where rustup puts itself; a shell that was open at that time does not know it yet.
    local cargo_bin=${CARGO_HOME:-${HOME:-}/.cargo}/bin
    if [ -x "$cargo_bin/cargo" ]; then
        PATH=$cargo_bin:$PATH
    fi

    if have rustup; then
        need_pinned_toolchain "$@"
    elif ! rust_is_new_enough || ! has_components "$@"; then
        need_debian_rust "$@"
    fi
    say "Using $(cd "$top" && rustc --version)"
    if [ ! -t 2 ]; then
        fetch_crates
    fi
}

# On a terminal cargo has a progress bar for its downloads; elsewhere it writes a line for each of them.
fetch_crates() {
    local target
    target=$(cd "$top" && rustc --version --verbose | sed -n 's/^host: //p')
    if ! (cd "$top" && cargo fetch --quiet --locked --offline --target "$target") >/dev/null 2>&1; then
        say "Fetching the crates of Cargo.lock that are not here yet"
        (cd "$top" && quietly cargo fetch --quiet --locked --target "$target") ||
            fail "cargo could not fetch the crates (its words are above). Is the network there?"
    fi
}

# The version in rust-toolchain.toml, with which the project is developed.
pinned_rust() {
    sed -n 's/^channel *= *"\(.*\)"/\1/p' "$top/rust-toolchain.toml"
}

# The oldest version that Cargo.toml allows.
oldest_rust() {
    sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$top/Cargo.toml"
}

rust_version() {
    (cd "$top" && rustc --version) | cut --delimiter=' ' --fields=2
}

need_pinned_toolchain() {
    local pinned component components=()
    pinned=$(pinned_rust)
    for component in "$@"; do
        components+=(--component "$component")
    done
    if rustup run "$pinned" cargo --version >/dev/null 2>&1 && has_components "$@"; then
        return
    fi
    say "Installing Rust $pinned with rustup"
    rustup toolchain install "$pinned" --profile minimal "${components[@]}" </dev/null ||
        fail "rustup could not install Rust $pinned (its words are above). Is the network there?"
}

has_components() {
    local component
    for component in "$@"; do
        # The component rustfmt is the command `cargo fmt`.
        (cd "$top" && cargo "${component#rust}" --version) >/dev/null 2>&1 || return 1
    done
}

rust_is_new_enough() {
    have cargo && have rustc && at_least "$(rust_version)" "$(oldest_rust)"
}

# Debian keeps its browsers' compiler up to date in its stable releases, under names that end in -web.
need_debian_rust() {
    local packages=(rustc-web cargo-web) component candidate oldest
    oldest=$(oldest_rust)
    for component in "$@"; do
        case $component in
            clippy) packages+=(rust-web-clippy) ;;
            rustfmt) packages+=(rustfmt-web) ;;
        esac
    done
    if have apt-cache; then
        need_root "apt-get update && apt-get install --no-install-recommends ${packages[*]}"
        update_package_lists
        candidate=$(apt-cache policy rustc-web | sed -n 's/^ *Candidate: *//p')
        if at_least "${candidate:-0}" "$oldest"; then
            need_packages "${packages[@]}"
            hash -r
        fi
    fi
    if ! rust_is_new_enough || ! has_components "$@"; then
        fail "this needs Rust $oldest or newer${*:+ with $*}, and this system has no package of it." \
            "Install it with rustup, as https://rustup.rs shows, and start ${0##*/} again."
    fi
}
