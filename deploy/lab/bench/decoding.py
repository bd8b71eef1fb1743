"""Decoding: one message, and a whole DBC file, every signal of every frame."""

import json
import subprocess
import sys

import parts

CRATE = parts.LAB / "decode"
DBC = parts.TOP / "can-reader/vehicles/toyota.dbc"
JOBS = {"one message, 8 signals": "0AA", "a whole DBC file": "all"}


def compile_decoders():
    # A second target folder: the profile and the features are others, and would have all crates built twice.
    folder = parts.BUILT / "decode"
    subprocess.run(["cargo", "build", "--locked", "--quiet", "--release", "--manifest-path", CRATE / "Cargo.toml",
                    "--target-dir", folder], check=True, cwd=CRATE)
    return folder / "release/cardash-bench-decode"


def cantools(lab, python, count, frames):
    done = subprocess.run(lab.pinned([python, parts.LAB / "decode_cantools.py", DBC, count]), input=frames, check=True, text=True,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def measure(options):
    """Job to decoder to rounds."""
    program = compile_decoders()
    python = parts.TARGET / "python/bin/python3"
    found = {job: {} for job in JOBS}
    with parts.Lab(options.core) as lab:
        for _ in range(options.rounds):
            for job, wanted in JOBS.items():
                for name, decoder in (("Cardash", "cardash"), ("can_decode 0.7", "can_decode"), ("dbc-rs 0.7", "dbc-rs")):
                    rounds = found[job].setdefault(name, [])
                    try:
                        rounds.append(lab.run([program, decoder, DBC, options.calls * 50, wanted], stderr=subprocess.DEVNULL))
                    except subprocess.CalledProcessError:
                        print(f"{name} does not read {DBC.name}", file=sys.stderr)
                if python.exists():
                    frames = subprocess.run([program, "frames", DBC, "1", wanted], check=True, text=True,
                                            stdout=subprocess.PIPE).stdout
                    found[job].setdefault("cantools", []).append(cantools(lab, python, options.calls // 2, frames))
    return found
