# shellcheck shell=bash
# shellcheck disable=SC2054 # commas in QEMU's options
# The emulated machine: switched on, told what to do, photographed, switched off, cut off. Sourced by test-boot.
#
# Two pairs of FIFOs in $run lead into it and stay open over all its boots: agent (to a root shell in it, see
# guest/agent) and monitor (to QEMU itself, in its JSON protocol).

# Generous: a machine that does ten other things makes one of these seconds out of ten of its own.
readonly boot_limit_s=1800
machine_pid=
boot_number=0
photographed=

open_machine_lines() {
    local line
    for line in agent monitor; do
        rm -f -- "$run/$line.in" "$run/$line.out"
        mkfifo -- "$run/$line.in" "$run/$line.out"
    done
    # Read-write: opening waits for nobody, and QEMU's end is no end for this side.
    exec {agent_in}<>"$run/agent.in" {agent_out}<>"$run/agent.out"
    exec {monitor_in}<>"$run/monitor.in" {monitor_out}<>"$run/monitor.out"
}

# switch_on: returns when the system is up with no unit failed
switch_on() {
    local machine begin=$SECONDS words state
    boot_number=$((boot_number + 1))
    console=$run/console-$boot_number
    forget_old_lines
    mapfile -t machine < <(machine_options)
    words="root=/dev/vda ro console=$(console_device) panic=-1 quiet"
    setpriv --pdeathsig KILL "${machine[@]}" -append "$words" -serial "file:$console" </dev/null >"$run/qemu-words" 2>&1 &
    machine_pid=$!
    if [ -n "$photographed" ]; then
        photograph_boot &
        photographer=$!
    fi
    wait_for_agent
    state=$(in_machine "$boot_limit_s" 'systemctl is-system-running --wait') || true
    case $state in
        running) ;;
        degraded) fail_with_log "boot $boot_number: units failed: $(in_machine 60 'systemctl --failed --plain --no-legend')" ;;
        *) fail_with_log "boot $boot_number: the system is '$state' instead of running" ;;
    esac
    # Debian 13 says so while udev still loads drivers, which takes all of an emulated processor: a drive would stutter.
    must 120 'udevadm settle --timeout=100'
    say "boot $boot_number: up after $((SECONDS - begin)) s"
}

# The first line of the new boot's agent.
wait_for_agent() {
    local line deadline=$((SECONDS + boot_limit_s))
    while ((SECONDS < deadline)); do
        if read -r -t 1 -u "$agent_out" line && [[ $line == ready* ]]; then
            return
        fi
        machine_runs || fail_with_log "boot $boot_number: QEMU ended: $(cat -- "$run/qemu-words")"
    done
    fail_with_log "boot $boot_number: nothing heard of the machine for $boot_limit_s s"
}

machine_runs() {
    [ -n "$machine_pid" ] && kill -0 "$machine_pid" 2>/dev/null
}

# machine_options: QEMU and its options, one a line
machine_options() {
    local processor emulated
    # The machine's clock goes by what its processor has done, a nanosecond an instruction: whatever else this machine
    # does, in the emulated one nothing comes too late, and a second is much like a Raspberry Pi 4's on one core.
    emulated=(-smp 1 -accel tcg,tb-size=1024 -icount shift=0)
    case $arch in
        amd64)
            processor=(qemu-system-x86_64 -M q35 -bios qboot.rom -cpu max,la57=off "${emulated[@]}")
            if [ -n "$kvm" ]; then
                processor=(qemu-system-x86_64 -M q35 -bios qboot.rom -smp 2 -cpu host -accel kvm)
            fi
            ;;
        # The processor of a Raspberry Pi 4.
        arm64) processor=(qemu-system-aarch64 -M virt -cpu cortex-a72 "${emulated[@]}") ;;
    esac
    # cache=unsafe: the machine's flushes do not wait for this machine's disk. What it has written is in this machine's
    # memory and outlives QEMU; what it has not is lost when QEMU is killed, as on a card.
    # Screen: the Raspberry Pi Touch Display's pixels. CAN: two controllers on one bus.
    printf '%s\n' "${processor[@]}" -m 1G -nodefaults -display none -no-reboot -nic none \
        -kernel "$image/kernel" -initrd "$image/initrd" \
        -drive "file=$run/disk,if=none,id=disk,format=raw,cache=unsafe" -device virtio-blk-pci,drive=disk \
        -drive "file=$run/goods,if=none,id=goods,format=raw,readonly=on" -device virtio-blk-pci,drive=goods \
        -drive "file=$run/place,if=none,id=place,format=raw,cache=unsafe" -device virtio-blk-pci,drive=place \
        -device "$(screen_device)" -device virtio-rng-pci -rtc "base=$(evening),clock=vm" \
        -object can-bus,id=bus -device kvaser_pci,canbus=bus -device kvaser_pci,canbus=bus \
        -device virtio-serial-pci -chardev "pipe,id=agent,path=$run/agent" -device virtserialport,chardev=agent,name=agent \
        -chardev "pipe,id=monitor,path=$run/monitor" -mon chardev=monitor,mode=control
}

# A card without a GPU, on whose frame buffer the cluster draws; or one that Mesa draws for, through KMS.
screen_device() {
    case $screen in
        frame-buffer) echo bochs-display,xres=800,yres=480 ;;
        kms) echo virtio-gpu-pci,xres=800,yres=480 ;;
    esac
}

# The cluster then has its night theme. Each boot later than the one before.
evening() {
    date --date "20:00 today + $((boot_number * 10)) minutes" +%FT%T
}

console_device() {
    if [ "$arch" = arm64 ]; then echo ttyAMA0; else echo ttyS0; fi
}

# in_machine SECONDS COMMAND: runs COMMAND (bash) as root in the machine; its output and its exit status.
# The seconds are those of the machine's own clock, of which each can take ten here; it is waited for much longer.
in_machine() {
    local seconds=$1 command=$2 own=${EPOCHREALTIME/./} number status output answer
    local deadline=$((SECONDS + seconds * 10 + 600))
    printf '\n[boot %s, %s] %s\n' "$boot_number" "$(date +%T)" "$command" >>"$run/transcript"
    printf '%s %s %s\n' "$own" "$seconds" "$(base64 --wrap=0 <<<"$command")" >&"$agent_in"
    while answer=$(next_answer "$deadline"); do
        read -r number status output <<<"$answer"
        [ "$number" = "$own" ] || continue
        base64 --decode <<<"$output" | tee -a "$run/transcript"
        [ "$status" = 0 ] || printf '[exit status %s]\n' "$status" >>"$run/transcript"
        return "$status"
    done
    printf 'no answer (a limit of %s s by its clock, or QEMU has ended): %s\n' "$seconds" "$command" | tee -a "$run/transcript"
    return 124
}

# next_answer DEADLINE: a line from the agent, unless QEMU ends or $SECONDS comes to DEADLINE
next_answer() {
    local line='' part status
    while ((SECONDS < $1)); do
        status=0
        IFS= read -r -t 5 -u "$agent_out" part || status=$?
        # Of a line that is not whole yet, read gives what there is.
        line+=$part
        if [ "$status" = 0 ]; then
            printf '%s\n' "$line"
            return
        fi
        machine_runs || return 1
    done
    return 1
}

# must SECONDS COMMAND: as in_machine, and the test ends here if it fails
must() {
    local output status=0
    output=$(in_machine "$@") || status=$?
    [ -z "$output" ] || printf '%s\n' "$output"
    [ "$status" = 0 ] || fail_with_log "in the machine, exit status $status: $2
$output"
}

# take_picture NAME: what the machine's screen shows, as $results/NAME.png
take_picture() {
    rm -f -- "$results/$1.png"
    monitor qmp_capabilities >/dev/null || true
    monitor screendump ", \"arguments\": {\"filename\": \"$results/$1.png\", \"format\": \"png\"}" >/dev/null ||
        fail_with_log "QEMU took no picture of the screen"
}

# monitor COMMAND [ARGUMENTS]
monitor() {
    local answer
    printf '{"execute": "%s"%s}\n' "$1" "${2:-}" >&"$monitor_in"
    while read -r -t 60 -u "$monitor_out" answer; do
        case $answer in
            '{"return"'*) return 0 ;;
            '{"error"'*)
                printf '%s\n' "$answer" >>"$run/transcript"
                return 1
                ;;
        esac
    done
    return 124
}

# A login on the machine's console, for a person.
shell_on_kept_disk() {
    local machine
    [[ -e "$run/disk" && -e "$run/place" ]] || fail "no disks were kept (remedy: deploy/test-boot --arch $arch --debian $debian --keep)"
    [[ -t 0 && -t 1 ]] || fail "--shell needs a terminal"
    prepare_image
    open_machine_lines
    mapfile -t machine < <(machine_options)
    say "Log in as root, no password; end with: poweroff. The packages and drives: mount LABEL=goods /mnt"
    "${machine[@]}" -append "root=/dev/vda ro console=$(console_device) panic=-1 quiet" \
        -chardev stdio,id=terminal,signal=off -serial chardev:terminal
}

switch_off() {
    in_machine 60 'systemctl poweroff --no-block' >/dev/null
    wait_for_end "$boot_limit_s" || fail_with_log "the machine did not switch itself off within $boot_limit_s s"
}

# wait_for_end SECONDS
wait_for_end() {
    local deadline=$((SECONDS + $1))
    while machine_runs; do
        ((SECONDS < deadline)) || return 1
        sleep 0.2
    done
    machine_pid=
}

# As when the ignition key is drawn: nothing in the machine can notice.
cut_power() {
    if machine_runs; then
        kill -KILL "$machine_pid"
        wait "$machine_pid" 2>/dev/null || true
    fi
    machine_pid=
}

# What the last boot has left unread.
forget_old_lines() {
    local _
    while read -r -t 0.1 -u "$agent_out" _; do :; done
    while read -r -t 0.1 -u "$monitor_out" _; do :; done
}

fail_with_log() {
    if [ -s "${console:-}" ]; then
        printf '%s\n' "The console's last lines:" >&2
        tail --lines=20 -- "$console" | tr --delete '\r' >&2
    fi
    if machine_runs; then
        in_machine 60 'journalctl -b --no-pager -o short-monotonic' >"$run/journal" 2>&1 || true
        say "Its journal: $run/journal" >&2
    fi
    say "All that was said to the machine: $run/transcript" >&2
    fail "$@"
}
