# shellcheck shell=bash
# The packages on a whole emulated machine of this machine's own kind, with Debian 13. Debian 12, and a Raspberry Pi, whose packages
# would have to be cross-built first, have their turn in deploy/test-nightly.

boot_options=()
# The section before has just made them; without it, deploy/test-boot makes its own.
! is_wanted packages || boot_options=(--packages target/debian/test-13)
# Its clock goes by what its one processor has done, so that it loses nothing beside other work, and that the rest is not kept waiting.
case $(uname -m) in
    x86_64 | aarch64)
        step "boot: what it needs" deploy/test-boot --install
        step_beside "boot: the packages on an emulated machine" deploy/test-boot "${boot_options[@]}"
        skip "boot: Debian 12 on an emulated machine" "takes as long again: left to deploy/test-nightly boot-12 (docs/boot.md)"
        ;;
    *) skip "boot: the packages on an emulated machine" "there are packages for amd64 and arm64 only, and this is $(uname -m)" ;;
esac
if [ "$(uname -m)" != aarch64 ]; then
    skip "boot: the packages on an emulated Raspberry Pi" "takes too long with the cross build: left to deploy/test-nightly boot-arm64-13 boot-arm64-12"
fi
