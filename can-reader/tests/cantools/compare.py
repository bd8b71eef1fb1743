"""Holds `can-reader decode` against cantools.

Makes a candump log of random frames (fixed seed) for the messages of each DBC file, decodes it with both,
and compares every signal of every frame: its value, and whether it is there at all (multiplexing).

    compare.py --can-reader PROGRAM [--frames N] [--public] FILE.dbc...

Prints a summary and ends with 1 if anything differs. With --public, files and messages that cantools does not
load or does not take for sound are left out, and counted with the reason.
"""

import argparse
import collections
import json
import math
import random
import re
import subprocess
import sys
import tempfile

import cantools
from cantools.database.errors import DecodeError
from cantools.database.utils import decode_data

FD_LENGTHS = [*range(9), 12, 16, 20, 24, 32, 48, 64]
SHOWN = 20


class Report:
    """Counts, and the first differences in full."""

    def __init__(self):
        self.counts = collections.Counter()
        self.differences = 0

    def differ(self, text):
        self.differences += 1
        if self.differences <= SHOWN:
            print("DIFFERENT:", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--can-reader", required=True)
    parser.add_argument("--frames", type=int, default=100, help="of each message")
    parser.add_argument("--public", action="store_true")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    report = Report()
    for path in args.files:
        compare_file(path, args, report)
    for name, count in sorted(report.counts.items()):
        print(f"{name}: {count}")
    print(f"differences: {report.differences}")
    sys.exit(1 if report.differences else 0)


def compare_file(path, args, report):
    with open(path, "rb") as file:
        encoding = encoding_of(file.read())
    try:
        database = cantools.database.load_file(path, encoding=encoding, strict=not args.public)
    except Exception as error:  # whatever it is, cantools does not load the file
        if not args.public:
            raise
        report.counts[f"files left out: cantools says {type(error).__name__}"] += 1
        return
    messages = sound_messages(path, database, args, report)
    if not messages:
        report.counts["files left out: no message to compare"] += 1
        return
    report.counts["files compared"] += 1
    report.counts["messages compared"] += len(messages)

    seed = random.Random(re.sub(r".*/", "", path))  # the same frames wherever the files lie
    frames = list(random_frames(messages, args.frames, seed))
    got = decode_with_can_reader(path, frames, args)
    for stamp, message, data, whole in frames:
        expected = decode_with_cantools(message, data, report) if whole else {}
        report.counts["frames compared"] += 1
        report.counts["frames of a wrong length"] += not whole
        compare_frame(f"{path}: {message.name} {data.hex()}", message, expected, got.pop(stamp, {}), report)
    for stamp, values in got.items():
        report.differ(f"{path}: {stamp}: values of a frame that was not sent: {values}")


def encoding_of(data):
    try:
        data.decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "cp1252"


def sound_messages(path, database, args, report):
    """The messages to compare: all of our own files; of public ones those that both take for sound."""
    if not args.public:
        return database.messages
    listed = listing(path, args)
    ids = collections.Counter((message.frame_id, message.is_extended_frame) for message in database.messages)
    sound = []
    for message in database.messages:
        reason = unsound(message, ids, listed)
        if reason:
            report.counts[f"messages left out: {reason}"] += 1
        else:
            sound.append(message)
    return sound


def unsound(message, ids, listed):
    names = [signal.name for signal in message.signals]
    ours = listed.get(message.name)
    if ids[message.frame_id, message.is_extended_frame] > 1:
        return "its id is there twice"
    if len(set(names)) < len(names):
        return "a signal is there twice"
    if message.is_container:
        return "a container"
    if message.length > 64:
        return "longer than a frame"
    try:
        message.refresh(strict=True)
    except Exception as error:
        return f"cantools says {type(error).__name__}"
    if ours is None and message.frame_id > 0x7FF and not message.is_extended_frame:
        return "its 11-bit id has more bits"
    if ours is None or set(ours) != set(names):
        # cantools takes long names from attributes; can-reader uses the names of the BO_ and SG_ lines.
        long_names = {**(message.dbc.attributes or {})}
        for signal in message.signals:
            long_names |= signal.dbc.attributes or {}
        if any("LongSymbol" in name for name in long_names):
            return "it has long names"
    return None


def listing(path, args):
    """The messages and signals that can-reader knows."""
    run = subprocess.run(
        [args.can_reader, "list", "--json", "--dbc", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    lines = map(json.loads, run.stdout.splitlines())
    return {line["message"]: [signal["signal"] for signal in line["signals"]] for line in lines}


def random_frames(messages, count, seed):
    """(stamp, message, data, whether the frame is of the message's length)."""
    us = 1_600_000_000_000_000
    for _ in range(count):
        for message in messages:
            data = bytearray(seed.randbytes(message.length))
            if message.is_multiplexed() and seed.random() < 0.8:
                select(message, seed.choice(message.signals), data, seed)
            whole = seed.random() > 0.01 or message.length == 0
            us += seed.randrange(1, 2_000_000)
            yield f"{us // 1_000_000}.{us % 1_000_000:06}", message, bytes(data if whole else data[:-1]), whole


def select(message, signal, data, seed):
    """Sets the multiplexors so that the signal is there; random payloads seldom hit nested ones."""
    if signal.multiplexer_signal is None:
        return
    multiplexor = message.get_signal_by_name(signal.multiplexer_signal)
    put(multiplexor, seed.choice(signal.multiplexer_ids), data)
    select(message, multiplexor, data, seed)


def put(signal, raw, data):
    """Writes a signal bit by bit."""
    for index in range(signal.length):
        if signal.byte_order == "little_endian":
            byte, bit = divmod(signal.start + index, 8)
        else:
            byte, bit = divmod((signal.start ^ 7) + signal.length - 1 - index, 8)
            bit = 7 - bit
        data[byte] = data[byte] & ~(1 << bit) | (raw >> index & 1) << bit


def decode_with_can_reader(path, frames, args):
    with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        for stamp, message, data, _ in frames:
            log.write(line(stamp, message, data))
        log.flush()
        run = subprocess.run(
            [args.can_reader, "decode", "--json", "--dbc", path, log.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    if run.returncode:
        sys.exit(f"{path}: can-reader ended with {run.returncode}: {run.stderr}")
    values = collections.defaultdict(dict)
    for text in run.stdout.splitlines():
        value = json.loads(text, parse_float=str)  # the time stamp digit by digit
        values[value["timestamp"]][value["signal"]] = value
    return values


def line(stamp, message, data):
    frame_id = f"{message.frame_id:08X}" if message.is_extended_frame else f"{message.frame_id:03X}"
    if message.length <= 8:
        return f"({stamp}) can0 {frame_id}#{data.hex()}\n"
    padded = data.ljust(next(length for length in FD_LENGTHS if length >= message.length), b"\xcc")
    if len(data) < message.length:  # meant to be of another length: the next one that FD has
        padded = data[: max(length for length in FD_LENGTHS if length < message.length)]
    return f"({stamp}) can0 {frame_id}##1{padded.hex()}\n"


def decode_with_cantools(message, data, report):
    """Signal name to (scaled, raw as a double * factor + offset).

    cantools gives up on a frame when a multiplexor has a value that selects nothing; the signals outside of it
    are there all the same. Where it does not give up, both ways must agree.
    """
    raw, scaled = (walk(message, message._codecs, data, scaling) for scaling in (False, True))
    try:
        whole = message.decode(data, decode_choices=False)
    except DecodeError:
        report.counts["frames with a multiplexor that selects nothing"] += 1
    else:
        assert same_dict(whole, scaled), (message.name, data.hex())
    linear = {signal.name: signal.conversion for signal in message.signals}
    return {
        name: (scaled[name], float(raw[name]) * float(linear[name].scale) + float(linear[name].offset)) for name in scaled
    }


def walk(message, codec, data, scaling):
    decoded = decode_data(data, message.length, codec["signals"], codec["formats"], False, scaling, False, True)
    bare = decode_data(data, message.length, codec["signals"], codec["formats"], False, False, False, True)
    for name, branches in codec["multiplexers"].items():
        if int(bare[name]) in branches:
            decoded |= walk(message, branches[int(bare[name])], data, scaling)
    return decoded


def same_dict(left, right):
    return left.keys() == right.keys() and all(
        left[name] == right[name] or left[name] != left[name] for name in left
    )


def compare_frame(where, message, expected, got, report):
    for name in expected.keys() | got.keys():
        if name not in got or name not in expected:
            report.differ(f"{where}: {name}: only {'cantools' if name in expected else 'can-reader'} has it")
            continue
        value = got[name]["value"]
        if isinstance(value, int) and isinstance(expected[name][0], int):
            report.counts["whole numbers of more than 53 bits"] += 1
            same = value == expected[name][0]  # to the last digit
        else:
            value = None if value is None else float(value)
            same = is_same(*expected[name], value, report)
        if not same or got[name]["message"] != message.name:
            report.differ(f"{where}: {name}: cantools {expected[name]}, can-reader {got[name]}")
        if got[name]["unit"] != (message.get_signal_by_name(name).unit or ""):
            report.differ(f"{where}: {name}: unit {got[name]['unit']}")
    report.counts["values compared"] += len(expected)


def is_same(scaled, in_doubles, value, report):
    """Equal to the last bit. Where cantools has integers that a double cannot hold, equal to the sum in doubles."""
    if not math.isfinite(scaled):
        report.counts["values that are NaN or infinite"] += 1
        return value is None  # JSON has no other way to say it
    if value is None:
        return False
    if isinstance(scaled, int) and abs(scaled) > 2**53:
        report.counts["values beyond 2^53"] += 1
        return value == in_doubles and math.isclose(float(scaled), value, rel_tol=1e-15)
    return value == scaled


if __name__ == "__main__":
    main()
