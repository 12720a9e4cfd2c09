#!/usr/bin/env python3
"""Draws docs/performance-rows.svg (time against rows) and docs/performance-regions.svg (time against regions).

    python3 benches/curves.py                   # builds, measures, draws; up to 10 million rows and 10,000 regions
    python3 benches/curves.py --most-rows 1000000 --most-regions 1000

Processor time, medians, one thread; what the pictures show is the slope: a straight line at 45 degrees is linear.
"""

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile

from compare import HERE, ROOT, MAPS, Peer, WORKS, batch_command, cost, run

COLOURS = ["#1b6ca8", "#c8553d", "#4a8f3c", "#7d5ba6", "#8a8a8a"]


def region(number):
    """A region of W3's kind that says something of its own about each outcome; the same number gives the same text."""
    pick = random.Random(number)
    pooled, other = pick.sample(["retained", "kept_at_origin", "cleared"], 2)
    personal, second = pick.sample(["transferred", "withdrawn", "frozen"], 2)
    years = pick.choice([0, 1, 2, 3])
    return f"""use transfer_bench
source notice{number:05d} "Notice {number}" < kind = notice   published = 2025-01-01 >
region R{number:05d} in Nation per notice{number:05d} <
  transfer < let first_wait = {pick.choice([3, 6])} months >
  transfer resident->employee <
    pooled_balance = {other}
    credited = months(full_years(actual) * {years})
  >
  transfer employee->resident <
    pooled_balance = kept_at_origin
      except when gap > {pick.randint(4, 24)} months: pooled_balance = {pooled}
    personal_balance = {second}
      except when gap > {pick.randint(4, 24)} months: personal_balance = {personal}
  >
>
"""


def nation(folder, regions):
    """The nation's rules of W3, and so many regions below it."""
    with open(os.path.join(HERE, "policies", "transfer.pol"), encoding="utf-8") as f:
        text = f.read()
    with open(os.path.join(folder, "nation.pol"), "w", encoding="utf-8") as f:
        f.write(text[: text.index("region A in Nation")])
    for number in range(regions):
        with open(os.path.join(folder, f"r{number:05d}.pol"), "w", encoding="utf-8") as f:
            f.write(region(number))


def picture(path, title, across, series):
    """A log-log picture; `series` is a list of (name, [(x, seconds)])."""
    width, height, left, top, right, bottom = 760, 430, 78, 44, 250, 52
    points = [p for _, ps in series for p in ps]
    low_x, high_x = (math.log10(f(x for x, _ in points)) for f in (min, max))
    low_y, high_y = math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points)))

    def at(x, y):
        return (
            left + (math.log10(x) - low_x) / (high_x - low_x) * (width - left - right),
            height - bottom - (math.log10(y) - low_y) / (high_y - low_y) * (height - top - bottom),
        )

    def seconds(power):
        unit, size = next((u, s) for u, s in (("s", 0), ("ms", -3), ("µs", -6), ("ns", -9)) if power >= s)
        return f"{10 ** (power - size)} {unit}"

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{left}" y="24" font-size="15">{title}</text>',
    ]
    for power in range(low_y, high_y + 1):
        _, y = at(10**low_x, 10.0**power)
        out.append(f'<path d="M{left} {y:.1f}H{width - right}" stroke="#ddd"/><text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{seconds(power)}</text>')
    for power in range(math.ceil(low_x - 1e-9), math.floor(high_x + 1e-9) + 1):
        x, _ = at(10.0**power, 10.0**low_y)
        out.append(f'<path d="M{x:.1f} {top}V{height - bottom}" stroke="#eee"/><text x="{x:.1f}" y="{height - bottom + 18}" text-anchor="middle">{10**power:,}</text>')
    out.append(f'<text x="{(left + width - right) / 2:.0f}" y="{height - 12}" text-anchor="middle">{across}</text>')
    # Names stand beside the last points, pushed apart where they would overlap.
    labels = sorted((at(*ps[-1])[1], i) for i, (_, ps) in enumerate(series))
    y_of, last = {}, -99.0
    for y, i in labels:
        last = max(y, last + 15)
        y_of[i] = last
    for i, (name, ps) in enumerate(series):
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*p) for p in ps))
        colour = COLOURS[i % len(COLOURS)]
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in (at(*p) for p in ps)]
        out.append(f'<text x="{width - right + 10}" y="{y_of[i] + 4:.1f}" fill="{colour}">{name}</text>')
    out.append("</svg>")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")
    print(path)


def table(title, series):
    print(f"\n| {title} | " + " | ".join(name for name, _ in series) + " |\n|---|" + "---|" * len(series))
    for x in sorted({x for _, ps in series for x, _ in ps}):
        print(f"| {x:,} | " + " | ".join(f"{dict(ps)[x] * 1e3:.3g} ms" if x in dict(ps) else "" for _, ps in series) + " |")


def steps(low, high):
    """1, 3, 10, 30 … from low to high."""
    found, n = [], low
    while n <= high:
        found += [n] + ([3 * n] if 3 * n <= high else [])
        n *= 10
    return found


def against_rows(given, target, polc):
    series = {"plain": ("Rust, plain row loop", []), "batch": ("polc, columns", []), "process": ("polc batch, Parquet to Parquet (W3)", [])}
    memory = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in steps(10_000, given.most_rows):
            run([sys.executable, "benches/persons.py", "--rows", str(rows), "--out", folder, "--no-csv"])
            stem = os.path.join(folder, f"persons-{rows}")
            peer = Peer([f"{target}/release/rows", f"{stem}.bin"])
            for engine in ("plain", "batch"):
                for work in WORKS:
                    peer.ask("pass", engine, work)
                times = [sum(int(peer.ask("pass", engine, work)) for work in WORKS) / 1e9 for _ in range(5)]
                series[engine][1].append((rows, statistics.median(times)))
            peer.close()
            try:
                runs = {}
                for threads in (1, None):
                    command = batch_command(polc, "transfer", stem, "parquet", os.path.join(folder, "out"), threads)
                    runs[threads] = [cost(command) for _ in range(3)]
                series["process"][1].append((rows, statistics.median(r[1] for r in runs[1])))
                memory.append((rows, *(statistics.median(r[2] for r in runs[t]) for t in (1, None))))
            except RuntimeError as e:
                print(f"polc batch was not measured: {e}", file=sys.stderr)
            for suffix in ("bin", "parquet"):
                os.remove(f"{stem}.{suffix}")
    print("\n| rows | polc batch, most memory, one thread | all cores |\n|---|---|---|")
    for rows, one, all_cores in memory:
        print(f"| {rows:,} | {one:.0f} MB | {all_cores:.0f} MB |")
    return [s for s in series.values() if s[1]]


def against_regions(given, target):
    found = []
    with tempfile.TemporaryDirectory() as data:
        run([sys.executable, "benches/persons.py", "--rows", "1000000", "--out", data, "--bin-only"])
        for regions in steps(10, given.most_regions):
            with tempfile.TemporaryDirectory() as folder:
                nation(folder, regions)
                said = subprocess.run([f"{target}/release/scale", folder, f"{data}/persons-1000000.bin", str(regions)], check=True, capture_output=True, text=True)
                found.append(json.loads(said.stdout))
                print(said.stdout.strip(), file=sys.stderr, flush=True)
    return [
        (name, [(f["regions"], f[key] / 1e9) for f in found])
        for key, name in (("load", "load and check"), ("pass", "columns, 1,000,000 persons"), ("prepare", "prepare for all regions"), ("one", "one person"))
    ]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--most-rows", type=int, default=10_000_000)
    options.add_argument("--most-regions", type=int, default=10_000)
    options.add_argument("--no-build", action="store_true")
    options.add_argument("--only", choices=["rows", "regions"])
    given = options.parse_args()
    target = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "peers", "target")))
    env = {**os.environ, "CARGO_TARGET_DIR": target}
    if not given.no_build:
        run(["cargo", "build", "--release", "--manifest-path", "benches/peers/Cargo.toml", "--features", "ours", "--bin", "rows", "--bin", "scale"], env=env)
        run(["cargo", "build", "--release", "--locked"], env=env)
    if given.only != "regions":
        series = against_rows(given, target, os.path.join(target, "release", "polc"))
        picture(os.path.join(ROOT, "docs", "performance-rows.svg"), "Three policies for everybody: processor time against rows", "rows", series)
        table("rows", series)
    if given.only != "rows":
        series = against_regions(given, target)
        picture(os.path.join(ROOT, "docs", "performance-regions.svg"), "W3 with many regions: processor time against regions", "regions", series)
        table("regions", series)


if __name__ == "__main__":
    main()
