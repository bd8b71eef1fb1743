# shellcheck shell=bash
# What every script in deploy/ needs: words for people, becoming root, Debian packages.
# Source it after setting `top` to the top of the source tree.

# Tools then write numbers and words the one way that these scripts read them.
export LC_ALL=C.UTF-8
export DEBIAN_FRONTEND=noninteractive

say() {
    printf '%s\n' "$*"
}

# The last words of a script: what is wrong and what to do about it.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# need_packages PACKAGE...: installs those Debian packages that are missing, after saying so.
need_packages() {
    local missing=() package
    if ! have dpkg-query; then
        say "This is no Debian system. Needed here, by their Debian names: $*"
        return 0
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() {
    need_root "apt-get update && apt-get install --no-install-recommends $*"
    update_package_lists
    say "Installing from Debian: $*"
    # Taking something away from a person's machine is theirs to decide, hence --no-remove.
    quietly as_root apt-get install --yes --no-install-recommends --no-remove \
        -o DPkg::Lock::Timeout=300 "$@" ||
        fail "apt-get could not install $* (its words are above)." \
            "If it would have to remove a package for that, decide yourself and type: apt-get install $*"
}

# Once a run is enough.
update_package_lists() {
    if [ -z "${package_lists_updated:-}" ]; then
        say "Asking Debian's servers which packages there are (apt-get update)"
        # Old lists may still do, so a failure here is not the end: the install will tell.
        quietly as_root apt-get update -o DPkg::Lock::Timeout=300 || say "apt-get update failed; going on with the old lists"
        package_lists_updated=yes
    fi
}

# suite_of 12|13: Debian's own name of that release, which its servers know it by
suite_of() {
    case $1 in
        12) echo bookworm ;;
        13) echo trixie ;;
        *) fail "Debian must be 12 or 13, not '$1'" ;;
    esac
}

# need_root COMMAND: says what to type where nobody can become root.
need_root() {
    [ "$(id -u)" = 0 ] || have sudo ||
        fail "this needs root, and there is no sudo here. Type as root, then start ${0##*/} again:
    $1"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        # sudo clears the environment, and apt must not ask questions.
        sudo DEBIAN_FRONTEND="$DEBIAN_FRONTEND" "$@"
    fi
}

# quietly COMMAND...: shows what the command printed only if it failed.
quietly() {
    local printed status=0
    printed=$("$@" 2>&1 </dev/null) || status=$?
    if [ "$status" -ne 0 ]; then
        printf '%s\n' "$printed" >&2
    fi
    return "$status"
}

# at_least VERSION WANTED: whether a version such as 1.96.0 is WANTED or newer.
at_least() {
    printf '%s\n%s\n' "$2" "$1" | sort --version-sort --check=silent
}
