# shellcheck shell=bash
# shellcheck disable=SC2016 # what is in single quotes is expanded in the machine
# How long the boot takes and how much of it is ours. Measured and told, never judged: in emulation a second is
# as long as the machine outside makes it. Sourced by test-boot.

# tell_times: prints this boot's times and leaves them as $results/times.md
tell_times() {
    local points
    heading "times of this boot"
    points=$(must 300 "$boot_points")
    grep --quiet '^first-frame [0-9]' <<<"$points" || fail_with_log "the cluster's journal does not tell of its first frame"
    [ "$screen" != frame-buffer ] || grep --quiet '^first-picture [0-9]' <<<"$points" || fail_with_log "the journal does not tell of the first picture"
    times_table "$points" >"$results/times.md"
    {
        printf '\n```\n'
        must 120 'systemd-analyze time'
        must 120 'systemd-analyze critical-chain --no-pager speed-service.service cardash-kiosk.service'
        printf '```\n'
    } >>"$results/times.md"
    must 120 'systemd-analyze blame --no-pager | head -n 20' >"$results/blame.txt"
    must 120 'systemd-analyze security --no-pager speed-service.service cardash-kiosk.service cardash-can@can0.service' >"$results/security.txt" || true
    must 120 'journalctl -b -o short-monotonic --no-pager' >"$results/journal.txt"
    cat -- "$results/times.md"
    [ -z "$document" ] || write_into_document
}

# NAME MICROSECONDS since the kernel's start, a line each. When the first picture is there its program says: the journal comes
# later, and stamps that when it does.
readonly boot_points='
    at() { systemctl show --property "$2" --value ${3:+"$3"} | sed "s/^/$1 /"; }
    at userspace UserspaceTimestampMonotonic
    at can-start InactiveExitTimestampMonotonic cardash-can@can0.service
    at can-up ActiveEnterTimestampMonotonic cardash-can@can0.service
    at service-start ExecMainStartTimestampMonotonic speed-service.service
    at service-ready ActiveEnterTimestampMonotonic speed-service.service
    at kiosk-start ExecMainStartTimestampMonotonic cardash-kiosk.service
    journalctl -b -u cardash-first-picture.service -o cat --grep "a still picture is on" |
        sed -n "s/.*, \([0-9]*\)\.\([0-9][0-9]\) s after .*/first-picture \1\20000/p" | head -n 1
    journalctl -b -u cardash-kiosk.service -o json --grep "first frame is on the screen" |
        sed -n "s/.*\"__MONOTONIC_TIMESTAMP\" *: *\"\([0-9]*\)\".*/first-frame \1/p" | head -n 1
    at finished FinishTimestampMonotonic'

# times_table POINTS
times_table() {
    awk '
        { at[$1] = $2 / 1e6 }
        function row(words, name, from) {
            printf "| %s | %.2f | %s |\n", words, at[name], from == "" ? "" : sprintf("%.2f", at[name] - at[from])
        }
        END {
            print "| | s since the kernel started | of this, ours (of the still picture: since systemd started) |"
            print "| --- | ---: | ---: |"
            row("systemd starts", "userspace", "")
            row("`cardash-can@can0` has set can0 up", "can-up", "can-start")
            row("still picture on the screen", "first-picture", "userspace")
            row("speed-service: `READY=1`", "service-ready", "service-start")
            row("cluster: first frame on the screen", "first-frame", "kiosk-start")
            row("all of the system is up", "finished", "")
            printf "\nOurs, from the start of the program: %.0f %% of the time to `READY=1`, %.0f %% of the time to the first frame.\n",
                100 * (at["service-ready"] - at["service-start"]) / at["service-ready"],
                100 * (at["first-frame"] - at["kiosk-start"]) / at["first-frame"]
        }' <<<"$1"
}

# The lines between the two marks of this architecture are the run's; the rest of the page is by hand.
write_into_document() {
    local page=$top/docs/boot.md
    grep --quiet "^<!-- $arch: " "$page" || fail "docs/boot.md has no marks for $arch"
    awk -v from="<!-- $arch: begin -->" -v to="<!-- $arch: end -->" -v part="$results/times.md" '
        $0 == to { inside = 0 }
        !inside { print }
        $0 == from { inside = 1; while ((getline line <part) > 0) print line }' "$page" >"$run/boot.md"
    cp -- "$run/boot.md" "$page"
    cp -- "$results/after-power-cut.png" "$top/docs/images/boot-$arch.png"
    say "written into docs/boot.md and docs/images/boot-$arch.png"
}
