"""Holds `can-reader decode` against cantools on groups of SAE J1939, which come from any source address.

    groups.py --can-reader PROGRAM DBC [LOG]

cantools takes the groups by a mask over the id, as its documentation says of J1939: priority and source address do not
count. Without a LOG it makes one: every message of the DBC from random addresses with random priorities, and as many
frames of neighbouring groups. Prints a summary and ends with 1 if anything differs.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile

import cantools

GROUP = 0x03FFFF00  # the data page, the format and the group extension: what PDU2 is told by


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--can-reader", required=True)
    parser.add_argument("dbc")
    parser.add_argument("log", nargs="?")
    args = parser.parse_args()
    database = cantools.database.load_file(args.dbc, frame_id_mask=GROUP)
    if any(message.frame_id >> 16 & 0xFF < 240 for message in database.messages):
        sys.exit("the mask of this test is that of PDU2")
    if args.log:
        sys.exit(compare(args, database, args.log))
    with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        for stamp, (frame_id, data) in enumerate(random_frames(database)):
            log.write(f"({1600000000 + stamp * 0.01:.6f}) can0 {frame_id:08X}#{data.hex()}\n")
        log.flush()
        sys.exit(compare(args, database, log.name))


def random_frames(database):
    seed = random.Random(1939)
    for _ in range(700 * len(database.messages)):
        message = seed.choice(database.messages)
        group = message.frame_id & GROUP
        if seed.random() < 0.5:
            group ^= 1 << seed.randrange(8, 26)
        yield seed.randrange(8) << 26 | group | seed.randrange(254), seed.randbytes(message.length)


def compare(args, database, log):
    command = [args.can_reader, "decode", "--json", "--dbc", args.dbc, log]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    got = collections.Counter()
    for line in map(json.loads, run.stdout.splitlines()):
        got[f"{line['timestamp']:.6f}", line["message"], line["signal"], line["value"]] += 1
    expected = collections.Counter()
    senders = collections.defaultdict(set)
    with open(log) as lines:
        for line in lines:
            stamp, _, frame = line.split()[:3]
            frame_id, data = frame.split("#")
            if len(frame_id) != 8:
                continue
            number = int(frame_id, 16)
            try:
                message = database.get_message_by_frame_id(number)
            except KeyError:
                continue
            values = message.decode(bytes.fromhex(data), decode_choices=False)
            senders[message.name].add(number & 0xFF)
            for name, value in values.items():
                expected[f"{float(stamp.strip('()')):.6f}", message.name, name, value] += 1
    different = sum(((got - expected) + (expected - got)).values())
    for name, addresses in sorted(senders.items()):
        print(f"source addresses of {name}: {len(addresses)}")
    print(f"values compared: {sum(expected.values())}")
    print(f"differences: {different}")
    return 1 if different else 0


if __name__ == "__main__":
    main()
