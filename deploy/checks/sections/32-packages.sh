# shellcheck shell=bash
# The Debian packages for this machine: built as Debian builds, looked at by lintian, and tried on minimal systems.
# Those for a Raspberry Pi are cross-built in the same way: deploy/package --arch arm64.

# The rest is installed in Debian systems of their own, under target/package.
need_packages dpkg-dev git mmdebstrap python3 util-linux "${build_packages[@]}"
need_rust
case $(uname -m) in
    x86_64 | aarch64) step "packages: built, and tried on Debian 12 and 13" deploy/test-packages ;;
    *) skip "packages" "there are packages for amd64 and arm64 only, and this is $(uname -m)" ;;
esac
