#!/usr/bin/env python3
"""Writes the rows of the common work: persons.bin (columns for the hand-written loops), .parquet and .csv for `polc batch`, .json (one person).

    python3 benches/persons.py --rows 1000000 --out DIR        # needs numpy and pyarrow

The same rows give the same bytes. `.parquet` and `.csv` say regions, schemes and genders as words and money in fen, as an office's file would.
"""

import argparse
import json
import os

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet


def columns(n):
    """The columns, in order; drawn exactly as the common work says, so that its checksums hold."""
    random = np.random.Generator(np.random.PCG64(20260101))

    def whole(low, high, kind):
        return random.integers(low, high + 1, n).astype(kind)

    c = {}
    for name, low, high in [("region", 0, 5), ("gender", 0, 1), ("age", 16, 90), ("scheme_from", 0, 1), ("scheme_to", 0, 1), ("hospital_level", 1, 3)]:
        c[name] = whole(low, high, "u1")
    c["cost_fen"] = whole(0, 5_000_000, "i4")
    c["paid_ded_fen"] = whole(0, 50_000, "i4")
    # Half of the visits are small, so that deductible, rounding and cap all matter.
    small = random.random(n) < 0.5
    c["cost_fen"] = np.where(small, c["cost_fen"] % 250_000, c["cost_fen"]).astype("i4")
    for name, high in [("actual_months", 480), ("deemed_months", 240), ("gap_months", 60)]:
        c[name] = whole(0, high, "i2")
    c["base_fen"] = whole(300_000, 2_500_000, "i4")
    return c


WORDS = {"region": list("ABCDEF"), "gender": ["m", "f"], "scheme_from": ["resident", "employee"], "scheme_to": ["resident", "employee"]}


def table(c):
    """The columns as an office would keep them."""
    return pa.table({
        name: pa.DictionaryArray.from_arrays(pa.array(v.astype("i1")), pa.array(WORDS[name])) if name in WORDS else pa.array(v)
        for name, v in c.items()
    })


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--out", required=True)
    options.add_argument("--bin-only", action="store_true", help="no Parquet, no CSV")
    options.add_argument("--no-csv", action="store_true", help="no CSV")
    given = options.parse_args()
    os.makedirs(given.out, exist_ok=True)
    stem = os.path.join(given.out, f"persons-{given.rows}")
    wanted = ["bin"] + ([] if given.bin_only else ["parquet"]) + ([] if given.bin_only or given.no_csv else ["csv"])
    if all(os.path.exists(f"{stem}.{suffix}") for suffix in wanted):
        return
    c = columns(given.rows)
    if not given.bin_only:
        t = table(c)
        pa.parquet.write_table(t, f"{stem}.parquet")
    if not given.bin_only and not given.no_csv:
        plain = pa.table({name: t[name].cast(pa.string()) if name in WORDS else t[name] for name in t.column_names})
        pa.csv.write_csv(plain, f"{stem}.csv", pa.csv.WriteOptions(quoting_style="none"))
        with open(f"{stem}.json", "w") as f:
            json.dump(plain.slice(0, 1).to_pylist()[0], f)
    with open(f"{stem}.bin.new", "wb") as f:
        f.write(np.array([given.rows], "i8").tobytes())
        for v in c.values():
            f.write(v.tobytes())
    os.replace(f"{stem}.bin.new", f"{stem}.bin")


if __name__ == "__main__":
    main()
