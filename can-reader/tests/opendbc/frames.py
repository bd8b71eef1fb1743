"""Writes frames with opendbc: its DBC files, its packer, its checksums. One JSON object a line, for each line of the table.

Usage: frames.py FOLDER_WITH_OPENDBC TABLE [drive]

With `drive` each line's car rolls off, as one car does, instead of having four wheels that go each its own way.
"""

import importlib.abc
import importlib.machinery
import json
import math
import sys
from functools import partial
from unittest.mock import MagicMock


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """What opendbc imports for its car models, and its packer does not use."""

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("numpy", "capnp", "Crypto", "tqdm", "requests"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__spec__, module.__path__ = spec, []
        return module

    def exec_module(self, module):
        pass


sys.meta_path.append(Absent())
sys.path.insert(0, sys.argv[1])
from opendbc.can.packer import CANPacker, set_value  # noqa: E402

POSITIONS = ("Row1.Left", "Row1.Right", "Row2.Left", "Row2.Right")
# No two alike, so that a crossed pair is seen; km/h.
SPEEDS = (61.0, 53.0, 47.0, 37.0)
OTHERS = (43.0, 41.0)
STEPS = 20
# A car that stands for half a second and rolls off, 20 ms a step: 1.5 m/s2 up to some 21 km/h.
DRIVE_STEPS = 225
STANDS = 25
# Of four wheels in a bend.
PARTED = (1.012, 0.988, 1.008, 0.986)


def driven(step, of):
    return max(0, step - STANDS) * 0.108 * of


def apart(step, of):
    return of + 0.3 * step


def kmh_of(unit):
    word, _, circumference = unit.partition(":")
    return {
        "km/h": lambda: 1.0,
        "mph": lambda: 1.609344,
        "m/s": lambda: 3.6,
        "rad/s": lambda: float(circumference) / (2 * math.pi) * 3.6,
        "rpm": lambda: float(circumference) * 0.06,
    }[word]()


def crc8(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x1D) & 0xFF if crc & 0x80 else crc << 1
    return crc


def protect(kind, address, data, step):
    """Checksums that opendbc has in C, or not at all."""
    if kind == "hyundai-bits":
        data[5] &= 0x3F
        data[7] &= 0x3F
        ones = sum(bin(byte & (0x3F if place % 2 else 0xFF)).count("1") for place, byte in enumerate(data))
        check = (ones ^ 9) & 15
        data[5] |= (check & 3) << 6
        data[7] |= check >> 2 << 6
    elif kind == "nissan":
        data[6] = step & 0xFF
        data[7] = (sum(data[:7]) + (address & 0xFF) + (address >> 8)) & 0xFF
    elif kind == "rivian":
        data[0] = crc8(bytes([address & 0xFF, address >> 8]) + bytes(data[1:]))
    elif kind == "ford":
        data[3] = (255 - data[0] - data[1] - (data[2] >> 6) - (data[2] >> 2 & 15)) & 0xFF
    elif kind == "toyota":
        data[7] = (sum(data[:7]) + (address & 0xFF) + (address >> 8) + len(data)) & 0xFF
    else:
        raise ValueError(kind)


class Line:
    def __init__(self, words, drives):
        self.profile, self.file, *wheels = words[:6]
        options = [word.split("=", 1) for word in words[6:]]
        self.options = {}
        for key, value in options:
            self.options.setdefault(key, []).append(value)
        unit = kmh_of(self.options.get("unit", ["km/h"])[0])
        # What is read: name, message, signal, km/h of one, its speed.
        self.read = []
        for position, path, parted, speed in zip(POSITIONS, wheels, PARTED, SPEEDS):
            if path != "-":
                kmh = partial(driven, of=parted) if drives else partial(apart, of=speed)
                self.read.append((position, *path.split("."), unit, kmh))
        for number, (word, speed) in enumerate(zip(self.options.get("w", []), OTHERS)):
            path, _, unit_of = word.partition("*")
            kmh = partial(driven, of=1.0) if drives else partial(apart, of=speed)
            self.read.append((f"other {number}", *path.split("."), kmh_of(unit_of or "km/h"), kmh))
        self.packer = CANPacker(self.file)
        self.messages = list(dict.fromkeys([word.split(".")[0] for word in self.options.get("set", [])]
                                           + [message for _, message, *_ in self.read]))

    def signal(self, message, name):
        return self.packer.dbc.name_to_msg[message].sigs[name]

    def frames(self, step, raws=None):
        """The frames of a step, and what is to be read. `raws`: raw values by name, which are none."""
        expect, values = {}, {message: {} for message in self.messages}
        for name, message, signal, unit, kmh in self.read:
            of = self.signal(message, signal)
            count = math.floor((kmh(step) / unit - of.offset) / of.factor + 0.5)
            values[message][signal] = count * of.factor + of.offset
            expect[name] = values[message][signal] * unit
        for word in self.options.get("set", []):
            path, value = word.split(":")
            message, signal = path.split(".")
            values[message][signal] = float(value)
        for word in self.options.get("count", []):
            path, wrap = word.split(":")
            message, signals = path.split(".")
            count = step % int(wrap)
            for signal in reversed(signals.split("+")):
                size = self.signal(message, signal).size
                values[message][signal] = count & ((1 << size) - 1)
                count >>= size
        frames = []
        for message in self.messages:
            address = self.packer.dbc.name_to_msg[message].address
            data = self.packer.pack(address, values[message])
            for name, of_message, signal, _, _ in self.read:
                if of_message == message and raws and name in raws:
                    set_value(data, self.signal(message, signal), raws[name])
                    expect[name] = None
            if raws:
                for signal in self.packer.dbc.addr_to_msg[address].sigs.values():
                    if signal.calc_checksum:
                        set_value(data, signal, 0)
                        set_value(data, signal, signal.calc_checksum(address, signal, data))
            for word in self.options.get("sum", []):
                of_message, kind = word.split(":")
                if of_message == message:
                    protect(kind, address, data, step)
            frames.append([address & 0x1FFFFFFF, address > 0x7FF, bytes(data).hex()])
        return {"profile": self.profile, "frames": frames, "expect": expect}


def main():
    drives = sys.argv[3:] == ["drive"]
    with open(sys.argv[2], encoding="utf-8") as table:
        for text in table:
            words = text.split()
            if not words or words[0] == "#":
                continue
            line = Line(words, drives)
            for step in range(DRIVE_STEPS if drives else STEPS):
                print(json.dumps(line.frames(step)))
            if drives:
                continue
            for option, names in (("na", POSITIONS), ("wna", ("other 0", "other 1"))):
                for number, raw in enumerate(line.options.get(option, [])):
                    raws = {name: int(raw) for name in names if name in {row[0] for row in line.read}}
                    print(json.dumps(line.frames(STEPS + number, raws)))


if __name__ == "__main__":
    main()
