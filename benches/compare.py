#!/usr/bin/env python3
"""polc beside hand-written Rust, other rule engines and column tools, on the same rows, in one run.

    python3 benches/compare.py                      # makes data, builds everything, prints tables of ratios
    python3 benches/compare.py --rows 100000 --rounds 3 --engine-rows 5000

One thread each; processor time, not the clock; engines take turns round by round, so that a noisy machine disturbs all alike; medians of the rounds.
Nothing is timed before its results have the right checksum. NumPy, Polars and DuckDB come from PyPI and are left out where Python does not have them.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
WORKS = (1, 2, 3)

# The common work's checksums for its first million rows.
MILLION = {
    1: "W1 n=1000000 shortage=36671519 lump=1879183421772 outcome=295539,152013,552448 wsum=91843169341706",
    2: "W2 n=1000000 reimbursed=111880808634 self_pay=1200446046840 wsum=64330346081544",
    3: "W3 n=1000000 pooled=83342,610233,306425 personal=287750,541268,170982 waiting=5448613 credited=7341144 wsum=728627523",
}

COLUMNS = [("plain", "Rust, plain row loop"), ("tuned", "Rust, tuned by hand"), ("batch", "polc, columns"), ("single", "polc, one by one")]
PYTHON = [("polars", "Polars"), ("numpy", "NumPy"), ("duckdb", "DuckDB into a table")]
ENGINES = [("cel", "cel"), ("regorus", "regorus, register machine"), ("zen", "zen-engine")]
SLOW = [("whole", "polc, whole answers of `eval`")]


class Peer:
    """A program that answers `check`, `pass`, `one` and `json`."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what, engine, work):
        self.process.stdin.write(f"{what} {engine} {work}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        if not line:
            sys.exit(f"{engine} ended in the midst of `{what} {engine} {work}`")
        return line

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run(command, **more):
    print("+", " ".join(command), file=sys.stderr, flush=True)
    subprocess.run(command, check=True, cwd=ROOT, **more)


def cost(command, env=None, cwd=ROOT):
    """Seconds on the clock and of the processor, and the most memory in MB, of a whole process."""
    import time

    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {process.returncode}\n{said.decode()[-2000:]}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def rate(nanoseconds, rows):
    """Persons a second, in words."""
    n = rows / nanoseconds * 1e9
    for size, name in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if n >= size:
            return f"{n / size:.3g}{name}"
    return f"{n:.3g}"


def time_of(nanoseconds):
    for size, name in ((1e6, "ms"), (1e3, "µs")):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {name}"
    return f"{nanoseconds:.0f} ns"


def ratio(x):
    return f"{x:.3g}" if x < 100 else f"{x:,.0f}"


def rows_table(given, peers):
    """Every engine on all rows, round by round; the table, and the medians."""
    names = [(peer, engine, title, rows) for peer, engines, rows in peers for engine, title in engines]
    times = {engine: {work: [] for work in WORKS} for _, engine, _, _ in names}
    for turn in range(given.rounds):
        for work in WORKS:
            for peer, engine, _, rows in names:
                times[engine][work].append(int(peer.ask("pass", engine, work)) / rows)
        print(f"round {turn + 1} of {given.rounds}", file=sys.stderr, flush=True)
    middle = {}
    for engine, by_work in times.items():
        middle[engine] = {f"W{w}": statistics.median(by_work[w]) for w in WORKS}
        middle[engine]["all"] = statistics.median(sum(parts) for parts in zip(*by_work.values()))
    parts = ["W1", "W2", "W3", "all"]
    print("\n| engine | " + " | ".join(f"{p}, persons/s" for p in parts) + " | " + " | ".join(f"{p} : plain" for p in parts) + " |")
    print("|---|" + "---|" * (2 * len(parts)))
    for _, engine, title, _ in names:
        m = middle[engine]
        print(f"| {title} | " + " | ".join(rate(m[p], 1) for p in parts) + " | " + " | ".join(ratio(middle["plain"][p] / m[p]) for p in parts) + " |")
    return middle


def singles_table(given, peers):
    """One warm evaluation, and the same from JSON to JSON."""
    print("\n| one person | W1 | W2 | W3 | JSON to JSON: W1 | W2 | W3 |\n|---|---|---|---|---|---|---|")
    found = {}
    for peer, engines, _ in peers:
        for engine, title in engines:
            if engine in ("tuned", "batch"):
                continue
            turns = range(3)
            one = [statistics.median(float(peer.ask("one", engine, w)) for _ in turns) for w in WORKS]
            from_json = [statistics.median(float(peer.ask("json", engine, w)) for _ in turns) for w in WORKS] if engine in ("single", "regorus", "zen") else []
            found[engine] = {"one": one, "json": from_json}
            print(f"| {title} | " + " | ".join(map(time_of, one)) + " | " + (" | ".join(map(time_of, from_json)) or "| |") + " |", flush=True)
    return found


# What `polc batch` is asked about the files of persons.py: columns that are called otherwise or hold fen, and the outcomes of the common work.
MAPS = {
    "retire": ["actual_months=actual", "deemed_months=deemed", "base_fen=wage:fen"],
    "reimburse": ["cost_fen=cost:fen", "paid_ded_fen=paid_deductible:fen"],
    "transfer": ["scheme_from=origin", "scheme_to=target", "gap_months=gap", "actual_months=actual"],
}
OUTCOMES = {
    "retire": ["shortage", "lump_sum", "outcome"],
    "reimburse": ["reimbursed", "self_pay"],
    "transfer": ["pooled_balance", "personal_balance", "waiting", "credited"],
}


def batch_command(polc, decision, data, suffix, out, threads=None):
    more = [part for m in MAPS[decision] for part in ("--map", m)] + [part for o in OUTCOMES[decision] for part in ("--outcome", o)]
    if threads:
        more += ["--threads", str(threads)]
    return [polc, "batch", "benches/policies", "--region-column", "region", "--decision", decision, *more, "--ignore-columns", "--on", "2026-01-01",
            "-i", f"{data}.{suffix}", "-o", f"{out}.{suffix}"]


def processes_table(given, polc, target, data):
    """Whole processes: cold answers, files of a million, the nation."""
    print("\n| whole process | clock | processor | memory |\n|---|---|---|---|")
    found = {}

    def row(name, runs):
        clock, processor, memory = (statistics.median(r[k] for r in runs) for k in range(3))
        found[name] = {"clock": clock, "processor": processor, "memory": memory}
        print(f"| {name} | {time_of(clock * 1e9)} | {time_of(processor * 1e9)} | {memory:.0f} MB |", flush=True)

    question = ["eval", "--region", "西宁", "--decision", "transfer resident->employee", "--set", "gap=2 months", "--on", "2025-06-01", "--format", "json"]
    for name, more in (("`polc eval`, one question, shipped policies", []), ("`polc eval`, one question, the three policies", ["benches/policies"])):
        asked = question if not more else ["eval", *more, "--region", "A", "--decision", "transfer resident->employee", "--set", "gap=2 months", "--on", "2025-06-01", "--format", "json"]
        try:
            row(name, [cost([polc, *asked]) for _ in range(given.rounds * 3)])
        except RuntimeError as e:
            print(f"| {name} | not measured: {str(e).splitlines()[0]} | | |")
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("parquet", "csv"):
            for decision in MAPS:
                for threads in (1, None):
                    name = f"`polc batch`, {decision}, {given.rows:,} rows, {suffix} to {suffix}, {'one thread' if threads else 'all cores'}"
                    try:
                        command = batch_command(polc, decision, data, suffix, os.path.join(folder, decision), threads)
                        row(name, [cost(command) for _ in range(max(3, given.rounds // 2))])
                    except RuntimeError as e:
                        print(f"| {name} | not measured: {str(e).splitlines()[-1][:100]} | | |")
    nation = os.path.join(HERE, "data", "nation-3000")
    run([sys.executable, "benches/generate_nation.py", "--regions", "3000", "--out", nation, "--if-needed"])
    lines, _ = subprocess.run([os.path.join(target, "release", "pest_alone"), nation], check=True, capture_output=True, text=True).stdout.split()
    alone = [int(subprocess.run([os.path.join(target, "release", "pest_alone"), nation], check=True, capture_output=True, text=True).stdout.split()[1]) / 1e9 for _ in range(5)]
    checks = [cost([polc, "check", "--no-cache", nation]) for _ in range(5)]
    row(f"`polc check`, 3,000 regions, {int(lines):,} lines", checks)
    alone = statistics.median(alone)
    found["pest"] = alone
    print(f"| pest alone, one core, the same files | | {time_of(alone * 1e9)} | |")
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000, help="rows for columns")
    options.add_argument("--engine-rows", type=int, default=20_000, help="rows for engines that go one by one through maps")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--data", default=os.path.join(HERE, "data", "persons"))
    options.add_argument("--no-build", action="store_true")
    options.add_argument("--no-engines", action="store_true", help="without the other rule engines, which take long to build")
    options.add_argument("--no-processes", action="store_true")
    options.add_argument("--polc", help="a polc to measure whole processes of [default: built here]")
    options.add_argument("--json", default=os.path.join(HERE, "data", "compare.json"), help="where the medians go")
    given = options.parse_args()

    target = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "peers", "target")))
    env = {**os.environ, "CARGO_TARGET_DIR": target}
    run([sys.executable, "benches/persons.py", "--rows", str(given.rows), "--out", given.data])
    if not given.no_build:
        peers = ["cargo", "build", "--release", "--manifest-path", "benches/peers/Cargo.toml"]
        run([*peers, "--features", "ours", "--bin", "rows", "--bin", "pest_alone"], env=env)
        if not given.no_engines:
            run([*peers, "--features", "others", "--bin", "engines"], env=env)
        if not given.polc:
            run(["cargo", "build", "--release", "--locked"], env=env)
    polc = given.polc or os.path.join(target, "release", "polc")
    data = os.path.join(given.data, f"persons-{given.rows}")

    few = str(min(given.engine_rows, given.rows))
    own, own_few = Peer([f"{target}/release/rows", f"{data}.bin"]), Peer([f"{target}/release/rows", f"{data}.bin", few])
    peers = [(own, COLUMNS, given.rows)]
    python = [(name, title) for name, title in PYTHON if importlib.util.find_spec(name)]
    if python:
        peers.append((Peer([sys.executable, os.path.join(HERE, "peers", "peers.py"), f"{data}.bin"]), python, given.rows))
    if not given.no_engines:
        peers.append((Peer([f"{target}/release/engines", f"{data}.bin", few]), ENGINES, int(few)))
    peers.append((own_few, SLOW, int(few)))

    for work in WORKS:
        right = {given.rows: own.ask("check", "plain", work), int(few): own_few.ask("check", "plain", work)}
        if given.rows == 1_000_000 and right[given.rows] != MILLION[work]:
            sys.exit(f"the plain loop is wrong:\n{right[given.rows]}\n{MILLION[work]}")
        for peer, engines, rows in peers:
            for engine, _ in engines:
                got = peer.ask("check", engine, work)
                if got != right[rows]:
                    sys.exit(f"{engine} is wrong:\n{got}\n{right[rows]}")
    print("all checksums are right", file=sys.stderr, flush=True)

    found = {"rows": rows_table(given, peers), "one": singles_table(given, [p for p in peers if "peers.py" not in str(p[0].process.args)])}
    for peer, _, _ in peers:
        peer.close()
    if not given.no_processes:
        found["processes"] = processes_table(given, polc, target, data)
    os.makedirs(os.path.dirname(given.json), exist_ok=True)
    with open(given.json, "w") as f:
        json.dump(found, f, indent=1)


if __name__ == "__main__":
    main()
