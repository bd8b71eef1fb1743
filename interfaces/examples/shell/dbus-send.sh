#!/bin/sh
# dbus-send and dbus-monitor, of D-Bus itself: there wherever there is a bus.
#
# Packages: dbus-bin sed
# Run:
#     ./dbus-send.sh
#     ./dbus-send.sh watch
#     ./dbus-send.sh --system
case $1 in --system) bus=--system && shift ;; *) bus=--session ;; esac

if [ "$1" != watch ]; then
    # Prints "int32 87", or "Error org.cardash.Speed1.Error.Stale: ..." and exits 1.
    exec dbus-send "$bus" --print-reply=literal --dest=org.cardash.Speed1 /org/cardash/Speed1 \
        org.cardash.Speed1.getSpeed
fi

# interface= and not sender= in the second rule: dbus-broker shows monitors its own signals only so.
# A line for the signal, then a line for each of its arguments.
dbus-monitor "$bus" \
    "type='signal',sender='org.cardash.Speed1',interface='org.cardash.Speed1'" \
    "type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.cardash.Speed1'" |
    sed --unbuffered --quiet \
        -e '/member=SpeedChanged$/{n;s/^ *int32 \([0-9]*\)$/\1 km\/h/p}' \
        -e '/member=SpeedLost$/{n;s/^ *string "\(.*\)"$/no speed: \1/p}' \
        -e '/member=NameOwnerChanged$/{n;n;n;s/^ *string ""$/no speed: the speed service has gone/p}'
