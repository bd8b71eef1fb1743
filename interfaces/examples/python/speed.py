#!/usr/bin/python3
"""Asks once for the speed, with `exact` for all that is known of it, or with `watch` shows it for as long as it runs.

Packages: python3 python3-dasbus python3-gi
Run:
    ./speed.py
    ./speed.py exact
    ./speed.py watch
    ./speed.py watch system
"""

import sys

from dasbus.client.observer import DBusObserver
from dasbus.connection import SessionMessageBus, SystemMessageBus
from dasbus.error import DBusError
from dasbus.loop import EventLoop
from dasbus.typing import get_native

NAME = "org.cardash.Speed1"
PATH = "/org/cardash/Speed1"


def ask(service):
    try:
        return f"{service.getSpeed(timeout=2000)} km/h"
    except DBusError as error:  # error.dbus_name says which: org.cardash.Speed1.Error.Stale, ...
        return str(error)


def exact(bus):
    try:
        # One question for all of them: so they are of one moment.
        properties = bus.get_proxy(NAME, PATH, interface_name="org.freedesktop.DBus.Properties")
        told = get_native(properties.GetAll(NAME, timeout=2000))
    except DBusError as error:
        return str(error)
    state = " ".join(filter(None, (told["State"], told["StateReason"])))
    if told["Speed"] != told["Speed"]:  # NaN
        return f"no speed: {state}"
    number = f"{told['Speed']:.2f} ± {told['Uncertainty']:.2f} km/h, by {told['Witnesses']} witnesses"
    return f"{number}, to be shown as {told['IndicatedSpeed']:.2f}: {state}"


def watch(bus):
    service = bus.get_proxy(NAME, PATH)
    observer = DBusObserver(bus, NAME)
    shown = None
    listening = False

    def show(text):
        nonlocal shown
        if text != shown:
            print(text, flush=True)
        shown = text

    # A dasbus proxy learns the members from the service itself, so there must be one to learn from.
    def on_available(_observer):
        nonlocal listening
        # Listen first and ask then, or a change between the two is missed.
        if not listening:
            service.SpeedChanged.connect(lambda kmh: show(f"{kmh} km/h"))
            service.SpeedLost.connect(lambda state: show(f"no speed: {state}"))
            listening = True
        show(ask(service))

    observer.service_available.connect(on_available)
    observer.service_unavailable.connect(lambda _observer: show("no speed: the speed service has gone"))
    show("no speed: the speed service is not running")
    observer.connect_once_available()
    EventLoop().run()


def main():
    bus = SystemMessageBus() if "system" in sys.argv else SessionMessageBus()
    if "watch" in sys.argv:
        watch(bus)
    answer = exact(bus) if "exact" in sys.argv else ask(bus.get_proxy(NAME, PATH))
    print(answer)
    return int("km/h" not in answer)


if __name__ == "__main__":
    sys.exit(main())
