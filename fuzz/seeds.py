#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets under fuzz/corpus: the shipped policies, the cases of the tests, hostile inputs, exported files."""
import pathlib, subprocess, sys

here = pathlib.Path(__file__).parent
root = here.parent
polc = sys.argv[1] if len(sys.argv) > 1 else "polc"
texts = {}
for folder in ("policies", "tests/cases", "tests/semantics", "tests/design", "tests/support"):
    for path in sorted((root / folder).rglob("*.pol")):
        data = path.read_bytes()
        if len(data) <= 20_000:
            texts[str(path.relative_to(root)).replace("/", "_")] = data
hostile = {
    "empty": b"", "bom": b"\xef\xbb\xbfregion a < >", "nul": b"region a\0 < >", "open": b"<" * 3000, "round": b"(" * 3000,
    "crlf": b"use lab\r\nregion mid <\r\n  d left: wait = 3 months\r\n>\r\n", "wide": "region 西宁 ＜ transfer：waiting ＝ 3 months ＞".encode(),
    "date": b"region a per S from 2025-02-30 < >", "digits": b"use lab\nregion mid < d left: amount = \xc2\xa5" + b"9" * 40 + b" >",
    "chain": b"use lab\n" + b"".join(b"region r%d in r%d < >\n" % (i, (i + 1) % 40) for i in range(40)),
    "sum": b"use lab\nregion mid < d left: amount = " + b" + ".join([b"money"] * 200) + b" >",
    "facts": b"use lab\nregion mid per law1 < d left: wait = span * 2 >\n%%\n{\"n\": 3, \"flag\": true, \"hue\": \"red\"}",
}
for target in ("parse", "check", "eval", "reload"):
    out = here / "corpus" / target
    out.mkdir(parents=True, exist_ok=True)
    for name, data in (texts | {f"hostile_{k}": v for k, v in hostile.items()}).items():
        (out / name).write_bytes(data)
for name in ("tests/support/every.pol", "policies/library"):
    done = subprocess.run([polc, "export", str(root / name), "--format", "json"], capture_output=True)
    if done.returncode == 0:
        (here / "corpus" / "reload" / (name.replace("/", "_") + ".json")).write_bytes(done.stdout)
words = sorted({w.strip("`.") for line in (root / "docs/language.md").read_text().splitlines() if line.startswith("`about`") for w in line.split()})
marks = ["<", ">", ":", "->", "|", "=", "+=", "#", "..", "¥", "%", "per ", "from 2024", "until 2025-06", "known 2024-01-01", "3 months", "[", ", ...]", "\n%%\n"]
entry = lambda w: "".join(c if c.isascii() and c.isprintable() else "".join(f"\\x{b:02x}" for b in c.encode()) for c in w)
(here / "pol.dict").write_text("".join(f'"{entry(w)}"\n' for w in words + marks))
print(f"{len(texts) + len(hostile)} seeds for each target")
