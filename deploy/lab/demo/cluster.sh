# shellcheck shell=bash
# Runs the cluster that was just built, on DBUS_SESSION_BUS_ADDRESS: in a window where there is a display, else
# where nobody sees it. Needs common.sh and service.sh; the caller's exit trap calls stop_cluster.

cluster_pid=
cluster_folder=
cluster_words=
cluster_shots=0
cluster_picture=$target_folder/cluster.png

# start_cluster: returns once it has drawn its first frame.
start_cluster() {
    rm -f -- "$cluster_picture"
    if [ -n "${QT_QPA_PLATFORM:-}${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; then
        if try_cluster; then
            say "The cluster is open in its window. Keys: F full screen, U unit, N night, D debug page, Q quit"
            return
        fi
        # A screen without a driver for its GPU, say.
        if try_cluster QT_QUICK_BACKEND=software; then
            say "The cluster is open in its window, drawn without the GPU"
            return
        fi
        say "The cluster cannot use this display, and draws without one. It said: $cluster_words"
    else
        say "There is no display: the cluster draws where nobody sees it"
    fi
    if ! try_cluster QT_QPA_PLATFORM=offscreen QT_QUICK_BACKEND=software; then
        fail "the cluster did not start: $cluster_words"
    fi
}

# try_cluster VARIABLE=VALUE...: whether it draws with these in its environment.
try_cluster() {
    local tries
    cluster_folder=$(mktemp --directory --tmpdir cardash-cluster.XXXXXX)
    mkfifo "$cluster_folder/commands"
    : >"$cluster_folder/screen"
    # Both ways at once: opening it waits for nobody, and writing to it never fails.
    exec {cluster_commands}<>"$cluster_folder/commands"
    # pdeathsig: it ends even if this script is killed outright. Nobody's settings: they are for a car.
    setpriv --pdeathsig TERM env XDG_CONFIG_HOME="$cluster_folder" "$@" "$(built dashboard-qml)" --remote \
        <"$cluster_folder/commands" >"$cluster_folder/screen" 2>"$cluster_folder/log" &
    cluster_pid=$!
    for ((tries = 0; tries < 200; tries++)); do
        if grep --quiet first-frame "$cluster_folder/screen"; then
            return
        fi
        cluster_is_running || break
        sleep 0.1
    done
    kill -KILL "$cluster_pid" 2>/dev/null || true
    wait "$cluster_pid" 2>/dev/null || true
    cluster_pid=
    exec {cluster_commands}>&-
    cluster_words=$(cat "$cluster_folder/log")
    rm -rf -- "$cluster_folder"
    return 1
}

cluster_is_running() {
    [ -n "$cluster_pid" ] && kill -0 "$cluster_pid" 2>/dev/null
}

# The number on the screen as it is now, with its unit, or dashes: the cluster tells of each change.
cluster_digits() {
    tail -n 1 "$cluster_folder/screen" | sed -n 's/.*"digits":"no speed".*/--- km\/h/p; t; s/.*"digits":"\([^"]*\)".*/\1/p'
}

# Asks for an image of the screen as it is now. It is there a moment later.
shoot_cluster() {
    if cluster_is_running; then
        printf 'shot %s\n' "$cluster_picture" >&"$cluster_commands"
        cluster_shots=$((cluster_shots + 1))
    fi
}

# show_picture: says what the last image shows, in the cluster's own words; fails if there is none of a speed.
show_picture() {
    if [[ $cluster_words == *' km/h' && -s $cluster_picture ]]; then
        say "The cluster at $cluster_words: $cluster_picture"
    elif [ "$cluster_shots" -eq 0 ]; then
        say "The cluster never saw the car move, so there is no image of it"
    else
        fail "the cluster showed no speed: its last image says '$cluster_words'"
    fi
}

# Ends the cluster, if nobody has; fails if it does not end by itself in 5 s, or ended badly. Afterwards
# cluster_words is what its last image shows.
stop_cluster() {
    local status=0
    if [ -z "$cluster_pid" ]; then
        return
    fi
    wait_for_images
    printf 'key Q\n' >&"$cluster_commands"
    wait_while cluster_is_running 50 || {
        say "the cluster did not end at its key Q; killing it" >&2
        kill -KILL "$cluster_pid" || true
    }
    wait "$cluster_pid" || status=$?
    if [ "$status" -ne 0 ]; then
        say "the cluster ended with exit status $status; it said:" >&2
        sed 's/^/    /' "$cluster_folder/log" >&2
    fi
    cluster_pid=
    exec {cluster_commands}>&-
    # {"event":"shot","digits":"32 km/h",...,"saved":true}
    cluster_words=$(sed -n '/"event":"shot".*"saved":true/s/.*"digits":"\([^"]*\)".*/\1/p' "$cluster_folder/screen" | tail -n 1)
    rm -rf -- "$cluster_folder"
    return "$((status != 0))"
}

# The image that was asked for last may still be on its way.
wait_for_images() {
    wait_while images_are_missing 20 || true
}

images_are_missing() {
    cluster_is_running && [ "$(grep --count '"event":"shot"' "$cluster_folder/screen")" -lt "$cluster_shots" ]
}

# wait_while CONDITION TENTHS: fails if it still holds after so many tenths of a second.
wait_while() {
    local tries
    for ((tries = 0; tries < $2; tries++)); do
        "$1" || return 0
        sleep 0.1
    done
    return 1
}
