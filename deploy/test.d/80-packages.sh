# shellcheck shell=bash
# The Debian packages: built, checked with lintian, and tried on minimal Debian systems. Those for arm64 are in deploy/test-boot.

need_packages mmdebstrap git util-linux
if [ "$(id -u)" != 0 ] && ! have sudo; then
    skip "packages" "needs root or sudo, for a Debian to build in"
else
    rm -rf -- target/debian/test
    step "packages: build and lintian" deploy/package --output target/debian/test
    step "packages: docs/packages.md lists their files" deploy/lib/packages-table --compare target/debian/test/*.deb
    # Built on 12, they run on 13.
    for release in 12 13; do
        step "packages: install, upgrade, remove, purge on Debian $release" \
            deploy/lib/try-packages target/debian/test "$release"
    done
fi
