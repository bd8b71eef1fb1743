"""Writes the same frames with each writer of python-can, and what its own readers read of them, as `candump -L` writes it.

Usage: logs.py FOLDER
"""

import pathlib
import random
import sys

import can

START = 1_674_148_739.25
KINDS = ("asc", "csv", "trc", "blf", "log")


def frames():
    numbers = random.Random(7)
    time = START
    for count in range(400):
        time += numbers.choice((0.0005, 0.01, 0.25))
        extended = numbers.random() < 0.3
        what = numbers.random()
        options = {
            "timestamp": time,
            "arbitration_id": numbers.getrandbits(29 if extended else 11),
            "is_extended_id": extended,
            "channel": numbers.choice((0, 1)),
            "is_rx": True,
        }
        if what < 0.1:
            options |= {"is_remote_frame": True, "dlc": numbers.randrange(9)}
        elif what < 0.15:
            options |= {"is_error_frame": True, "arbitration_id": 0, "is_extended_id": False}
        elif what < 0.4:
            length = numbers.choice((0, 1, 8, 12, 16, 20, 24, 32, 48, 64))
            options |= {
                "is_fd": True,
                "bitrate_switch": numbers.random() < 0.5,
                "error_state_indicator": numbers.random() < 0.2,
                "data": numbers.randbytes(length),
            }
        else:
            options |= {"data": numbers.randbytes(numbers.randrange(9))}
        yield can.Message(**options)


def candump(message, channels, flags):
    us = round(message.timestamp * 1e6)
    stamp = f"({us // 1_000_000:010d}.{us % 1_000_000:06d}) can{message.channel if channels else 0}"
    if message.is_error_frame:
        return f"{stamp} error"
    number = f"{message.arbitration_id:08X}" if message.is_extended_id else f"{message.arbitration_id:03X}"
    if message.is_remote_frame:
        return f"{stamp} {number}#R{message.dlc or ''}"
    data = message.data.hex().upper()
    if message.is_fd:
        return f"{stamp} {number}##{(message.bitrate_switch | message.error_state_indicator << 1) if flags else 0}{data}"
    return f"{stamp} {number}#{data}"


def main():
    folder = pathlib.Path(sys.argv[1])
    for kind in KINDS:
        # Its TRC writer has no CAN FD, remote and error frames, and its table says of no frame that it is CAN FD.
        kept = [m for m in frames() if kind != "trc" or not (m.is_fd or m.is_remote_frame or m.is_error_frame)]
        if kind == "csv":
            kept = [m for m in kept if not m.is_fd or len(m.data) > 8]
        path = folder / f"drive.{kind}"
        with can.Logger(str(path)) as writer:
            for message in kept:
                writer(message)
        # The table has no channel either.
        channels = flags = kind != "csv"
        with open(folder / f"{kind}.expected", "w", encoding="ascii") as out:
            for message in kept:
                print(candump(message, channels, flags), file=out)
        with can.LogReader(str(path)) as reader:
            print(kind, len(kept), sum(1 for _ in reader))


main()
