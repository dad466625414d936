"""Does a patient's day cost as many instructions as was recorded? A guard that no noise can trip.

usage: instructions.py VTRIAL COMPILER [--record]     COMPILER as in instructions.json: "GNU 12"

Exit code 0: all within 3 % of instructions.json; 1: not; 77: cannot be counted here, for the reason printed. --record
writes the counts down as the new ones: do so when a change is meant, and say in the commit what it costs or saves.
"""
import concurrent.futures
import json
import pathlib
import sys
import tempfile

import callgrind
import inputs

RECORDED = pathlib.Path(__file__).with_name("instructions.json")
TOPS = pathlib.Path(__file__).resolve().parent / "tops.toml"
TOLERANCE = 0.03
DAYS = 60  # of P1 to P3: the tables of a whole year take longer than the lives
SHORTER = [f"trial.duration='{DAYS} day'", f"visit.morning.until='day {DAYS}'"]


def counted(vtrial):
    """Instructions per patient-day of P1 to P3 and of the TOPS trial."""
    with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(2) as pool:
        inputs.write(place, 128, DAYS)
        counts = {}
        folders = {name: pathlib.Path(place, name) for name in ("TOPS", "P1", "P2", "P3")}
        for name, folder in folders.items():
            folder.mkdir()
            if name == "TOPS":
                counts[name] = pool.submit(callgrind.per_patient_day, vtrial, TOPS, 256, folder)
            else:
                counts[name] = pool.submit(callgrind.per_patient_day, vtrial, f"{place}/{name.lower()}.toml", 128, folder, SHORTER, DAYS)
        return {name: round(count.result(), 1) for name, count in counts.items()}


def compare(counts, recorded):
    """Prints a line each; whether all are close."""
    all_close = True
    for name, count in counts.items():
        before = recorded.get(name, float("nan"))
        is_close = abs(count / before - 1) <= TOLERANCE
        print(f"{'ok   ' if is_close else 'MOVED'} {name:5} {count:8.1f} instructions per patient-day, recorded {before:.1f} ({count / before - 1:+.1%})")
        all_close = all_close and is_close
    return all_close


def main(vtrial, compiler, *options):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    if compiler != recorded["compiler"] and not options:
        print(f"skipped: the counts were recorded with {recorded['compiler']}, this is {compiler}")
        return 77
    try:
        counts = counted(vtrial)
    except callgrind.Cannot as why:
        print(f"skipped: {why}")
        return 77
    if options == ("--record",):
        recorded = {"compiler": compiler, "isa": callgrind.ISA, "per_patient_day": counts}
        RECORDED.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    if compare(counts, recorded["per_patient_day"]):
        return 0
    print(f"where this is meant: {sys.argv[0]} {vtrial} '{compiler}' --record")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
