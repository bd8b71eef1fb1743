# shellcheck shell=bash
# A session bus: the person's own, else a private one that ends with the script.
# Needs common.sh; the caller's exit trap calls stop_bus.

bus_pid=
bus_folder=

# find_bus: sets DBUS_SESSION_BUS_ADDRESS to the session bus that is there, if one answers.
find_bus() {
    local address=${DBUS_SESSION_BUS_ADDRESS:-}
    if [ -z "$address" ] && [ -S "${XDG_RUNTIME_DIR:-}/bus" ]; then
        address=unix:path=$XDG_RUNTIME_DIR/bus
    fi
    [ -n "$address" ] && busctl "--address=$address" status >/dev/null 2>&1 || return 1
    export DBUS_SESSION_BUS_ADDRESS=$address
}

# start_bus: starts a private session bus and sets DBUS_SESSION_BUS_ADDRESS.
start_bus() {
    local tries
    bus_folder=$(mktemp --directory --tmpdir cardash-bus.XXXXXX)
    DBUS_SESSION_BUS_ADDRESS=unix:path=$bus_folder/bus
    export DBUS_SESSION_BUS_ADDRESS
    # pdeathsig: the bus ends even if this script is killed outright.
    setpriv --pdeathsig TERM dbus-daemon --session --nofork --nopidfile --nosyslog \
        "--address=$DBUS_SESSION_BUS_ADDRESS" </dev/null >"$bus_folder/log" 2>&1 &
    bus_pid=$!
    for ((tries = 0; tries < 100; tries++)); do
        [ -S "$bus_folder/bus" ] && return
        kill -0 "$bus_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$bus_folder/log" >&2
    fail "the private session bus did not start (dbus-daemon's words are above)"
}

stop_bus() {
    if [ -n "$bus_pid" ]; then
        kill "$bus_pid" 2>/dev/null || true
        wait "$bus_pid" 2>/dev/null || true
        bus_pid=
    fi
    if [ -n "$bus_folder" ]; then
        rm -rf -- "$bus_folder"
        bus_folder=
    fi
}
