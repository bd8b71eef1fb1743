# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # variables shared with can-kernel and its other parts
# One run of CMD: the folder that tells the guest what to do, the wait for it, its end. Sourced by can-kernel.
#
# The folder, which the guest reads and writes (lists are NUL-separated):
#   kernel       running, uml or qemu         command, environment, directory   what to run
#   modules      folder of the kernel modules  writable   folders shared read-write
#   controllers, usb   there when asked for    screen   which, there when asked for    terminal   rows and columns, there for --shell
#   started      made by the guest when CMD can start     status   CMD's exit code
#   out, err     FIFOs that carry CMD's output            console  the guest kernel's own words
#   scratch      mount point of the throw-away file system

job=
kernel_pid=
helper_pids=()
terminal_settings=

new_job() {
    local kernel=$1
    remove_job
    # Not TMPDIR: this path becomes a word of the kernel command line and part of a socket address.
    job=$(mktemp -d /tmp/can-kernel.XXXXXXXX)
    mkdir -- "$job/scratch"
    mkfifo -- "$job/out" "$job/err"
    install -m 755 -- "$parts/guest-init" "$job/guest-init"
    printf '%s' "$kernel" >"$job/kernel"
    printf '%s\0' "${command[@]}" >"$job/command"
    printf '%s' "$PWD" >"$job/directory"
    : >"$job/modules"
    writable_folders >"$job/writable"
    [ "$controllers" = no ] || : >"$job/controllers"
    [ -z "$screen" ] || printf '%s' "$screen" >"$job/screen"
    [ "$usb" = no ] || : >"$job/usb"
    [ "$shell" = no ] || stty size >"$job/terminal"
    # The session bus of the caller belongs to the outer kernel; a program that wants one starts its own.
    env -0 -u DBUS_SESSION_BUS_ADDRESS PATH="$caller_path" \
        CARDASH_VCAN=1 CARDASH_CAN_KERNEL="$kernel" >"$job/environment"
}

# Parents before children, so that no mount hides another. `/` itself stays read-only.
writable_folders() {
    printf '%s\0' "$PWD" "${writable[@]}" "$job" | LC_ALL=C sort -zu | grep -zvx /
}

# carry_output: two helpers that copy what comes through the FIFOs; sets out_pid and err_pid
carry_output() {
    # They end by themselves when the guest's end closes. As plain copies they keep every byte, and unlike
    # UML and QEMU they do not switch the caller's own descriptors to non-blocking.
    cat <"$job/out" &
    out_pid=$!
    cat <"$job/err" >&2 &
    err_pid=$!
    helper_pids+=("$out_pid" "$err_pid")
}

# start_kernel PROGRAM...: in a session of its own, so that Ctrl-C reaches only can-kernel, which then ends all
# in order; with a death signal, so that even kill -9 of can-kernel leaves nothing.
start_kernel() {
    setpriv --pdeathsig KILL setsid "$@" &
    kernel_pid=$!
}

# Waits until the kernel has ended. False when the time limit ended it or nobody reads CMD's output any more.
wait_for_kernel() {
    local ended status clock
    setpriv --pdeathsig KILL sleep "$time_limit" &
    clock=$!
    helper_pids+=("$clock")
    while :; do
        status=0
        wait -n -p ended || status=$?
        case $ended in
            "$kernel_pid") break ;;
            "$clock")
                stop_kernel
                # A shell has the terminal itself.
                [ "$shell" = yes ] || wait "$out_pid" "$err_pid" || true
                say "stopped: the time limit of $time_limit s is over (--time SECONDS changes it)"
                return 124
                ;;
            *)
                # As in any pipe whose reader has gone: `can-kernel ... | head -1`.
                if [ "$status" != 0 ]; then
                    stop_kernel
                    return "$status"
                fi
                ;;
        esac
    done
    end_stragglers "$kernel_pid"
    kernel_pid=
    kill "$clock" 2>/dev/null || true
    # What CMD wrote last may still be under way.
    wait
}

stop_kernel() {
    [ -n "$kernel_pid" ] || return 0
    kill -KILL "$kernel_pid" 2>/dev/null || true
    wait "$kernel_pid" 2>/dev/null || true
    end_stragglers "$kernel_pid"
    kernel_pid=
}

# end_stragglers SESSION: a process that user-mode-linux had just made when it was killed asks to be traced by its parent,
# which is then init, and would stand still for ever.
end_stragglers() {
    kill -KILL -- "-$1" 2>/dev/null || true
}

# exit_code RESULT-OF-WAIT: what can-kernel shall end with; false when the kernel never came up
exit_code() {
    if [ "$1" != 0 ]; then
        printf '%s' "$1"
    elif [ -s "$job/status" ]; then
        cat -- "$job/status"
    elif [ -e "$job/started" ]; then
        show_console
        say "the kernel ended before the command did: its last words are above"
        printf '%s' "$EXIT_OWN_FAILURE"
    else
        return 1
    fi
}

show_console() {
    [ ! -s "$job/console" ] || tail -n 30 -- "$job/console" | tr -d '\r' >&2
}

remove_job() {
    local pid
    stop_kernel
    for pid in "${helper_pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    helper_pids=()
    wait
    [ -z "$terminal_settings" ] || stty "$terminal_settings" <&0
    terminal_settings=
    [ -z "$job" ] || rm -rf -- "$job"
    job=
}
