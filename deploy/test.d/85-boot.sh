# shellcheck shell=bash
# The whole of it in an emulated machine of this architecture. A Raspberry Pi's takes half an hour: docs/boot.md
# says how to run that every night.

boot_options=()
# Those that the section before has just made; alone, this one makes its own.
! is_wanted packages || boot_options=(--packages target/debian/test)
case $(uname -m) in
    x86_64 | aarch64) step "packages in an emulated machine" deploy/test-boot "${boot_options[@]}" ;;
    *) skip "packages in an emulated machine" "there are packages for amd64 and arm64 only, and this is $(uname -m)" ;;
esac
if [ "$(uname -m)" != aarch64 ]; then
    skip "packages in an emulated Raspberry Pi" "takes half an hour: deploy/test-boot --arch arm64, every night (docs/boot.md)"
fi
