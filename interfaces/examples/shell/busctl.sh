#!/bin/sh
# busctl, of systemd: the tool to debug with. `watch` needs root on the system bus (use gdbus.sh there).
#
# Packages: systemd sed
# Run:
#     ./busctl.sh
#     ./busctl.sh watch
#     ./busctl.sh --system
case $1 in --system) bus=--system && shift ;; *) bus=--user ;; esac

if [ "$1" != watch ]; then
    # Prints "i 87", or "Call failed: ..." and exits 1.
    exec busctl "$bus" call org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Speed1 getSpeed
fi

# interface= and not sender= in the second rule: dbus-broker shows monitors its own signals only so.
# A signal is one line of JSON each: {"type":"signal",...,"member":"SpeedChanged","payload":{"type":"i","data":[87]}}
busctl "$bus" --json=short monitor \
    --match "type='signal',sender='org.cardash.Speed1',interface='org.cardash.Speed1'" \
    --match "type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.cardash.Speed1'" |
    sed --unbuffered --quiet \
        -e 's/.*"member":"SpeedChanged".*"data":\[\([0-9]*\)\].*/\1 km\/h/p' \
        -e 's/.*"member":"SpeedLost".*"data":\["\(.*\)"\].*/no speed: \1/p' \
        -e 's/.*"member":"NameOwnerChanged".*,""\].*/no speed: the speed service has gone/p'
