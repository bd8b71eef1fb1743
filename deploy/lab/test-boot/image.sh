# shellcheck shell=bash
# The machine's disk: a Debian as small as Raspberry Pi OS Lite and no smaller, without Qt. Sourced by test-boot.
# Needs common.sh and, for unpack_vmlinuz, lab/can-kernel/fetch-kernel.sh.

# What Raspberry Pi OS Lite has of what Cardash touches. overlayroot is what raspi-config uses for a read-only root.
readonly image_packages=(systemd-sysv libpam-systemd udev dbus iproute2 kmod can-utils initramfs-tools busybox
    e2fsprogs overlayroot fdisk)
# Hardware that QEMU does not emulate: two thirds of the kernel package.
readonly image_without=(drivers/gpu/drm/amd drivers/gpu/drm/i915 drivers/gpu/drm/nouveau drivers/gpu/drm/radeon
    drivers/infiniband drivers/media drivers/scsi drivers/staging drivers/iio drivers/net/ethernet drivers/net/wireless
    drivers/usb drivers/mtd drivers/isdn drivers/hwmon drivers/platform sound net/netfilter fs/btrfs fs/xfs fs/ocfs2)
readonly image_size=3G

# prepare_image: afterwards $image/{root.ext4,kernel,initrd,apt} are there; made anew when the recipe has changed
prepare_image() {
    local key making=$boot_cache/making-debian$debian-$arch
    key=$(cat -- "$parts/image.sh" "$parts"/guest/* | sha256sum | cut --characters=1-12)
    image=$boot_cache/image-debian$debian-$arch-$key
    if [ -e "$image/initrd" ]; then
        say "image: $image (from the cache)"
        return
    fi
    say "image: making Debian $debian for $arch"
    need_packages mmdebstrap e2fsprogs xz-utils zstd
    as_root rm -rf --one-file-system -- "$boot_cache/image-debian$debian-$arch"-* "$making"
    mkdir -p -- "$making"
    if [ "$arch" != "$(dpkg --print-architecture)" ]; then
        need_foreign_programs
    fi
    make_system "$making/root"
    keep_what_boots "$making"
    mv -- "$making" "$image"
    say "image: $image, $(du --human-readable "$image/root.ext4" | cut --fields=1)"
}

# make_system FOLDER
make_system() {
    local exclude=() part suite
    suite=$(suite_of "$debian")
    for part in "${image_without[@]}"; do
        exclude+=(--dpkgopt="path-exclude=/lib/modules/*/kernel/$part/*"
            --dpkgopt="path-exclude=/usr/lib/modules/*/kernel/$part/*")
    done
    # shellcheck disable=SC2016 # $1 is the hook's
    quietly as_root mmdebstrap --mode=root --architectures="$arch" --variant=minbase "${exclude[@]}" \
        --include="$(IFS=,; echo "${image_packages[*]}"),linux-image-$arch" --skip=cleanup/apt/lists \
        --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"' \
        --essential-hook="copy-in '$parts/guest/initramfs.conf' /etc/initramfs-tools/conf.d" \
        --essential-hook="copy-in '$parts/guest/initramfs-modules' /usr/share/initramfs-tools/modules.d" \
        --customize-hook="'$parts/guest/set-up' \"\$1\" '$parts/guest'" \
        "$suite" "$1" || fail "mmdebstrap could not make Debian $debian for $arch (its words are above)"
}

# keep_what_boots FOLDER: FOLDER/root becomes a file system image, the kernel beside it, and what apt knows of it.
keep_what_boots() {
    local root=$1/root kernel=("$1"/root/boot/vmlinuz-*) initrd=("$1"/root/boot/initrd.img-*)
    if [ "$arch" = amd64 ]; then
        # No emulated time shall go into unpacking.
        unpack_vmlinuz "${kernel[0]}" "$1/kernel"
    else
        cp -- "${kernel[0]}" "$1/kernel"
    fi
    mkdir -p -- "$1/apt/var/lib/dpkg" "$1/apt/var/cache/apt/archives/partial"
    cp -- "$root/var/lib/dpkg/status" "$1/apt/var/lib/dpkg/"
    cp --recursive -- "$root/etc" "$1/apt/etc.all"
    mkdir -- "$1/apt/etc"
    mv -- "$1/apt/etc.all/apt" "$1/apt/etc/"
    rm -r -- "$1/apt/etc.all"
    mkdir -p -- "$1/apt/var/lib/apt"
    as_root mv -- "$root/var/lib/apt/lists" "$1/apt/var/lib/apt/lists"
    as_root install -d -m 755 -- "$root/var/lib/apt/lists/partial"
    truncate --size="$image_size" -- "$1/root.ext4"
    quietly as_root /sbin/mke2fs -F -q -t ext4 -L cardash-test -d "$root" "$1/root.ext4"
    unpack_initrd "${initrd[0]}" "$1/initrd"
    as_root rm -rf --one-file-system -- "$root"
}

unpack_initrd() {
    case $(od -An -N 4 -t x1 -- "$1") in
        ' 28 b5 2f fd') zstd --quiet --decompress --stdout -- "$1" ;;
        ' 1f 8b '*) gzip --decompress --stdout -- "$1" ;;
        *) cat -- "$1" ;;
    esac >"$2.new"
    mv -- "$2.new" "$2"
}

# The kernel runs programs of another architecture through qemu-user when told to, as Debian's own
# systemd-binfmt does at boot; where nobody did, they are told for the time of making the image.
need_foreign_programs() {
    local registry=/proc/sys/fs/binfmt_misc
    need_packages qemu-user-static arch-test
    if arch-test "$arch" >/dev/null 2>&1; then
        return
    fi
    if [ ! -e "$registry/register" ]; then
        as_root mount -t binfmt_misc binfmt_misc "$registry" || fail "this kernel cannot run $arch programs through qemu-user (binfmt_misc)"
        binfmt_mounted=yes
    fi
    # Magic and mask of an aarch64 ELF file, as in the qemu-aarch64.conf of Debian's qemu-user-static.
    # Flags: F, the interpreter is opened now, so that it need not be in the image.
    # shellcheck disable=SC2016
    as_root sh -c 'printf "%s" "$1" >"$2/register"' sh \
        ':cardash-aarch64:M:0:\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:F' \
        "$registry"
    binfmt_registered=$registry/cardash-aarch64
}

binfmt_mounted=
binfmt_registered=

forget_foreign_programs() {
    if [ -n "$binfmt_registered" ]; then
        # shellcheck disable=SC2016
        as_root sh -c 'echo -1 >"$1"' sh "$binfmt_registered" || true
        binfmt_registered=
    fi
    if [ -n "$binfmt_mounted" ]; then
        as_root umount /proc/sys/fs/binfmt_misc || true
        binfmt_mounted=
    fi
}
