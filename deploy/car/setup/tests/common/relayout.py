"""relayout.py TOOLS LOG SEED: moves the wheels of the tests' own car to a layout that no car has, by relayout.py of TOOLS, the scorer's folder.

LOG is a drive of that car in its own layout. Prints the messages of the new one as a DBC file has them, wheels in the order front left,
front right, rear left, rear right.
"""

import os
import sys

tools, log, seed = sys.argv[1:]
sys.path.insert(0, tools)
from relayout import relayout
from score import pick, validity

COMMON = dict(id="2B7", length=14, order="intel", signed=False, factor=1 / 32, offset=-100 / 32, kmh_per_raw=1 / 32, moves=True, bus="can0")
# Rear right, rear left, front right, front left.
WHEELS = [dict(COMMON, start=start, invalid=None) for start in (48, 32, 16, 0)]
moved, truth = relayout(log, dict(wheels=WHEELS, vehicle_speeds=[], top_kmh=60.0), int(seed), pick, validity)
os.unlink(moved)
messages = {}
for name, wheel in zip(("FL", "FR", "RL", "RR"), truth["wheels"]):
    order = int(wheel["order"] == "intel")
    line = f' SG_ {name} : {wheel["start"]}|{wheel["length"]}@{order}+ ({wheel["factor"]},{wheel["offset"]}) [0|0] "km/h" X'
    messages.setdefault(wheel["id"], []).append(line)
for number, lines in messages.items():
    print(f"BO_ {int(number, 16)} WHEELS_{number}: 8 X", *lines, "", sep="\n")
