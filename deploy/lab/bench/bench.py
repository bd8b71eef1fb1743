"""Runs the parts of deploy/bench, and writes what came out: tables, JSON, pictures, documents."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

import calls
import decoding
import guest
import life
import parts
import pictures
import tables
import ways

IMAGES = parts.TOP / "docs/images"
QUICK = {"rounds": 1, "calls": 200, "seconds": 1, "settle": 1}


def machine(options):
    cpu = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith(("model name", "Model"))), platform.machine())
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=parts.TOP, text=True, stdout=subprocess.PIPE)
    return {"date": datetime.date.today().isoformat(), "commit": commit.stdout.strip() or "unknown", "processor": cpu,
            "kernel": platform.release().split("-")[0], "rounds": options.rounds, "load": f"{os.getloadavg()[0]:.1f}"}


def run(part, options):
    """The results of a part: one table's, or several."""
    if part == "ways":
        return dict(zip(("ways", "jobs"), ways.measure(options)))
    if part == "guest":
        return guest.measure(options)
    return {part: {"calls": calls, "decoding": decoding, "life": life}[part].measure(options)}


PARTS = ("calls", "ways", "guest", "decoding", "life")


def arguments():
    parser = argparse.ArgumentParser(prog="deploy/bench", add_help=False)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=20000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--settle", type=float, default=60)
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--update-docs", action="store_true")
    parser.add_argument("--from", dest="earlier", type=pathlib.Path)
    if "--quick" in sys.argv:
        parser.set_defaults(**QUICK)
    return parser.parse_args()


def main():
    options = arguments()
    path = options.earlier or parts.BUILT / "results.json"
    results = {}
    if options.earlier:
        results = json.loads(path.read_text())
    else:
        parts.BUILT.mkdir(parents=True, exist_ok=True)
        results["machine"] = machine(options)
        for part in options.parts or PARTS:
            print(f"bench: {part}", file=sys.stderr, flush=True)
            results |= run(part, options)
        path.write_text(json.dumps(results, indent=1) + "\n")
    print(tables.about(results["machine"]))
    for part, words in tables.of(results).items():
        print(f"\n{part}\n\n{words}")
    folder = IMAGES if options.update_docs else parts.BUILT
    for name, svg in pictures.of(results).items():
        (folder / f"{name}.svg").write_text(svg)
    if options.update_docs:
        tables.update_documents(results)
    print(f"\nResults: {path}; pictures: {folder}", file=sys.stderr)


main()
