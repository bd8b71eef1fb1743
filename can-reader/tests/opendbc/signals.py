"""Writes frames with signals of opendbc's DBC files, everything else in them being random. One JSON object a line, for each frame:
profile, id, whether it has 29 bits, data, and by VSS path what is to be read; null where there is no value.

Usage: signals.py FOLDER_WITH_OPENDBC TABLE
"""

import json
import math
import random
import sys

from frames import CANPacker, protect, set_value

FRAMES = 40


def numbers(text):
    return {int(word) for word in text.split(",")} if text else set()


class Row:
    def __init__(self, words):
        self.profile, self.file, self.path, where = words[:4]
        self.options = dict(word.partition("=")[::2] for word in words[4:])
        self.is_of_recording = "recording" in self.options
        self.message, _, self.signal = where.partition(".")

    def somewhere(self, signal, luck):
        """A raw value within the range, or with a meaning; of what has neither any."""
        if "means" in self.options:
            return int(luck.choice(self.options["means"].split(",")).partition(":")[0])
        if "range" not in self.options:
            return luck.randint(0, (1 << signal.size) - 1)
        ends = [float(end) / float(self.options.get("x", 1)) for end in self.options["range"].split(":")]
        return round((luck.uniform(*ends) - signal.offset) / signal.factor)

    def expected(self, signal, raw):
        """What this raw value is to be read as."""
        options = self.options
        if "means" in options:
            meanings = dict(word.split(":") for word in options["means"].split(","))
            return int(meanings[str(raw)]) if str(raw) in meanings else None
        if "range" not in options:
            on, off = numbers(options.get("on")), numbers(options.get("off"))
            if not on and not off:
                on, off = {1}, {0}
            if raw in on or raw in off:
                return raw in on
            return None if on and off else not on
        ones = (1 << signal.size) - 1
        none = numbers(options.get("na"))
        if signal.size >= 8 and "full" not in options:
            # Of a signed one all ones is -1.
            none |= {1 << signal.size - 1 if signal.is_signed else ones}
        if raw in none:
            return None
        count = raw - (1 << signal.size) if signal.is_signed and raw >> signal.size - 1 else raw
        value = (count * signal.factor + signal.offset) * float(options.get("x", 1))
        least, most = map(float, options["range"].split(":"))
        half = abs(signal.factor) / 2 * float(options.get("x", 1))
        return value if least - half <= value <= most + half else None


class Message:
    def __init__(self, rows):
        self.rows = rows
        packer = CANPacker(rows[0].file)
        self.of = packer.dbc.name_to_msg[rows[0].message]
        self.set = dict(word.split(":") for row in rows for word in row.options.get("set", "").split(",") if word)
        self.sums = [row.options["sum"] for row in rows if "sum" in row.options]

    def frame(self, number, luck):
        data = bytearray(luck.randbytes(self.of.size))
        raws = {}
        for row in self.rows:
            signal = self.of.sigs[row.signal]
            ones = (1 << signal.size) - 1
            # The ends, and then anything, each second time from the range; of few bits everything.
            any_raw = row.somewhere(signal, luck) if number % 2 else luck.randint(0, ones)
            raw = {0: 0, 1: 1, 2: ones, 3: ones - 1}.get(number, any_raw) & ones
            if row.signal not in raws:
                raws[row.signal] = number & ones if signal.size <= 4 and number < 16 else raw
            set_value(data, signal, raws[row.signal])
        for name, raw in self.set.items():
            set_value(data, self.of.sigs[name], int(raw))
        counters = [signal for signal in self.of.sigs.values() if signal.type == 1 or signal.name == "COUNTER"]
        for signal in counters:
            set_value(data, signal, number)
        for signal in self.of.sigs.values():
            if signal.calc_checksum:
                set_value(data, signal, 0)
                set_value(data, signal, signal.calc_checksum(self.of.address, signal, data))
        for kind in self.sums:
            protect(kind, self.of.address, data, number)
        expect = {row.path: row.expected(self.of.sigs[row.signal], raws[row.signal]) for row in self.rows}
        assert all(value is None or math.isfinite(value) for value in expect.values())
        address = self.of.address
        return {"profile": self.rows[0].profile, "id": address & 0x1FFFFFFF, "extended": address > 0x7FF,
                "data": bytes(data).hex(), "expect": expect}


def main():
    messages = {}
    with open(sys.argv[2], encoding="utf-8") as table:
        for text in table:
            words = text.split()
            if words and words[0] != "#":
                row = Row(words)
                if not row.is_of_recording:
                    messages.setdefault((row.profile, row.message), []).append(row)
    luck = random.Random(16)
    for rows in messages.values():
        message = Message(rows)
        for number in range(FRAMES):
            print(json.dumps(message.frame(number, luck)))


main()
