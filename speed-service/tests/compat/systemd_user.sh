#!/bin/bash
# systemd_user.sh FOLDER BUS-SERVICE: a systemd user manager of its own with the distribution's session
# bus; then a client calls a speed service that nobody has started. Run by compat_systemd.rs as process 1 of
# a process namespace, with a mount namespace of its own, so that all of it ends with this script.
set -euo pipefail
folder=$1
bus_service=$2

export HOME=$folder XDG_RUNTIME_DIR=$folder/run XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data
export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus LC_ALL=C.UTF-8
mkdir -p "$XDG_CONFIG_HOME/systemd/user"
ln -s "/usr/lib/systemd/user/$bus_service" "$XDG_CONFIG_HOME/systemd/user/dbus.service"

# What systemd and dbus-broker look for: a booted system, and a journal.
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/systemd/journal
mount --bind "$folder/systemd/journal" /run/systemd/journal

/lib/systemd/systemd --user --log-target=console --unit=basic.target >"$folder/log" 2>&1 &
manager=$!
for ((tries = 0; tries < 100; tries++)); do
    if systemctl --user is-active --quiet dbus.socket 2>/dev/null; then
        break
    fi
    kill -0 "$manager" || { cat "$folder/log"; exit 1; }
    sleep 0.1
done

speed=(org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Speed1)
echo "before: $(systemctl --user is-active speed-service.service || true)"
echo "first call: $(busctl --user call "${speed[@]}" getSpeed 2>&1 || true)"
echo "after: $(systemctl --user is-active speed-service.service || true)"
for ((tries = 0; tries < 100; tries++)); do
    if busctl --user call "${speed[@]}" getSpeed 2>/dev/null; then
        break
    fi
    sleep 0.1
done
echo "unit's process: $(systemctl --user show --property=MainPID --value speed-service.service)"
echo "owner's process: $(busctl --user status org.cardash.Speed1 | sed --quiet 's/^PID=//p')"
echo "bus: $(systemctl --user show --property=Id --value dbus.service)"
kill "$manager"
wait "$manager" || true
