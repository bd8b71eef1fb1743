# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared with can-kernel and its other parts
# Words for people, the cache, and what is installed. Sourced by can-kernel.

# A failure of can-kernel itself, as with env(1) and timeout(1): never CMD's own unless CMD chose it.
readonly EXIT_OWN_FAILURE=125

# Built things only (UML shim, vmlinux, modules, initrd): safe to delete at any time.
cache=$workspace/target/can-kernel

say() {
    printf 'can-kernel: %s\n' "$*" >&2
}

fail() {
    say "$@"
    exit "$EXIT_OWN_FAILURE"
}

have() {
    command -v -- "$1" >/dev/null
}

# need COMMAND PACKAGE: prints PACKAGE when COMMAND is missing
need() {
    have "$1" || printf '%s\n' "$2"
}

# words_about_missing PACKAGE...: one sentence with the remedy, or nothing
words_about_missing() {
    [ $# -eq 0 ] || printf 'not installed: %s (remedy: deploy/can-kernel --install, or apt install %s)' "$*" "$*"
}

# Runs a command with the cache folder made and locked: two can-kernel at once build it once.
with_cache_locked() {
    mkdir -p -- "$cache"
    (
        flock 9
        "$@"
    ) 9>"$cache/lock"
}

install_packages() {
    local as_root=()
    [ $# -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        have sudo || fail "installing $* needs root, and there is no sudo here: run as root: apt-get install $*"
        as_root=(sudo)
    fi
    say "installing with ${as_root[*]:+${as_root[*]} }apt-get: $*"
    # Standard output belongs to CMD.
    "${as_root[@]}" apt-get install --yes --no-install-recommends "$@" >&2 ||
        fail "apt-get could not install $*: see its words above (an old package list? run apt-get update)"
}
