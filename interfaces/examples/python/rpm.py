#!/usr/bin/python3
"""Shows how fast the engine turns, or any other signal of the car, for as long as it runs.

Packages: python3 python3-dasbus python3-gi
Run:
    ./rpm.py
    ./rpm.py system
"""

import sys

from dasbus.client.observer import DBusObserver
from dasbus.connection import SessionMessageBus, SystemMessageBus
from dasbus.error import DBusError
from dasbus.loop import EventLoop
from dasbus.typing import get_native

SERVICE = "org.cardash.Speed1"
PATH = "/org/cardash/Speed1"
SIGNAL = "Vehicle.Powertrain.CombustionEngine.Speed"
UNIT = "rpm"


def main():
    bus = SystemMessageBus() if "system" in sys.argv else SessionMessageBus()
    signals = bus.get_proxy(SERVICE, PATH, interface_name="org.cardash.Signals1")
    observer = DBusObserver(bus, SERVICE)
    shown = None
    listening = False

    def show(text):
        nonlocal shown
        if text != shown:
            print(text, flush=True)
        shown = text

    def ask():
        try:
            show(f"{get_native(signals.Get(SIGNAL, timeout=2000)):.0f} {UNIT}")
        except DBusError as error:  # error.dbus_name says which: org.cardash.Signals1.Error.Stale, ...
            show(f"no value: {error}")

    def on_changed(values, lost):
        if SIGNAL in values:
            show(f"{get_native(values[SIGNAL]):.0f} {UNIT}")
        elif SIGNAL in lost:
            ask()  # why it has no value any more

    # A dasbus proxy learns the members from the service itself, so there must be one to learn from.
    def on_available(_observer):
        nonlocal listening
        # Listen first and ask then, or a change between the two is missed.
        if not listening:
            signals.Changed.connect(on_changed)
            listening = True
        ask()

    observer.service_available.connect(on_available)
    observer.service_unavailable.connect(lambda _observer: show("no value: the speed service has gone"))
    show("no value: the speed service is not running")
    observer.connect_once_available()
    EventLoop().run()


if __name__ == "__main__":
    main()
