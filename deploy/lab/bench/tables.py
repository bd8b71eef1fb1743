"""Markdown tables from the results, and their places in the documents."""

import re
import statistics

from parts import TOP

PLACES = {"calls": "benchmarks", "frames": "benchmarks", "busy": "benchmarks", "decoding": "benchmarks", "life": "benchmarks",
          "ways": "ipc", "jobs": "ipc"}


def median(values):
    return statistics.median(values) if values else float("nan")


def ratio(ours, theirs):
    """The median of the rounds' ratios: what else the machine did in a round falls on both."""
    return median([mine / yours for mine, yours in zip(ours, theirs) if yours])


def number(value):
    """Three digits, as a person would write them."""
    if value != value:
        return ""
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def column(rounds, key):
    return [one[key] for one in rounds if one.get(key) is not None]


def calls(results):
    floor = "sd-bus, C"
    rows = []
    for name, rounds in results.items():
        cells = [number(median(column(rounds, key))) for key in ("p50_us", "p99_us", "p999_us", "per_s", "flight_per_s")]
        against = ["", ""]
        if floor in results:
            against = [number(ratio(column(rounds, "p50_us"), column(results[floor], "p50_us"))),
                       number(ratio(column(results[floor], "flight_per_s"), column(rounds, "flight_per_s")))]
        rows.append([name, *cells, *against])
    return table(["who answers", "p50, us", "p99", "p99.9", "calls a second", "64 in flight", "p50 / sd-bus", "64: time / sd-bus"], rows)


def frames(results):
    rows = []
    for name, rounds in results.items():
        cells = [number(median(column(rounds, key))) for key in ("p50_us", "p90_us", "p99_us")]
        rows.append([name, *cells, sum(column(rounds, "lost")),
                     number(ratio(column(rounds, "p50_us"), column(results["sd-bus, C"], "p50_us")))])
    return table(["who reads and tells", "p50, us", "p90", "p99", "lost", "p50 / sd-bus"], rows)


def busy(results):
    rows = [[name, *(number(median(column(rounds, key))) for key in ("core_percent", "taken_percent", "memory_mb"))]
            for name, rounds in results.items()]
    return table(["who listens", "core, %", "frames taken, %", "memory, MB"], rows)


def decoding(results):
    rows = []
    for job, makes in results.items():
        ours = makes["Cardash"]
        for name, rounds in makes.items():
            speed = column(rounds, "per_s")
            if not speed:
                rows.append([job, name, "does not read this file", ""])
                continue
            rows.append([job, name, number(median(speed)), number(ratio(column(ours, "per_s"), speed))])
    return table(["job", "who decodes", "frames a second, one core", "Cardash is faster, times"], rows)


def life(results):
    return table(["what", "value"], [[name, f"{number(median(one['values']))} {one['unit']}"] for name, one in results.items()])


def ways(results):
    rows = []
    for name, rounds in results.items():
        rows.append([name, *(number(median(column(rounds, key))) for key in ("p50_us", "p99_us"))])
    return table(["way", "there and back, p50, us", "p99"], rows)


def jobs(results):
    def age(rounds, key):
        ages = [one for one in column(rounds, key) if one >= 0]
        return f"{median(ages):.0f}" if ages else "none"

    def end(rounds):
        sees = rounds[-1]["sees"]
        after = [one for one in column(rounds, "after_ms") if one >= 0]
        return f"`{sees}`" if sees[0].isupper() else sees, f"{median(after):.0f}" if after else "never"

    rows = [[name, age(rounds, "late_ms"), age(rounds, "paused_ms"), *end(rounds)] for name, rounds in results.items()]
    return table(["way", "first value of a late reader is old by, ms", "after 0.5 s without a look, ms",
                  "the writer is killed: the reader sees", "after, ms"], rows)


MAKERS = {"calls": calls, "frames": frames, "busy": busy, "decoding": decoding, "life": life, "ways": ways, "jobs": jobs}


def of(results):
    """Part to table, of every part that has run."""
    return {part: MAKERS[part](results[part]) for part in MAKERS if results.get(part)}


def about(machine):
    return (f"Run on {machine['date']} at commit {machine['commit']}: {machine['processor']}, Linux {machine['kernel']}, "
            f"{machine['rounds']} rounds, load {machine['load']} at the start.")


def update_documents(results):
    """Puts the tables between their markers."""
    made = of(results) | {"machine": about(results["machine"])}
    for document in sorted(set(PLACES.values())):
        path = TOP / "docs" / f"{document}.md"
        text = path.read_text()
        for part, words in made.items():
            # What stands between the two markers, if anything does.
            place = re.compile(rf"(<!-- bench: {part} -->\n).*?(<!-- end -->)", re.DOTALL)
            text, found = place.subn(lambda marks, words=words: f"{marks[1]}\n{words}\n\n{marks[2]}", text)
            if found != (part == "machine" or PLACES[part] == document):
                raise SystemExit(f"docs/{document}.md: the markers of {part} are not there once")
        path.write_text(text)
