# shellcheck shell=bash
# The Debian packages for this machine: built on Debian 13 as Debian builds, looked at by lintian, and tried on a minimal system.
# Those of Debian 12 and those for a Raspberry Pi are made in the same way by deploy/test-nightly.

# The rest is installed in Debian systems of their own, under target/package.
need_packages dpkg-dev git mmdebstrap python3 util-linux "${build_packages[@]}"
need_rust
case $(uname -m) in
    x86_64 | aarch64)
        step "packages: built, and tried on Debian 13" deploy/test-packages
        skip "packages of Debian 12" "take as long again: left to deploy/test-nightly packages-12 (docs/boot.md)"
        ;;
    *) skip "packages" "there are packages for amd64 and arm64 only, and this is $(uname -m)" ;;
esac
