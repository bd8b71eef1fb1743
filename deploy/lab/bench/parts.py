"""What the benchmarks start: a private bus, the service, peers, and the logs that they drive by.

Everything runs on one core (taskset), so that a call is the work of all who take part, one after the other.
"""

import json
import math
import os
import pathlib
import signal
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
LAB = pathlib.Path(__file__).resolve().parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
BUILT = TARGET / "bench"

# Without folders of service files: what is installed on the machine is never started. No limits: a peer with thousands of
# calls under way is what is asked for.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>{address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""

# With the policy of a system bus: nobody owns a name or is called unless a rule says so.
SYSTEM_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>{address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/><allow send_type="signal"/>
<allow send_requested_reply="true" send_type="method_return"/><allow send_requested_reply="true" send_type="error"/>
<allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
<allow send_destination="org.freedesktop.DBus"/></policy>
<policy context="default"><allow own_prefix="org.cardash"/><allow send_destination="org.cardash.Bench0"/>
<allow send_destination="org.cardash.Bench1"/></policy>
</busconfig>
"""

C_FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"]


def words_of(*command):
    """What a command prints, as words."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.split()


def is_newer(made, *sources):
    return made.exists() and all(made.stat().st_mtime > source.stat().st_mtime for source in sources)


def compile_c(name):
    """Compiles `load/NAME.c` and the like, if it is not there; the program."""
    source, program = LAB / f"{name}.c", BUILT / pathlib.Path(name).name
    if not is_newer(program, source, *(LAB / "load").glob("*.h")):
        BUILT.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", *C_FLAGS, f"-I{LAB / 'load'}", source, "-o", program,
                        *words_of("pkg-config", "--cflags", "--libs", "libsystemd"), "-lm", "-lrt", "-pthread"], check=True)
    return program


def compile_qt(name):
    """The same with QtDBus."""
    source, program = LAB / f"{name}.cpp", BUILT / pathlib.Path(name).name
    if not is_newer(program, source):
        BUILT.mkdir(parents=True, exist_ok=True)
        [headers] = words_of("qmake6", "-query", "QT_INSTALL_HEADERS")
        [tools] = words_of("qmake6", "-query", "QT_INSTALL_LIBEXECS")
        moc = BUILT / f"{pathlib.Path(name).name}.moc"
        subprocess.run([f"{tools}/moc", source, "-o", moc], check=True)
        subprocess.run(["c++", "-std=c++17", "-O2", "-fPIC", f"-I{BUILT}", f"-I{headers}", f"-I{headers}/QtCore",
                        f"-I{headers}/QtDBus", source, "-o", program, "-lQt6DBus", "-lQt6Core"], check=True)
    return program


class Lab:
    """A folder, a bus, and children; all gone at the end. Use it with `with`."""

    def __init__(self, core=None, bus=BUS):
        self.core = core
        self.config = bus
        self.children = []
        self.holder = tempfile.TemporaryDirectory(prefix="cardash-bench.")
        self.folder = pathlib.Path(self.holder.name)
        self.bus = f"unix:path={self.folder}/bus"

    def __enter__(self):
        (self.folder / "bus.conf").write_text(self.config.format(address=self.bus))
        daemon = self.start(["dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--print-address"],
                            stdout=subprocess.PIPE)
        daemon.stdout.readline()
        return self

    def __exit__(self, *_):
        for child in self.children:
            self.end(child)
        self.holder.cleanup()

    def pinned(self, command):
        pin = ["taskset", "--cpu-list", str(self.core)] if self.core is not None else []
        return [*pin, *map(str, command)]

    def environment(self):
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH") if key in os.environ}
        return kept | {"DBUS_SESSION_BUS_ADDRESS": self.bus, "XDG_CONFIG_HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def start(self, command, **more):
        for stream in ("stdout", "stderr"):
            more.setdefault(stream, subprocess.DEVNULL)
        child = subprocess.Popen(self.pinned(command), env=self.environment(), stdin=subprocess.DEVNULL, **more)
        self.children.append(child)
        return child

    def end(self, child):
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def run(self, command, **more):
        """The JSON of the last line that a load client prints."""
        done = subprocess.run(self.pinned(command), env=self.environment(), check=True, text=True, stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, **more)
        return json.loads(done.stdout.splitlines()[-1])

    def is_answered(self):
        call = ["dbus-send", "--session", "--print-reply", "--dest=org.cardash.Speed1", "/org/cardash/Speed1",
                "org.cardash.Speed1.getSpeed"]
        return subprocess.run(call, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def wait_for_speed(self, seconds=30, pause=0.1):
        """Until somebody on the bus answers getSpeed with a number."""
        end = time.monotonic() + seconds
        while not self.is_answered():
            if time.monotonic() > end:
                raise SystemExit("nobody has answered getSpeed")
            time.sleep(pause)


def frame(at_s, speeds, interface="can0"):
    """A line of a candump log: Toyota's wheel speeds, km/h."""
    wheels = "".join(f"{round(speed * 100) + 6767:04X}" for speed in speeds)
    return f"({1600000000 + at_s:.6f}) {interface} 0AA#{wheels}\n"


def drive(frames, per_s=100, middle=70, swing=40, period_s=56.5):
    """A log of a car on the road: every wheel with noise of its own, as sensors have it."""
    lines = []
    for n in range(frames):
        t = n / per_s
        speed = middle + swing * math.sin(2 * math.pi * t / period_s)
        lines.append(frame(t, [speed + 0.05 * math.sin(t * (37 + 11 * wheel)) for wheel in range(4)]))
    return "".join(lines)


def steps(frames, per_s=25, least=30, most=110):
    """A log in which each frame changes the whole speed by 1 km/h: as much as a car can brake and accelerate."""
    lines = []
    for n in range(frames):
        place = n % (2 * (most - least))
        speed = least + min(place, 2 * (most - least) - place)
        lines.append(frame(n / per_s, [speed + 0.02 * math.sin(n * (37 + 11 * wheel)) for wheel in range(4)]))
    return "".join(lines)
