"""Decodes frames with cantools: a DBC file, how many, and lines of `id bytes` on standard input. Prints JSON as decode/ does."""

import sys
import time

import cantools

DATABASE = cantools.database.load_file(sys.argv[1], strict=False)
FRAMES = [(int(number), bytes.fromhex(data)) for number, data in (line.split() for line in sys.stdin)]
COUNT = int(sys.argv[2])
began, known = time.perf_counter(), 0
for n in range(COUNT):
    number, data = FRAMES[n % len(FRAMES)]
    try:
        DATABASE.decode_message(number, data, decode_choices=False)
        known += 1
    except Exception:  # what it makes of a frame without a meaning is not what is measured here
        pass
print(f'{{"per_s": {COUNT / (time.perf_counter() - began):.0f}, "known": {known / COUNT:.3f}}}')
