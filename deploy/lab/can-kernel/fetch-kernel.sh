# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared with can-kernel and its other parts
# Debian's kernel for QEMU, taken from its package into the cache; nothing is installed. Sourced by can-kernel.

# Part of the modules: what CAN, its adapters (also an emulated one: USB gadgets), two graphics cards and the guest's own
# root can want. The whole tree is ten times that.
readonly kernel_parts=(kernel/net kernel/lib kernel/crypto kernel/fs/9p kernel/fs/netfs kernel/fs/fscache
    kernel/fs/overlayfs kernel/drivers/net/can kernel/drivers/virtio kernel/drivers/char kernel/drivers/tty
    kernel/drivers/usb/common kernel/drivers/usb/core kernel/drivers/usb/gadget kernel/drivers/usb/serial
    kernel/drivers/gpu/drm/drm* kernel/drivers/gpu/drm/tiny kernel/drivers/gpu/drm/ttm kernel/drivers/gpu/drm/virtio
    kernel/drivers/video kernel/fs/configfs kernel/arch modules.builtin modules.builtin.modinfo modules.order)

# The newest complete kernel in the cache that has these parts, as uname -r gives it; nothing when there is none.
cached_kernel() {
    local folder
    for folder in "$cache"/linux-*/; do
        [ -e "$folder/initrd" ] && [ "$(cat -- "$folder/parts" 2>/dev/null)" = "${kernel_parts[*]}" ] &&
            basename -- "${folder#"$cache/linux-"}"
    done | sort -V | tail -n 1
}

fetch_kernel() {
    local package release work
    if [ -n "$(cached_kernel)" ]; then
        # Written anew when the script in it has changed.
        [ "$cache/linux-$(cached_kernel)/initrd" -nt "$parts/qemu-initrd-init" ] || build_initrd "$cache/linux-$(cached_kernel)"
        return
    fi
    have apt-get || { say "QEMU needs Debian's kernel package, and there is no apt here to fetch it"; return 1; }
    package=$(newest_kernel_package)
    [ -n "$package" ] || { say "apt does not know linux-image-amd64 (remedy: apt-get update)"; return 1; }
    release=${package#linux-image-}
    say "fetching $package for QEMU (about 70 MB, not installed, kept in target/can-kernel)"
    rm -rf -- "$cache"/fetch.*
    work=$(mktemp -d "$cache/fetch.XXXXXXXX")
    if ! (cd -- "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package" >&2); then
        rm -rf -- "$work"
        say "apt-get could not download $package: see its words above (remedy: apt-get update)"
        return 1
    fi
    unpack_kernel_package "$work" "$release"
    build_initrd "$work/linux-$release"
    rm -rf -- "$cache/linux-$release"
    mv -- "$work/linux-$release" "$cache/"
    rm -rf -- "$work"
}

# The version is part of the package's name and moves with every security update. Debian's cloud kernel has no CAN.
newest_kernel_package() {
    apt-cache depends --important linux-image-amd64 2>/dev/null |
        sed -n 's/^ *|\?Depends: *\(linux-image-[0-9][^ ]*-amd64\)$/\1/p' | head -n 1
}

# unpack_kernel_package FOLDER RELEASE: FOLDER/*.deb becomes FOLDER/linux-RELEASE with vmlinux and lib/modules
unpack_kernel_package() {
    local folder=$1 release=$2 patterns=() part
    local into=$folder/linux-$release
    mkdir -p -- "$into/lib/modules"
    for part in "${kernel_parts[@]}"; do
        patterns+=("*/modules/$release/$part")
    done
    # Modules are under /lib or, in newer Debian, under /usr/lib.
    dpkg-deb --fsys-tarfile "$folder"/*.deb | tar -x -C "$into" --wildcards --transform 's,^\./usr/lib/,./lib/,' \
        "./boot/vmlinuz-$release" "${patterns[@]}" 2>"$folder/tar-words" || [ -e "$into/boot/vmlinuz-$release" ]
    depmod -b "$into" "$release" 2>/dev/null
    unpack_vmlinuz "$into/boot/vmlinuz-$release" "$into/vmlinux"
    rm -r -- "${into:?}/boot"
    printf '%s' "${kernel_parts[*]}" >"$into/parts"
}

# unpack_vmlinuz VMLINUZ VMLINUX: so that no emulated time goes into unpacking, which takes 3 s of each boot.
# The layout is in the kernel's Documentation/x86/boot.rst.
unpack_vmlinuz() {
    local setup_sectors offset length start unpack
    setup_sectors=$(number_at "$1" 0x1f1 1)
    offset=$(number_at "$1" 0x248 4)
    length=$(number_at "$1" 0x24c 4)
    start=$(((setup_sectors + 1) * 512 + offset))
    case $(od -An -j "$start" -N 4 -t x1 -- "$1") in
        ' fd 37 7a 58') unpack=(xz -dc) ;;
        ' 28 b5 2f fd') unpack=(zstd -dc) ;;
        ' 1f 8b '*) unpack=(gzip -dc) ;;
        *) unpack=(false) ;;
    esac
    # The last four bytes are the unpacked size, which is not the packer's.
    head -c "$((start + length - 4))" -- "$1" | tail -c "+$((start + 1))" | "${unpack[@]}" >"$2" || {
        say "cannot unpack this kernel (is zstd installed?): QEMU will, and boot 3 s slower"
        cp -- "$1" "$2"
    }
}

# number_at FILE OFFSET BYTES: a little-endian unsigned number
number_at() {
    od -An -v --endian=little -j "$(($2))" -N "$3" -t "u$3" -- "$1" | tr -d ' '
}

# build_initrd FOLDER-OF-KERNEL: busybox and the modules that reach this machine's root file system
build_initrd() {
    local from=$1 root module release
    root=$from/initrd-root
    release=$(basename -- "$from"/lib/modules/*)
    rm -rf -- "$root"
    mkdir -p -- "$root/bin" "$root/modules"
    cp -- "$(command -v busybox)" "$root/bin/busybox"
    install -m 755 -- "$parts/qemu-initrd-init" "$root/init"
    for module in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
        modprobe -d "$from" -S "$release" --show-depends "$module"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
        unpacked_module "$module" >"$root/modules/$(basename -- "${module%.xz}")"
        basename -- "${module%.xz}" >>"$root/modules/order"
    done
    (cd -- "$root" && find . | cpio -o -H newc --quiet) >"$from/initrd.new"
    rm -rf -- "$root"
    mv -- "$from/initrd.new" "$from/initrd"
}

unpacked_module() {
    case $1 in
        *.xz) xz -dc -- "$1" ;;
        *) cat -- "$1" ;;
    esac
}
