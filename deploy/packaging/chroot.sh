# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of deploy/package
# The Debian that the packages are built in. Sourced by deploy/package.

# What is in it before the build dependencies of debian/control. Part of its name in the cache, so keep it short.
chroot_packages=(build-essential debhelper lintian)

make_chroot() {
    local suite architectures=$build_arch include
    suite=$(suite_of "$debian")
    if [ "$arch" != "$build_arch" ]; then
        architectures=$build_arch,$arch
        chroot_packages+=("crossbuild-essential-$arch")
    fi
    include=$(IFS=, && printf '%s' "${chroot_packages[*]}")
    if [ -z "$fresh" ] && [ "$(cat "$work/made-of" 2>/dev/null)" = "$suite $architectures $include" ]; then
        return
    fi
    say "Making a Debian $debian to build in, $work/root (once; --fresh makes it anew)"
    rm -f -- "$work/made-of"
    # Mounts in it end with enter_chroot; still, be careful.
    as_root rm -rf --one-file-system -- "$work/root"
    quietly as_root mmdebstrap --mode=root --variant=minbase "--architectures=$architectures" "--include=$include" \
        "$suite" "$work/root" || fail "mmdebstrap could not make Debian $debian (its words are above)"
    as_root mkdir -p "$work/root/build"
    printf '%s' "$suite $architectures $include" >"$work/made-of"
}

# enter_chroot with-network|without-network COMMAND: as root in it, with the build folder as /build. Mounts and
# stray processes end with it.
enter_chroot() {
    local namespaces=(--mount --pid)
    if [ "$1" = without-network ]; then
        namespaces+=(--net)
    fi
    as_root unshare "${namespaces[@]}" --fork --kill-child \
        bash "$top/deploy/lib/enter-fresh" "$work/root" root "$2" "$work/build" "$work/root/build" </dev/null
}

# What debian/control asks for; where it is there already, that takes a second.
install_build_dependencies() {
    local cross=()
    if [ "$arch" != "$build_arch" ]; then
        cross=("--host-architecture=$arch" "--build-profiles=cross,nocheck")
    fi
    say "Installing what the build needs, in there"
    quietly enter_chroot with-network "export DEBIAN_FRONTEND=noninteractive; apt-get update -q &&
        apt-get build-dep --quiet --yes --no-install-recommends ${cross[*]} /build/cardash" ||
        fail "the build dependencies cannot be installed (apt's words are above)"
}
