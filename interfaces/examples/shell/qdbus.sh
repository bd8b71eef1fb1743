#!/bin/sh
# qdbus, of Qt 6: it asks, it cannot listen. Debian keeps it off the PATH; others call it qdbus6.
#
# Packages: qdbus-qt6
# Run:
#     ./qdbus.sh
#     ./qdbus.sh --system
PATH=$PATH:/usr/lib/qt6/bin
if ! tool=$(command -v qdbus6 || command -v qdbus-qt6 || command -v qdbus); then
    echo "qdbus.sh: there is no qdbus here; on Debian: sudo apt install qdbus-qt6" >&2
    exit 127
fi
case $1 in --system) bus=--system && shift ;; *) bus= ;; esac

# Prints "87", or "Error: org.cardash.Speed1.Error.Stale" and the sentence, and exits 2.
exec "$tool" $bus org.cardash.Speed1 /org/cardash/Speed1 org.cardash.Speed1.getSpeed
