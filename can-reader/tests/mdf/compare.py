"""Compares two logs of candump; times may differ by a microsecond.

Usage: compare.py EXPECTED READ
"""

import sys


def frames(path):
    with open(path, encoding="ascii") as lines:
        for line in lines:
            stamp, rest = line.strip().split(" ", 1)
            seconds, fraction = stamp.strip("()").split(".")
            yield int(seconds) * 1_000_000 + int(fraction), rest


def main():
    expected, read = (list(frames(path)) for path in sys.argv[1:3])
    wrong = [pair for pair in zip(expected, read) if pair[0][1] != pair[1][1] or abs(pair[0][0] - pair[1][0]) > 1]
    print(f"{sys.argv[2]}: {len(expected)} frames expected, {len(read)} read, {len(wrong)} wrong")
    if len(expected) != len(read) or wrong or not read:
        sys.exit(f"mdf-oracle: for example {wrong[:3]}")


main()
