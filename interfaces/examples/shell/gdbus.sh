#!/bin/sh
# gdbus, of GLib: on nearly every desktop.
#
# Packages: libglib2.0-bin sed
# Run:
#     ./gdbus.sh
#     ./gdbus.sh watch
#     ./gdbus.sh --system
case $1 in --system) bus=--system && shift ;; *) bus=--session ;; esac

if [ "$1" != watch ]; then
    # Prints "(87,)", or "Error: GDBus.Error:org.cardash.Speed1.Error.Stale: ..." and exits 1.
    exec gdbus call "$bus" --dest org.cardash.Speed1 --object-path /org/cardash/Speed1 \
        --method org.cardash.Speed1.getSpeed
fi

gdbus monitor "$bus" --dest org.cardash.Speed1 --object-path /org/cardash/Speed1 |
    sed --unbuffered --quiet \
        -e 's/.*\.SpeedChanged (\([0-9]*\),)$/\1 km\/h/p' \
        -e "s/.*\.SpeedLost ('\(.*\)',)\$/no speed: \1/p" \
        -e 's/^The name .* does not have an owner$/no speed: the speed service has gone/p'
