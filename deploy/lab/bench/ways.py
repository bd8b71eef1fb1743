"""One number from process to process, by each way that tutorials list: docs/ipc.md."""

import itertools
import subprocess

import parts


def compile_ways():
    """The programs of ways/, which are one."""
    sources = sorted((parts.LAB / "ways").glob("*.c"))
    program = parts.BUILT / "ways"
    if not parts.is_newer(program, *sources, parts.LAB / "ways/ways.h", parts.LAB / "load/times.h"):
        parts.BUILT.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", *parts.C_FLAGS, *sources, "-o", program,
                        *parts.words_of("pkg-config", "--cflags", "--libs", "libsystemd"), "-lrt"], check=True)
    return program


def measure(options):
    """Way to its rounds: there and back, and the whole job."""
    program = compile_ways()
    names = subprocess.run([program, "/", "list"], check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    there, jobs = {name: [] for name in names}, {name: [] for name in names}
    with parts.Lab(options.core) as lab, parts.Lab(options.core, parts.SYSTEM_BUS) as system:
        folders = (lab.folder / str(number) for number in itertools.count())

        def run(lab, what, name, *more):
            folder = next(folders)
            folder.mkdir()
            return lab.run([program, folder, what, name, *more])

        for turn in range(options.rounds):
            for name in names:
                there[name].append(run(lab, "there-and-back", name, max(options.calls // 5, 100)))
                if name.startswith("D-Bus"):
                    again = run(system, "there-and-back", name, max(options.calls // 5, 100))
                    there.setdefault(f"{name}, system bus", []).append(again)
                # The ages and ends are the same each time; three rounds show it.
                if turn < 3:
                    jobs[name].append(run(lab, "job", name))
    return there, jobs
