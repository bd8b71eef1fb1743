# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2054 # variables shared with the other parts; commas in QEMU's options
# Debian's own kernel in QEMU: slower than UML, but with emulated CAN controllers. Sourced by can-kernel.

readonly qemu_memory_mb=2048

qemu_title() {
    printf "Debian's %s in QEMU (%s)" "$(cached_kernel)" "$(qemu_accelerator)"
}

qemu_packages() {
    need qemu-system-x86_64 qemu-system-x86
    need busybox busybox-static
    need ip iproute2
    need modprobe kmod
    need cpio cpio
    need xz xz-utils
    # Debian 13's kernel is packed with it.
    need zstd zstd
    if [ "$usb" = yes ] || [ "$install" = yes ]; then
        need cc gcc
        [ -e /usr/include/linux/usb/functionfs.h ] || echo linux-libc-dev
        [ -e /usr/include/stdio.h ] || echo libc6-dev
    fi
}

qemu_obstacle() {
    local missing
    if [ "$(uname -m)" != x86_64 ]; then
        printf "it runs this machine's programs on Debian's amd64 kernel, and this is %s" "$(uname -m)"
        return
    fi
    mapfile -t missing < <(qemu_packages)
    if [ ${#missing[@]} -gt 0 ]; then
        words_about_missing "${missing[@]}"
    elif ldd "$(command -v busybox)" >/dev/null 2>&1; then
        printf 'busybox is not the static one (remedy: apt install busybox-static)'
    fi
}

qemu_prepare() {
    with_cache_locked fetch_kernel && with_cache_locked try_kvm || return
    [ "$usb" = no ] || with_cache_locked build_usb_adapter
}

# A program of C: under TCG another takes half a minute to begin, and a third of the CPU.
build_usb_adapter() {
    local source=$parts/gs-usb-adapter.c program=$cache/gs-usb-adapter
    [ "$program" -nt "$source" ] && return
    cc -O2 -Wall -Wextra -Werror -pthread -o "$program.new" "$source" >&2 && mv -- "$program.new" "$program"
}

qemu_start() {
    local kernel tag=0 folder machine terminal=()
    kernel=$(cached_kernel)
    printf '%s' "$cache/linux-$kernel/lib/modules/$kernel" >"$job/modules"
    mapfile -t machine < <(qemu_machine "$kernel")
    machine+=(-append "console=ttyS0 panic=-1 quiet mitigations=off nokaslr job=$job"
        -serial "file:$job/console"
        -fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
        -device virtio-9p-pci,fsdev=root,mount_tag=root)
    # The guest finds the n-th folder of its list under the tag share-n; QEMU wants commas doubled.
    while IFS= read -rd '' folder; do
        machine+=(-fsdev "local,id=share-$tag,path=${folder//,/,,},security_model=none,multidevs=remap"
            -device "virtio-9p-pci,fsdev=share-$tag,mount_tag=share-$tag")
        tag=$((tag + 1))
    done <"$job/writable"
    if [ "$controllers" = yes ]; then
        machine+=(-object can-bus,id=bus -device kvaser_pci,canbus=bus -device kvaser_pci,canbus=bus)
    fi
    case $screen in
        frame-buffer) machine+=(-device bochs-display,xres=800,yres=480) ;;
        kms) machine+=(-device virtio-gpu-pci,xres=800,yres=480) ;;
        two-cards) machine+=(-device bochs-display,xres=800,yres=480 -device virtio-gpu-pci,xres=800,yres=480) ;;
    esac
    if [ "$shell" = yes ]; then
        terminal_settings=$(stty -g)
        terminal=(-chardev stdio,id=terminal,signal=off -device isa-serial,chardev=terminal)
        start_kernel qemu-system-x86_64 "${machine[@]}" "${terminal[@]}" <&0
        return
    fi
    carry_output
    start_kernel qemu-system-x86_64 "${machine[@]}" -device virtio-serial-pci \
        -chardev "file,id=out,path=$job/out" -device virtserialport,chardev=out,name=out \
        -chardev "file,id=err,path=$job/err" -device virtserialport,chardev=err,name=err </dev/null 2>"$job/qemu-words"
}

# qemu_machine KERNEL: the options that a boot needs in any case, one a line
qemu_machine() {
    local accelerator=tcg,thread=multi,tb-size=1024 cpu=max,la57=off
    if [ -n "$screen" ]; then
        # A nanosecond an instruction: what is too late on the screen is not so because of other work outside.
        accelerator=tcg,tb-size=1024
        printf '%s\n' -icount shift=0
    elif [ "$(qemu_accelerator)" = KVM ]; then
        accelerator=kvm cpu=host
    fi
    # One CPU: under TCG a second one makes everything slower.
    printf '%s\n' -accel "$accelerator" -cpu "$cpu" -M q35 -smp 1 -m "${qemu_memory_mb}M" -bios qboot.rom \
        -nodefaults -display none -no-reboot -kernel "$cache/linux-$1/vmlinux" -initrd "$cache/linux-$1/initrd"
}

qemu_accelerator() {
    if [ "$(cat -- "$cache/kvm" 2>/dev/null)" = "works on $(</proc/sys/kernel/random/boot_id)" ]; then
        echo KVM
    else
        echo TCG
    fi
}

# /dev/kvm may be there and useless (a virtual machine without nested virtualisation), so a guest has to boot.
# Tried once for each boot of this machine, with the options of a machine without a screen, which alone uses it;
# `only-to-try-kvm` makes the initrd power off at once.
try_kvm() {
    local boot_id verdict=fails kernel machine
    boot_id=$(</proc/sys/kernel/random/boot_id)
    ! grep -qs "$boot_id" "$cache/kvm" || return 0
    if [ -w /dev/kvm ] && grep -qEw 'vmx|svm' /proc/cpuinfo; then
        kernel=$(cached_kernel)
        echo "works on $boot_id" >"$cache/kvm"
        mapfile -t machine < <(screen='' qemu_machine "$kernel")
        if timeout --signal KILL 10 qemu-system-x86_64 "${machine[@]}" -serial none \
            -append "panic=-1 quiet only-to-try-kvm=yes" </dev/null >/dev/null 2>&1; then
            verdict=works
        fi
    fi
    echo "$verdict on $boot_id" >"$cache/kvm"
}
