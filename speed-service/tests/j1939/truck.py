#!/usr/bin/python3
"""A truck at 42.2 km/h: control units that send through the kernel's J1939, each from an address that it has claimed.

    truck.py INTERFACE

Reads words from standard input, a line each, and writes one when it has done it:

    cluster   the instrument cluster sends CCVS1 too, and says 33 km/h
    quiet     it does not any more
    move      the engine claims address 0x80 and goes on from there
    error     the brakes say that the speed of the front axle is an error
"""

import select
import socket
import sys
import time

CCVS1, EBC2, TCO1 = 65265, 65215, 65132
CLAIM = 0xEE00
KMH = 42.2
LEVEL = socket.SOL_CAN_BASE + socket.CAN_J1939


class Unit:
    """A control unit: its NAME says who it is, wherever it sends from."""

    def __init__(self, interface, name, address, priority=6):
        self.interface, self.name, self.priority = interface, name, priority
        self.claim(address)

    def claim(self, address):
        self.socket = socket.socket(socket.PF_CAN, socket.SOCK_DGRAM, socket.CAN_J1939)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.socket.setsockopt(LEVEL, socket.SO_J1939_SEND_PRIO, self.priority)
        self.socket.bind((self.interface, self.name, socket.J1939_NO_PGN, address))
        self.send(CLAIM, self.name.to_bytes(8, "little"))
        # The kernel lets nobody use an address until others have had 250 ms to object (SAE J1939-81).
        time.sleep(0.26)

    def send(self, pgn, data):
        to = (self.interface, socket.J1939_NO_NAME, pgn, socket.J1939_NO_ADDR)
        self.socket.sendto(data, to)


def word(kmh):
    return round(kmh * 256).to_bytes(2, "little")


def main():
    interface = sys.argv[1]
    brakes = Unit(interface, 0xA00B0B0000000001, 0x0B)
    engine = Unit(interface, 0xA000000000000002, 0x00)
    tachograph = Unit(interface, 0xA000EE0000000003, 0xEE, priority=3)
    cluster = Unit(interface, 0xA000170000000004, 0x17)
    doing = {"cluster": False, "error": False}
    started = time.monotonic()
    print("ready", flush=True)
    for tick in range(10**9):
        # What lives never says the same for long.
        kmh = KMH + 0.01 * (tick // 10 % 5)
        if tick % 10 == 0:
            front = b"\x00\xfe" if doing["error"] else word(kmh)
            brakes.send(EBC2, front + bytes([125, 126, 127, 124, 255, 255]))
        if tick % 10 == 3:
            engine.send(CCVS1, b"\xf3" + word(kmh) + b"\xff" * 5)
        if tick % 10 == 5 and doing["cluster"]:
            cluster.send(CCVS1, b"\xf3" + word(33) + b"\xff" * 5)
        if tick % 5 == 2:
            tachograph.send(TCO1, b"\xff" * 6 + word(kmh))
        wait = started + tick * 0.01 - time.monotonic()
        if select.select([sys.stdin], [], [], max(wait, 0))[0]:
            command = sys.stdin.readline().strip()
            if command == "move":
                engine.claim(0x80)
                started += 0.26
            elif command == "quiet":
                doing["cluster"] = False
            elif command in doing:
                doing[command] = True
            else:
                return
            print(command, flush=True)


if __name__ == "__main__":
    main()
