"""The parts that need a CAN interface, in one boot of deploy/can-kernel."""

import json
import subprocess
import sys

import parts


def measure(options):
    """Frame to signal, and the busy bus."""
    # What is compiled is compiled here: the guest may be slow.
    for name in ("load/frame_load", "load/frame_flood", "peers/sdbus_speed"):
        parts.compile_c(name)
    python = parts.TARGET / "python/bin/python3"
    results = parts.BUILT / "inside.json"
    results.unlink(missing_ok=True)
    inside = {"steps": max(options.calls // 100, 5), "rounds": options.rounds, "seconds": options.seconds,
              "python": str(python) if python.exists() else ""}
    subprocess.run([parts.TOP / "deploy/can-kernel", "--time", "1800", "--write", parts.BUILT, "--", sys.executable,
                    parts.LAB / "inside.py", results, json.dumps(inside)], check=True, cwd=parts.TOP)
    return json.loads(results.read_text())
