"""What a patient's day costs in instructions and operations: counted, the same on a busy machine as on an idle one."""
import concurrent.futures
import pathlib

import callgrind
import flops
from measure import Table, folder_in, say

ROOT = pathlib.Path(__file__).resolve().parents[2]


def operations(vtrial, place, is_quick):
    """Floating-point operations per patient-day of each trial; none where they cannot be counted."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        counts = {}
        for name, days in [("tops", 365)] if is_quick else [("everything", 730), ("tops", 365)]:
            say(f"operations {name}")
            counts[name] = pool.submit(flops.per_patient_day, vtrial, ROOT / "scenarios" / f"{name}.toml", 64, folder_in(place, name), days)
        try:
            return {name: count.result() for name, count in counts.items()}
        except callgrind.Cannot:
            return {}


RULE = """
[[rule]]
name = "rule {i}"
at = ["morning"]
when = "trough_true > {i}000000"
do = "hold"
until = "trough_true < 500"
"""
TALLY = """
[[tally]]
name = "tally {i}"
score = "trough_true > {i}00"
at = "morning"
by = ["visit"]
"""


def variant(place, days=60, every=1, rules=0, tallies=0):
    """P1 with other numbers of days, visits, rules and tallies beside its own."""
    names = ", ".join(f'"rule {i}"' for i in range(1, rules + 1))
    path = pathlib.Path(place, f"variant_{days}_{every}_{rules}_{tallies}.toml")
    path.write_text(f"""base = "p1.toml"
[trial]
duration = "{days} day"
[[arm]]
name = "daily"
rules = [{names}]
[[visit]]
name = "morning"
every = "{every} day"
until = "day {days}"
""" + "".join(RULE.format(i=i) for i in range(1, rules + 1)) + "".join(TALLY.format(i=i) for i in range(1, tallies + 1)), encoding="utf-8")
    return path


def instructions(vtrial, place, is_quick):
    """Counts with one change each."""
    table = Table(f"Instructions per patient-day ({callgrind.ISA}: valgrind knows no AVX-512)", "scenario", "instructions", "difference to P1, 60 days")
    cases = {"P1, 60 days": dict()}
    if not is_quick:
        cases |= {"P1, 30 days": dict(days=30), "P1, 240 days": dict(days=240), "a visit every 30 days instead of daily": dict(every=30),
                  "1 rule more": dict(rules=1), "4 rules more": dict(rules=4), "1 tally of a proportion more": dict(tallies=1),
                  "4 tallies more": dict(tallies=4)}
    tops = ROOT / "tests" / "bench" / "tops.toml"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:

        def submit(name, count, *arguments, **more):
            def counted():
                say(f"instructions {name}")
                return count(vtrial, *arguments, folder_in(place, name.replace("/", " ")), **more)

            return pool.submit(counted)

        counts = {name: submit(name, callgrind.per_patient_day, variant(place, **changes), 128, days=changes.get("days", 60))
                  for name, changes in cases.items()}
        trial = submit("TOPS", callgrind.per_patient_day, tops, 256)
        if not is_quick:
            everything = submit("TOPS, all of it", callgrind.count, tops, 256)
            writing = submit("TOPS, writing", callgrind.count, tops, 256, within="vt::write_results*")
    first = counts["P1, 60 days"].result()
    for name, count in counts.items():
        table.row(name, f"{count.result():,.0f}", f"{count.result() - first:+,.0f}")
    day = trial.result()
    table.row("TOPS", f"{day:,.0f}", "")
    if not is_quick:
        life = day * 365 * 100_000
        table.row("TOPS, 100,000 patients: share outside the patients' lives", f"{(everything.result() - day * 365 * 256) / life:.1%}", "")
        table.row("… share of writing the file", f"{writing.result() / life:.1%}", "")
    return table
