"""Writes files of made-up frames as asammdf does it, and what python-can reads of them, as `candump -L` writes it.

Usage: make.py FOLDER COUNT          (deploy/checks/mdf-oracle runs it)
"""

import pathlib
import random
import sys

import asammdf
import can

START = 1_674_148_739.25

# name: how it is packed (0 not, 1 deflate, 2 transposed and deflate), and how large its data blocks are
PACKED = {"plain": (0, None), "packed": (1, 64), "transposed": (2, 512), "split": (0, 100)}


def frames(count):
    numbers = random.Random(11)
    time = START
    for _ in range(count):
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
            options |= {
                "is_fd": True,
                "bitrate_switch": numbers.random() < 0.5,
                "error_state_indicator": numbers.random() < 0.2,
                "data": numbers.randbytes(numbers.choice((0, 1, 8, 12, 16, 20, 24, 32, 48, 64))),
            }
        else:
            options |= {"data": numbers.randbytes(numbers.randrange(9))}
        yield can.Message(**options)


def candump(message):
    us = round(message.timestamp * 1e6)
    stamp = f"({us // 1_000_000:010d}.{us % 1_000_000:06d}) can{message.channel}"
    if message.is_error_frame:
        return f"{stamp} 20000080#0000000000000000"
    number = f"{message.arbitration_id:08X}" if message.is_extended_id else f"{message.arbitration_id:03X}"
    if message.is_remote_frame:
        return f"{stamp} {number}#R{message.dlc or ''}"
    data = message.data.hex().upper()
    if message.is_fd:
        flags = message.bitrate_switch | message.error_state_indicator << 1
        return f"{stamp} {number}##{flags:X}{data}"
    return f"{stamp} {number}#{data}"


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    whole = folder / "whole.mf4"
    with can.MF4Writer(str(whole)) as writer:
        for message in frames(count):
            writer(message)
    with can.MF4Reader(str(whole)) as reader:
        read = [candump(message) for message in reader]
    (folder / "expected.log").write_text("\n".join(read) + "\n", encoding="ascii")
    for name, (packed, block) in PACKED.items():
        with asammdf.MDF(whole) as mdf:
            if block:
                mdf.configure(write_fragment_size=block)
            mdf.save(folder / f"{name}.mf4", compression=packed, overwrite=True)
        print(name, len(read))
    whole.unlink()


main()
