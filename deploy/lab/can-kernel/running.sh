# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared with can-kernel and its other parts
# The kernel that runs this machine: a Pi, most PCs. Sourced by can-kernel.

running_title() {
    printf 'the running kernel, %s' "$(uname -r)"
}

running_packages() {
    need ip iproute2
    need modprobe kmod
    need script bsdutils
}

running_obstacle() {
    local missing
    mapfile -t missing < <(running_packages)
    if [ ${#missing[@]} -gt 0 ]; then
        words_about_missing "${missing[@]}"
    elif [ "$(id -u)" != 0 ]; then
        printf 'making a CAN interface needs root (remedy: sudo deploy/can-kernel ...)'
    elif ! unshare --net true 2>/dev/null; then
        printf 'no right to make a network namespace (a container without CAP_SYS_ADMIN?)'
    elif ! running_makes_vcan; then
        printf 'it has no virtual CAN (ip link add type vcan fails, and so does modprobe vcan)'
    elif ! grep -qw overlay /proc/filesystems && ! modprobe -q overlay; then
        printf 'it has no overlay file system (modprobe overlay fails)'
    fi
}

running_prepare() {
    :
}

# In a network namespace that is gone a moment later: nothing of the machine's own network is touched.
running_makes_vcan() {
    # The modules come by themselves on most systems; can-raw and can-bcm too, when a socket asks for them.
    modprobe -qa can can-raw can-bcm can-j1939 vcan vxcan slcan can-dev 2>/dev/null || true
    unshare --net ip link add dev probe type vcan 2>/dev/null
}

running_start() {
    # A process namespace: when its first process ends, so does all that CMD left behind.
    local namespaces=(unshare --mount --net --pid --fork --kill-child --mount-proc)
    # Descriptor 8, this network namespace: serial adapters appear in it whatever namespace opens them.
    if [ "$shell" = yes ]; then
        # In this session, for the shell's job control.
        "${namespaces[@]}" -- "$job/guest-init" <&0 8</proc/self/ns/net &
        kernel_pid=$!
        return
    fi
    carry_output
    start_kernel "${namespaces[@]}" -- "$job/guest-init" \
        </dev/null >"$job/out" 2>"$job/err" 8</proc/self/ns/net
}
