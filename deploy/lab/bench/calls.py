"""getSpeed: the service, other makes of the same, and sockets with text."""

import parts

PORT = 17120


def resident_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("Pss:"))


def service(lab, rate="1"):
    log = lab.folder / "drive.log"
    if not log.exists():
        log.write_text(parts.drive(60000))
    return [parts.TARGET / "release/speed-service", "--replay", log, "--vehicle", "toyota", "--loop", "--rate", rate]


def on_bus(lab, command, calls):
    """One round of who answers on the bus."""
    load = parts.compile_c("load/dbus_load")
    server = lab.start(command)
    lab.wait_for_speed()
    lab.run([load, "call", max(calls // 20, 10)])
    found = lab.run([load, "call", calls])
    found["flight_per_s"] = lab.run([load, "flight", calls, 64])["per_s"]
    lab.end(server)
    return found


def by_socket(lab, kind, where, calls):
    load, server = parts.compile_c("load/text_load"), lab.start([parts.compile_c("peers/text_speed"), kind, where])
    for _ in range(100):
        try:
            lab.run([load, kind, where, "call", max(calls // 20, 10)], stderr=parts.subprocess.DEVNULL)
            break
        except parts.subprocess.CalledProcessError:
            parts.time.sleep(0.05)
    found = lab.run([load, kind, where, "call", calls])
    found["flight_per_s"] = lab.run([load, kind, where, "flight", calls, 64])["per_s"]
    lab.end(server)
    return found


def measure(options):
    """Who answers, to its rounds."""
    calls = options.calls
    with parts.Lab(options.core) as lab:
        load = parts.compile_c("load/dbus_load")
        who = {
            "Cardash, 100 frames a second": lambda: on_bus(lab, service(lab), calls),
            "sd-bus, C": lambda: on_bus(lab, [parts.compile_c("peers/sdbus_speed")], calls),
            "QtDBus, C++": lambda: on_bus(lab, [parts.compile_qt("peers/qtdbus_speed")], calls),
            "TCP, text": lambda: by_socket(lab, "tcp", PORT, calls),
            "Unix socket, text": lambda: by_socket(lab, "unix", lab.folder / "text", calls),
            "the bus itself (ping)": lambda: lab.run([load, "ping", calls]) |
            {"flight_per_s": None},
        }
        found = {name: [] for name in who}
        for _ in range(options.rounds):
            for name, one in who.items():
                found[name].append(one())
        return found
