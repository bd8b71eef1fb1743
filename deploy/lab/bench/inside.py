"""The parts that need a CAN interface; runs where deploy/can-kernel runs it, and leaves its results in a file.

    inside.py RESULTS OPTIONS     OPTIONS is JSON: steps, rounds, seconds, python
"""

import json
import pathlib
import subprocess
import sys
import time
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import calls  # noqa: E402
import parts  # noqa: E402

INTERFACE = "vcan0"
DBC = parts.TOP / "can-reader/vehicles/toyota.dbc"


def service():
    return [parts.TARGET / "release/speed-service", "--can", INTERFACE, "--vehicle", "toyota"]


def sdbus():
    return [parts.compile_c("peers/sdbus_speed"), INTERFACE]


def frame_to_signal(lab, command, steps):
    server = lab.start(command)
    time.sleep(1)
    found = lab.run([parts.compile_c("load/frame_load"), INTERFACE, steps])
    lab.end(server)
    return found


def used_s(pid):
    """CPU seconds of all threads."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def frames_decoded(lab):
    """What the service counts."""
    get = ["busctl", f"--address={lab.bus}", "--json=short", "get-property", "org.cardash.Speed1", "/org/cardash/Speed1",
           "org.cardash.Diagnostics1", "FramesReceived"]
    return json.loads(subprocess.run(get, check=True, text=True, stdout=subprocess.PIPE).stdout)["data"]


def busy(lab, name, command, foreign, ours, seconds):
    """A listener on a busy bus: share of a core, share of the wanted frames that it took, memory."""
    output = lab.folder / "taken"
    with output.open("w") as file:
        listener = lab.start(command, stdout=file)
        time.sleep(2.5)
        before = used_s(listener.pid)
        sent = lab.run([parts.compile_c("load/frame_flood"), INTERFACE, seconds, foreign, ours])
        time.sleep(0.2)
        used, memory = used_s(listener.pid) - before, calls.resident_mb(listener.pid)
        taken = frames_decoded(lab) if name == "Cardash" else None
        lab.end(listener)
    if taken is None:
        lines = output.read_text().splitlines()
        taken = int(lines[-1]) if name.startswith("python") else len(lines)
    return {"core_percent": 100 * used / sent["seconds"], "taken_percent": 100 * taken / sent["ours"], "memory_mb": memory}


def listeners(options):
    found = {"Cardash": service(), "candump": ["candump", "-L", f"{INTERFACE},0AA:7FF"]}
    if options.python:
        found["python-can, cantools"] = [options.python, parts.LAB / "listen.py", INTERFACE, DBC]
    return found


def main():
    options = types.SimpleNamespace(**json.loads(sys.argv[2]))
    subprocess.run(["ip", "link", "add", INTERFACE, "type", "vcan"], check=True)
    subprocess.run(["ip", "link", "set", INTERFACE, "up", "txqueuelen", "1000"], check=True)
    frames, loads = {}, {}
    with parts.Lab() as lab:
        for _ in range(options.rounds):
            for name, command in (("Cardash", service()), ("sd-bus, C", sdbus())):
                frames.setdefault(name, []).append(frame_to_signal(lab, command, options.steps))
            for name, command in listeners(options).items():
                for foreign, ours in ((8000, 100), (0, 8000)):
                    row = f"{name}: {ours:,} wanted" + (f" among {foreign:,} others" if foreign else "")
                    loads.setdefault(row, []).append(busy(lab, name, command, foreign, ours, options.seconds))
    rows = sorted(loads.items(), key=lambda item: "among" not in item[0])
    pathlib.Path(sys.argv[1]).write_text(json.dumps({"frames": frames, "busy": dict(rows)}))


if __name__ == "__main__":
    main()
