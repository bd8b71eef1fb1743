"""Which chart shows what."""

import chart
from tables import column, median, number

OURS = ("Cardash, 100 frames a second", "Cardash", "D-Bus method", "D-Bus signal", "D-Bus method, system bus",
        "D-Bus signal, system bus")


def rows(results, first, second=None):
    found = []
    for name, rounds in results.items():
        values = column(rounds, first)
        if values:
            found.append((name, median(values), median(column(rounds, second)) if second else None))
    return found


def of(results):
    """Name of a file to its SVG."""
    made = {}
    if results.get("calls"):
        made["bench-calls"] = chart.bars("getSpeed: how long an answer takes", "us, p50 (p99 lighter, logarithmic); all on one core",
                                         rows(results["calls"], "p50_us", "p99_us"), number, True, OURS)
    if results.get("frames"):
        made["bench-frames"] = chart.bars("From a CAN frame to SpeedChanged at a subscriber", "us, p50 (p99 lighter, logarithmic)",
                                          rows(results["frames"], "p50_us", "p99_us"), number, True, OURS)
    if results.get("decoding"):
        every = [(f"{name}, {job.split(',')[0]}", *values)
                 for job, makes in results["decoding"].items() for name, *values in rows(makes, "per_s")]
        ours = [name for name, *_ in every if name.startswith("Cardash")]
        made["bench-decoding"] = chart.bars("Decoding: frames a second on one core", "every signal of each frame; logarithmic",
                                            every, number, True, ours)
    if results.get("ways"):
        made["ipc-ways"] = chart.bars("One number there and back, by each way", "us, p50 (p99 lighter, logarithmic); all on one core",
                                      rows(results["ways"], "p50_us", "p99_us"), number, True, OURS)
    return made
