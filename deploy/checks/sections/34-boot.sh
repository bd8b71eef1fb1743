# shellcheck shell=bash
# The packages on a whole emulated machine of this machine's own kind. Those for a Raspberry Pi would have to be cross-built first:
# docs/boot.md says how to run that every night.

boot_options=()
# The section before has just made them; without it, deploy/test-boot makes its own.
! is_wanted packages || boot_options=(--packages target/debian/test)
# Its clock goes by what its one processor has done, so that it loses nothing beside other work, and that the rest is not kept waiting.
case $(uname -m) in
    x86_64 | aarch64)
        step "boot: what it needs" deploy/test-boot --install
        step_beside "boot: the packages on an emulated machine" deploy/test-boot "${boot_options[@]}"
        ;;
    *) skip "boot: the packages on an emulated machine" "there are packages for amd64 and arm64 only, and this is $(uname -m)" ;;
esac
if [ "$(uname -m)" != aarch64 ]; then
    skip "boot: the packages on an emulated Raspberry Pi" "takes too long with the cross build: deploy/test-boot --arch arm64, every night (docs/boot.md)"
fi
