# shellcheck shell=bash
# Asks the service for its speed, over and over, and shows the answers beside what the cluster shows: one line
# that is redrawn on a terminal, a line a second elsewhere. Needs common.sh, service.sh and cluster.sh.

readings=0
readings_with_speed=0
highest_kmh=0
last_reason=
stopped_by_person=
tick_pid=

# watch_speed SECONDS: until Ctrl-C if SECONDS is empty. Fails if the service ends before.
watch_speed() {
    local limit=$1 begin=$SECONDS pause=1
    trap 'stopped_by_person=yes' INT
    if [ -t 1 ]; then
        pause=0.2
        printf '\e[?7l' # a line that is too long is cut, not wrapped
    fi
    while [ -z "$stopped_by_person" ]; do
        if [ -n "$limit" ] && ((SECONDS - begin >= limit)); then
            break
        fi
        if ! service_is_running; then
            end_watch
            show_service_log
            fail "the speed service has ended"
        fi
        # Beside the questions, whose own time then does not add up.
        sleep "$pause" &
        tick_pid=$!
        show_line "$(printf '%3d:%02d' $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)))"
        wait "$tick_pid" || true # Ctrl-C ends the wait
    done
    end_watch
    trap 'exit 130' INT
}

show_line() {
    local answer kmh='---' properties speed='' state='' details=''
    readings=$((readings + 1))
    if answer=$(ask call "${speed_object[@]}" getSpeed 2>&1) && [[ $answer == 'i '* ]]; then
        kmh=${answer#i }
        readings_with_speed=$((readings_with_speed + 1))
        if [ "$kmh" -gt "$highest_kmh" ]; then
            highest_kmh=$kmh
            shoot_cluster
        fi
    else
        last_reason=${answer#Call failed: }
        details=${last_reason#no speed: }
    fi
    if properties=$(ask get-property "${speed_object[@]}" State Speed WheelSpeeds 2>/dev/null); then
        # Ctrl-C may end these too, which is no error.
        state=$(sed -n 's/^s "\(.*\)"$/\1/p' <<<"$properties") || true
        speed=$(sed -n 's/^d \([0-9].*\)$/\1/p' <<<"$properties") || true
        details=${details:-$(format_wheels "$properties")} || true
    fi
    print_line "$(printf '%s  %s  %7s  %-11s  %s' "$1" "$(shown "$kmh")" \
        "${speed:+$(LC_ALL=C printf '%.2f' "$speed")}" "$state" "$details")"
}

# shown KMH: the cluster's own words for what it shows, so that terminal and picture agree; without a cluster what
# getSpeed answers.
shown() {
    if cluster_is_running; then
        printf 'cluster %8s' "$(cluster_digits)"
    else
        printf 'getSpeed %3s km/h' "$1"
    fi
}

# What must not happen: to wait for an answer for busctl's 25 s, or to start an installed service.
ask() {
    busctl --user --timeout=2 --auto-start=no "$@"
}

# a{sv} 2 "Row1.Left" d 12.3 "Row1.Right" d 12.4  ->  Row1 Left 12.3 Right 12.4
format_wheels() {
    { grep --only-matching '"[^"]*" d [^ ]*' <<<"$1" || true; } | tr --delete '"' | sort | awk '
        {
            split($1, place, ".")
            if (place[1] != row) printf "%s%s", (NR > 1 ? "  " : ""), place[1]
            row = place[1]
            printf " %s %.1f", place[2], $3
        }'
}

print_line() {
    if [ -t 1 ]; then
        printf '\r\e[K%s' "$1"
    else
        printf '%s\n' "$1"
    fi
}

# Also called by the caller's exit trap, whether or not watch_speed ran.
end_watch() {
    if [ -n "$tick_pid" ]; then
        kill "$tick_pid" 2>/dev/null || true
        tick_pid=
        if [ -t 1 ]; then
            printf '\e[?7h\n'
        fi
    fi
}
