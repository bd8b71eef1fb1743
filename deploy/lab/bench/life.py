"""The rest of a service's life: its start, its memory, what it does when there is nothing to do, and the whole job."""

import os
import pathlib
import socket
import time

import calls
import inside
import parts


def ready_ms(lab):
    """From the start of the process to READY=1."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    path = lab.folder / f"notify.{time.monotonic_ns()}"
    listener.bind(str(path))
    listener.settimeout(10)
    began = time.monotonic_ns()
    child = lab.start(["env", f"NOTIFY_SOCKET={path}", *calls.service(lab)])
    while b"READY=1" not in listener.recv(4096):
        pass
    took = (time.monotonic_ns() - began) / 1e6
    lab.end(child)
    return took


def answer_ms(lab, command):
    """From the start of the process to its first answer on the bus, an error or a number."""
    load = parts.compile_c("load/dbus_load")
    began = time.monotonic_ns()
    child = lab.start(command)
    found = lab.run([load, "first", began])
    lab.end(child)
    return found["ms"]


def switches(pid):
    """How often it went to sleep, so far."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def settled(lab, seconds):
    """Memory after `seconds` at 100 frames a second, MB."""
    child = lab.start(calls.service(lab))
    lab.wait_for_speed()
    time.sleep(seconds)
    found = calls.resident_mb(child.pid)
    lab.end(child)
    return found


def wakes_per_s(lab, seconds):
    """With nothing to read: the log has ended, and clients have been told."""
    short = lab.folder / "short.log"
    short.write_text(parts.drive(200))
    child = lab.start([parts.TARGET / "release/speed-service", "--replay", short, "--vehicle", "toyota"])
    time.sleep(4)
    before = switches(child.pid)
    time.sleep(seconds)
    found = (switches(child.pid) - before) / seconds
    lab.end(child)
    return found


def whole_job(lab, seconds):
    """1,058 frames a second from a log in real time, 100 of them wheels, and one subscriber: CPU in % of a core, MB."""
    log = lab.folder / "whole.log"
    if not log.exists():
        ours = parts.drive(int((seconds + 10) * 100)).splitlines(keepends=True)
        foreign = [f"({1600000000 + n / 958:.6f}) can0 {0x200 + n % 16:03X}#{n % 251:02X}00000000000000\n"
                   for n in range(int((seconds + 10) * 958))]
        log.write_text("".join(sorted(ours + foreign)))
    child = lab.start([parts.TARGET / "release/speed-service", "--replay", log, "--vehicle", "toyota"])
    listener = lab.start([parts.compile_c("load/dbus_load"), "signals", 10**9])
    lab.wait_for_speed()
    before = inside.used_s(child.pid)
    time.sleep(seconds)
    found = 100 * (inside.used_s(child.pid) - before) / seconds, calls.resident_mb(child.pid)
    lab.end(listener)
    lab.end(child)
    return found


def measure(options):
    """What, to its values."""
    found = {}

    def note(name, unit, value):
        found.setdefault(name, {"unit": unit, "values": []})["values"].append(value)

    with parts.Lab(options.core) as lab:
        for _ in range(options.rounds * 2):
            note("start to READY=1", "ms", ready_ms(lab))
            note("start to the first answer", "ms", answer_ms(lab, calls.service(lab)))
            note("the same, sd-bus in C", "ms", answer_ms(lab, [parts.compile_c("peers/sdbus_speed")]))
            note("the same, QtDBus", "ms", answer_ms(lab, [parts.compile_qt("peers/qtdbus_speed")]))
        note(f"memory after {options.settle} s", "MB", settled(lab, options.settle))
        note("wake-ups with nothing to read", "a second", wakes_per_s(lab, options.settle))
        for _ in range(options.rounds):
            core, memory = whole_job(lab, options.seconds * 2)
            note("the whole job: CPU", "% of a core", core)
            note("the whole job: memory", "MB", memory)
    for name in ("speed-service", "can-reader"):
        note(f"size of {name}", "MB", os.path.getsize(parts.TARGET / "release" / name) / 1e6)
    return found
