#!/usr/bin/env python3
"""The common work by NumPy, Polars and DuckDB, on one thread; answers the commands of `compare.py` (see src/serve.rs).

    python3 benches/peers/peers.py persons.bin
"""

import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[name] = "1"

import numpy as np

AVG = 609_800
WORKS = (1, 2, 3)
OUTPUTS = {
    1: ("shortage", "lump", "outcome"),
    2: ("reimbursed", "self_pay"),
    3: ("pooled", "personal", "waiting", "credited"),
}
CODES = {"outcome", "pooled", "personal"}


def read(path):
    with open(path, "rb") as f:
        n = int(np.frombuffer(f.read(8), "i8")[0])
        names = ["region", "gender", "age", "from_", "to", "level", "cost", "paid", "actual", "deemed", "gap", "base"]
        kinds = ["u1"] * 6 + ["i4", "i4", "i2", "i2", "i2", "i4"]
        return {name: np.fromfile(f, kind, n) for name, kind in zip(names, kinds)}


def checksum(work, columns):
    """The line of SPEC.md."""
    n = len(columns[0])
    total = sum(c.astype("i8") for c in columns)
    weighted = int(((1 + np.arange(n, dtype="i8") % 97) * total).sum())
    parts = []
    for name, c in zip(OUTPUTS[work], columns):
        parts.append(name + "=" + (",".join(str(int((c == k).sum())) for k in range(3)) if name in CODES else str(int(c.sum(dtype="i8")))))
    return f"W{work} n={n} " + " ".join(parts) + f" wsum={weighted}"


class NumPy:
    """Whole columns at a time, in the narrowest types that hold the values."""

    def __init__(self, c):
        self.c = c
        self.required = np.array([360, 300, 300, 240, 180, 180, 360, 300, 360, 300, 240, 240], "i4")
        self.required_actual = np.array([0, 0, 0, 120, 180, 0], "i4")
        self.rate = np.array([850, 1200, 850, 850, 850, 850], "i8")
        self.first = np.array([6, 3, 6, 3, 6, 3], "i2")

    def run(self, work):
        return (self.retirement, self.outpatient, self.transfer)[work - 1]()

    def retirement(self):
        c = self.c
        actual = c["actual"].astype("i4")
        required = self.required[c["region"] * 2 + c["gender"]]
        shortage = np.maximum(np.maximum(required - (actual + c["deemed"]), self.required_actual[c["region"]] - actual), 0)
        old = c["age"] >= np.where(c["gender"] == 0, 60, 55)
        outcome = np.where(old, (shortage > 0).astype("u1"), np.uint8(2))
        base = np.clip(c["base"], AVG * 60 // 100, AVG * 300 // 100)
        lump = np.where(outcome == 1, (base * self.rate[c["region"]] * shortage + 5_000) // 10_000, 0)
        return shortage, lump, outcome

    def outpatient(self):
        c = self.c
        rate = np.array([0, 7000, 6000, 6000], "i8")[c["level"]] + np.where(c["age"] >= 60, 500, 0)
        remaining = np.minimum(np.array([0, 0, 20_000, 30_000], "i4")[c["level"]], np.maximum(30_000 - c["paid"], 0))
        reimbursed = np.minimum((np.maximum(c["cost"] - remaining, 0) * rate + 5_000) // 10_000, 150_000)
        return reimbursed, c["cost"] - reimbursed

    def transfer(self):
        c = self.c
        region, gap = c["region"], c["gap"]
        to_employee = (c["from_"] == 0) & (c["to"] == 1)
        to_resident = (c["from_"] == 1) & (c["to"] == 0)
        pooled = np.where(to_employee, np.uint8(2), np.uint8(1))
        pooled[(region == 1) & to_employee] = 0
        pooled[(region == 3) & (gap > 12)] = 2
        pooled[(region == 5) & to_resident] = 0
        personal = np.where(c["from_"] == 0, np.uint8(1), np.where(to_resident, np.uint8(2), np.uint8(0)))
        personal[(region == 2) & to_resident] = 1
        personal[(region == 4) & to_resident & (gap > 6)] = 0
        waiting = np.where(gap <= 3, 0, np.minimum(12, self.first[region] + np.maximum(0, gap // 12 - 1)))
        credited = np.where(to_employee & (region % 2 == 0), c["actual"] // 12 * 3, 0)
        return pooled, personal, waiting, credited


class Polars:
    """Expressions over a frame, collected into columns."""

    def __init__(self, c):
        import polars as pl

        self.pl = pl
        self.frame = pl.DataFrame(c)
        col, when, lit, up, low = pl.col, pl.when, pl.lit, pl.max_horizontal, pl.min_horizontal
        region, man = col("region"), col("gender") == 0

        def whole(n):
            return lit(n, pl.Int32)

        required = (
            when(region.is_in([0, 3, 4])).then(when(man).then(whole(360)).otherwise(whole(300)))
            .when(region == 1).then(when(man).then(whole(300)).otherwise(whole(240)))
            .when(region == 2).then(whole(180)).otherwise(whole(240))
        )
        actual = col("actual").cast(pl.Int32)
        required_actual = when(region == 3).then(whole(120)).when(region == 4).then(whole(180)).otherwise(whole(0))
        shortage = up(whole(0), required - (actual + col("deemed")), required_actual - actual)
        young = col("age") < when(man).then(60).otherwise(55)
        outcome = when(young).then(2).when(col("shortage") == 0).then(0).otherwise(1).cast(pl.UInt8)
        base = col("base").clip(AVG * 60 // 100, AVG * 300 // 100).cast(pl.Int64)
        rate = when(region == 1).then(lit(1200, pl.Int64)).otherwise(lit(850, pl.Int64))
        lump = when(col("outcome") == 1).then((base * rate * col("shortage") + 5_000) // 10_000).otherwise(lit(0, pl.Int64))
        level = col("level")
        bp = when(level == 1).then(lit(7000, pl.Int64)).otherwise(lit(6000, pl.Int64)) + when(col("age") >= 60).then(500).otherwise(0)
        deductible = when(level == 1).then(whole(0)).when(level == 2).then(whole(20_000)).otherwise(whole(30_000))
        remaining = low(deductible, up(whole(0), whole(30_000) - col("paid")))
        reimbursed = low(lit(150_000, pl.Int64), (up(whole(0), col("cost") - remaining).cast(pl.Int64) * bp + 5_000) // 10_000)
        gap = col("gap")
        to_employee, to_resident = (col("from_") == 0) & (col("to") == 1), (col("from_") == 1) & (col("to") == 0)
        pooled = (
            when((region == 1) & to_employee).then(0).when((region == 3) & (gap > 12)).then(2).when((region == 5) & to_resident).then(0)
            .when(to_employee).then(2).otherwise(1)
        )
        personal = (
            when((region == 2) & to_resident).then(1).when((region == 4) & to_resident & (gap > 6)).then(0).when(col("from_") == 0).then(1)
            .when(to_resident).then(2).otherwise(0)
        )
        first = when(region.is_in([1, 3, 5])).then(lit(3, pl.Int16)).otherwise(lit(6, pl.Int16))
        zero = lit(0, pl.Int16)
        waiting = when(gap <= 3).then(zero).otherwise(low(lit(12, pl.Int16), first + up(zero, gap // 12 - 1)))
        credited = when(to_employee & region.is_in([0, 2, 4])).then(col("actual") // 12 * 3).otherwise(zero)
        lazy = self.frame.lazy()
        self.plans = {
            1: lazy.select("region", "age", "gender", "base", shortage=shortage).with_columns(outcome=outcome).with_columns(lump=lump)
            .select("shortage", "lump", "outcome"),
            2: lazy.select("cost", reimbursed=reimbursed).select("reimbursed", self_pay=col("cost") - col("reimbursed")),
            3: lazy.select(pooled=pooled, personal=personal, waiting=waiting, credited=credited),
        }

    def run(self, work):
        return self.plans[work].collect()

    def columns(self, result):
        return [result[name].to_numpy() for name in result.columns]


class DuckDB:
    """SQL into a table."""

    QUERIES = {
        1: """
            with s as (select id, age, gender, region, base, greatest(0,
                  case when region in (0, 3, 4) then case when gender = 0 then 360 else 300 end
                       when region = 1 then case when gender = 0 then 300 else 240 end when region = 2 then 180 else 240 end
                    - (actual::int + deemed), case region when 3 then 120 when 4 then 180 else 0 end - actual::int) as shortage from persons),
            o as (select *, case when age < case when gender = 0 then 60 else 55 end then 2 when shortage = 0 then 0 else 1 end as outcome from s)
            select shortage, case when outcome = 1 then
                (least(1829400, greatest(365880, base))::bigint * case when region = 1 then 1200 else 850 end * shortage + 5000) // 10000
                else 0 end as lump, outcome from o""",
        2: """
            with r as (select cost, least(150000, (greatest(0, cost - least(case level when 1 then 0 when 2 then 20000 else 30000 end,
                greatest(0, 30000 - paid)))::bigint * (case level when 1 then 7000 else 6000 end + case when age >= 60 then 500 else 0 end)
                + 5000) // 10000) as reimbursed from persons)
            select reimbursed, cost - reimbursed as self_pay from r""",
        3: """
            select case when region = 1 and from_ = 0 and "to" = 1 then 0 when region = 3 and gap > 12 then 2
                     when region = 5 and from_ = 1 and "to" = 0 then 0 when from_ = 0 and "to" = 1 then 2 else 1 end as pooled,
                case when region = 2 and from_ = 1 and "to" = 0 then 1 when region = 4 and from_ = 1 and "to" = 0 and gap > 6 then 0
                     when from_ = 0 then 1 when "to" = 0 then 2 else 0 end as personal,
                case when gap <= 3 then 0 else least(12, case when region in (1, 3, 5) then 3 else 6 end + greatest(0, gap // 12 - 1)) end as waiting,
                case when from_ = 0 and "to" = 1 and region in (0, 2, 4) then actual // 12 * 3 else 0 end as credited from persons""",
    }

    def __init__(self, c):
        import duckdb
        import pyarrow

        self.db = duckdb.connect(config={"threads": 1})
        self.db.register("given", pyarrow.table({"id": np.arange(len(c["age"]), dtype="i4"), **c}))
        self.db.execute("create table persons as select * from given")

    def run(self, work):
        self.db.execute(f"create or replace table answers as {self.QUERIES[work]}")

    def columns(self, _):
        return list(self.db.execute("select * from answers").fetchnumpy().values())


def main():
    persons = read(sys.argv[1])
    made = {}
    for line in sys.stdin:
        what, name, work = line.split()
        work = int(work)
        if name not in made:
            made[name] = {"numpy": NumPy, "polars": Polars, "duckdb": DuckDB}[name](persons)
        engine = made[name]
        start = time.process_time_ns()
        result = engine.run(work)
        took = time.process_time_ns() - start
        if what == "check":
            print(checksum(work, [np.asarray(c) for c in (engine.columns(result) if name != "numpy" else result)]), flush=True)
        else:
            print(took, flush=True)


if __name__ == "__main__":
    main()
