# shellcheck shell=bash
# Runs the speed service that was just built, on DBUS_SESSION_BUS_ADDRESS.
# Needs common.sh and `profile`; the caller's exit trap calls stop_service and remove_service_log.

target_folder=${CARGO_TARGET_DIR:-target}
speed_name=org.cardash.Speed1
speed_object=(org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Speed1)
service_pid=
service_folder=
service_arguments=()

# built NAME: the program that was just built. Not by `cargo run`, which takes other features for one of several crates, and
# compiles again.
built() {
    local kind=debug
    if [[ " ${profile[*]} " == *" --release "* ]]; then
        kind=release
    fi
    printf '%s/%s/%s\n' "$target_folder" "$kind" "$1"
}

# start_service OPTION...: returns once the service answers on the bus.
start_service() {
    local tries
    service_arguments=("$@")
    service_folder=$(mktemp --directory --tmpdir cardash-demo.XXXXXX)
    # pdeathsig: it ends even if this script is killed outright.
    # The empty configuration: what is set up on this machine is for its car, not for a demo.
    setpriv --pdeathsig TERM "$(built speed-service)" \
        --config /dev/null "$@" </dev/null >"$service_folder/log" 2>&1 &
    service_pid=$!
    for ((tries = 0; tries < 100; tries++)); do
        if [ "$(name_owner)" = "$service_pid" ]; then
            return
        fi
        service_is_running || break
        sleep 0.1
    done
    show_service_log
    fail "the speed service did not come up on the bus (its words are above; another one that runs does not disturb" \
        "with --private-bus)"
}

# The process that owns the service's name; another one may (an installed service, say).
name_owner() {
    busctl --user status "$speed_name" 2>/dev/null | sed -n 's/^PID=//p'
}

service_is_running() {
    kill -0 "$service_pid" 2>/dev/null
}

show_service_log() {
    say "speed-service said:" >&2
    sed 's/^/    /' "$service_folder/log" >&2
}

# Fails if the service does not end by itself in 5 s.
stop_service() {
    local status=0 tries
    if [ -n "$service_pid" ]; then
        kill -TERM "$service_pid" 2>/dev/null || true
        for ((tries = 0; tries < 50; tries++)); do
            service_is_running || break
            sleep 0.1
        done
        if service_is_running; then
            say "speed-service did not end at SIGTERM; killing it" >&2
            kill -KILL "$service_pid" || true
            status=1
        fi
        wait "$service_pid" 2>/dev/null || true
        service_pid=
    fi
    return "$status"
}

remove_service_log() {
    if [ -n "$service_folder" ]; then
        rm -rf -- "$service_folder"
        service_folder=
    fi
}

print_busctl_commands() {
    cat <<END
    busctl --user introspect ${speed_object[*]:0:2}
    busctl --user call ${speed_object[*]} getSpeed
    busctl --user get-property ${speed_object[*]} State
    busctl --user monitor $speed_name
END
}
