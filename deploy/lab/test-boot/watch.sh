# shellcheck shell=bash
# shellcheck disable=SC2016 # what is in single quotes is expanded in the machine
# The cluster hangs: half a second later, by the machine's own clock, its number is off the screen. Sourced by test-boot.

# hang_the_cluster: the picture and the watch's words are left in $results. (Other hangs: deploy/checks/hung-screen.)
hang_the_cluster() {
    heading "the cluster hangs"
    expect_no_false_alarm
    hang stopped 'kill -STOP "$cluster"'
    must 60 'journalctl -b -u cardash-kiosk.service --no-pager -o short-monotonic --grep screen-watch' | tee "$results/hangs.txt"
}

# hang NAME COMMAND: COMMAND (in the machine) hangs the process $cluster
hang() {
    must 60 "$(printf 'cluster=$(pidof dashboard-qml); %s; sleep 0.5; echo "half a second later"' "$2")"
    monitor stop >/dev/null
    take_picture "hung-$1"
    monitor cont >/dev/null
    is_still "$results/hung-$1.png" ||
        fail_with_log "half a second after the cluster was $1 the screen is not the still picture; see $results/hung-$1.png"
    say "half a second after the cluster was $1 the screen shows the still picture ($results/hung-$1.png)"
    # It comes back by itself.
    expect_picture "after-$1"
}

# is_still FILE: black, and one grey, and nothing else
is_still() {
    local colours
    colours=$(pngtopnm "$1" 2>/dev/null | ppmhist -noheader 2>/dev/null | awk '{ print $1, $2, $3 }' | sort)
    [ "$colours" = $'0 0 0\n200 200 200' ]
}

# From the start up to here, the drives among it, nothing was taken for a hang.
expect_no_false_alarm() {
    local said
    said=$(in_machine 60 'journalctl -b -u cardash-kiosk.service --no-pager -o short-monotonic | grep screen-watch') || true
    [ -z "$said" ] || fail_with_log "the watch has seen a hang that was none: $said"
    say "no false alarm since the start"
    # Its code cannot be dropped when memory is short (dashboard-qml/src/pages.rs).
    must 60 'awk "/ r-xp .*(dashboard-qml|libQt6(Core|Gui|Qml|Quick)\\.)/{ name = \$6 } /^VmFlags:/{ if (name != \"\" && !/ lo( |\$)/) { print name; bad = 1 } name = \"\" }
        END { exit bad }" /proc/$(pidof dashboard-qml)/smaps && grep "VmLck:.*[1-9]" /proc/$(pidof dashboard-qml)/status'
}
