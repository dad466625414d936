"""How a run grows to 1,000 GPUs: schedule.py with the costs that scale_costs measured (scale.json), as tables in markdown.

usage: scale.py [--costs FILE] [--gpu PATIENT_YEARS_PER_S] [--quick]
       scale.py --record BUILD          measures, and writes scale.json

No GPU has run: what one simulates in a second is an estimate, and so are the start of a rank and how unlike devices are (ASSUMED).
"""
import argparse
import dataclasses
import json
import os
import pathlib
import subprocess
import sys

from schedule import NAP_S, Leader, Rules, Schedule, Trouble, Work

HERE = pathlib.Path(__file__).resolve().parent
GPUS = [1, 2, 4, 8, 16, 64, 256, 1000]
CORES = [1, 16, 256, 1024, 2048]

# What nobody has measured. The rate is the upper end of what was estimated for TOPS on an H200: 1 M patient-years in 28 to 55 ms.
ASSUMED = {"gpu": 1e6 / 55e-3, "ready_s": 0.5, "spread_s": 1.0, "slow": 0.05, "cores_of_leader": 8}
WAVE = 132 * 4 * 128  # patients whom an H200 takes at once (run_cuda.cu): fewer take as long
EAGER = 4096  # bytes that Open MPI sends without being asked (btl_vader_eager_limit)
LEAST_GPU, LOOKED_AT, BLOCK = 1 << 15, 4096, 512  # trial.cpp, seat.cpp, campaign.hpp
TOGETHER_PATIENTS, TOGETHER_WORDS, TOGETHER_MOST = 1 << 18, 1 << 24, 256  # points_together


class Costs:
    def __init__(self, measured, gpu):
        self.measured, self.gpu = measured, gpu
        self.core = measured["trial"]["patient_years_per_core_second"]
        few, many = (measured["request_s"][n] for n in ("1", "1999"))
        self.request_seat = (many - few) / 1998
        small, large = measured["messages"]
        self.request = small["leader_s"] / small["requests"]  # with its message; request_s[1] is without
        self.byte = (large["leader_s"] - small["leader_s"]) / large["deliveries"] / large["bytes"]
        low, high = measured["checkpoint"]
        self.save_byte = (high["wall_s"] - low["wall_s"]) / (high["bytes"] - low["bytes"])
        self.save = low["wall_s"]

    def leader(self):
        return Leader(self.request, self.request_seat)

    def gather(self, ranks):
        """Two exchanges of everybody's few words, which go to everybody: seconds for each rank. Long ones wait to be fetched."""
        size = 64 * ranks
        return 2 * (self.request + self.byte * size + (NAP_S if size > EAGER else 0)) if ranks > 1 else 0

    def trial(self, patients, ranks, words=None, is_gpu=True):
        t = self.measured["trial"]
        grows = 1 if words is None else words / t["words"]
        size = t["ledger_bytes"] * grows
        return Work(
            numbers=patients, device=1 / self.gpu if is_gpu else 1 / self.core, least=LEAST_GPU if is_gpu else BLOCK, is_gpu=is_gpu,
            first=LOOKED_AT / self.core if is_gpu else 0, accept=t["accept_s"] * grows, receive=self.byte * size,
            each=t["accept_s"] * grows, wave=WAVE / self.gpu if is_gpu else 0,
            save=self.save + (self.save_byte * size) + t["save_s"] * grows, begin=t["read_and_build_s"], ready=ASSUMED["ready_s"],
            gather=self.gather(ranks), end=(t["collect_s"] + t["write_file_s"]) * grows)

    def study(self, points, patients, ranks):
        s = self.measured["study"]
        whole = points / s["points"]
        return Work(
            numbers=points, device=patients / self.gpu, before=s["make_plan_s"], after=s["answer_s"],
            least=max(1, min(TOGETHER_PATIENTS // patients, TOGETHER_WORDS // s["words"], TOGETHER_MOST)), first=LOOKED_AT / self.core,
            accept_number=s["accept_point_s"], receive_number=self.byte * s["record_bytes"], wave=WAVE / self.gpu, save=self.save,
            save_number=(s["save_s"] + s["saved_bytes"] * self.save_byte) / s["points"],
            begin=s["read_s"] + points * s["check_point_s"] / ASSUMED["cores_of_leader"], ready=ASSUMED["ready_s"], gather=self.gather(ranks),
            end=whole * (s["analysis_s"] + s["write_file_s"]))

    def power(self, replicates, ranks):
        p = self.measured["power"]
        chunk, grows = p["replicates_of_chunk"], replicates / p["replicates"]
        accept = p["accept_all_s"] / p["replicates"] * chunk
        lives = chunk * p["lives_of_replicate_s"]
        return Work(
            numbers=replicates // chunk, device=lives * self.core / self.gpu, after=chunk * p["replicate_s"] - lives, least=1,
            first=LOOKED_AT / self.core, accept_number=accept, receive_number=self.byte * p["record_bytes"], wave=2 * WAVE / self.gpu, save=self.save,
            save_number=p["record_bytes"] * self.save_byte, begin=p["read_s"], ready=ASSUMED["ready_s"], gather=self.gather(ranks),
            end=grows * p["write_file_s"])


def simulated(costs, work, devices, seats_each=2, rules=Rules(), trouble=Trouble()):
    return Schedule(work, costs.leader(), devices, seats_each, rules, trouble).run()


def seconds(s):
    return f"{s:,.0f}" if s >= 100 else f"{s:.1f}" if s >= 10 else f"{s:.2f}" if s >= 0.1 else f"{s:.3f}"


class Table:
    def __init__(self, title, *columns):
        print(f"\n### {title}\n\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")

    @staticmethod
    def row(*cells):
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


COLUMNS = ("s in all", "efficiency", "begin", "shared work", "hand-over", "end", "devices busy", "leader busy", "used", "s with trouble")
NEXT = Rules(counts_receiving=True, spreads=True)  # the schedule that the tables called "proposed" have


def grow(title, costs, work_for, counts=GPUS, unit="GPUs", seats_each=2, rules=Rules(), is_weak=False):
    """\\param work_for  ranks -> Work  \\param is_weak  the work grows with them"""
    Table(title, unit, *COLUMNS)
    alone = None
    for n in counts:
        work = work_for(n)
        found = simulated(costs, work, n, seats_each, rules)
        trouble = Trouble(costs.measured["unit_scatter"], ASSUMED["spread_s"], ASSUMED["slow"], True)
        worse = simulated(costs, work, n, seats_each, rules, trouble)
        alone = alone or found
        gain = alone.wall / found.wall / (1 if is_weak else n)
        Table.row(f"{n:,}", seconds(found.wall), f"{gain:.0%}" if gain >= 0.1 else f"{gain:.1%}", seconds(found.begin), seconds(found.working),
                  seconds(found.handing), seconds(found.end), f"{found.busy:.0%}", f"{found.leader:.0%}", f"{found.used:,}", seconds(worse.wall))


def ledgers(costs, gpus, work_seconds):
    """The trial that takes so long on these GPUs, with more and more counts."""
    Table(f"Counts of a trial, {gpus:,} GPUs, {work_seconds} s of work for each", "MB of counts", "s in all", "proposed, s", "hand-over at the end, s",
          "by 8 GPUs at a time", "in pairs, pairs of pairs, …")
    patients = int(costs.gpu * work_seconds * gpus)
    for megabytes in (0.1, 0.8, 4, 16, 64, 256):
        work = costs.trial(patients, gpus, megabytes * 1e6 / 8)
        found, better = simulated(costs, work, gpus), simulated(costs, work, gpus, rules=NEXT)
        each = work.receive + work.accept
        Table.row(megabytes, seconds(found.wall), seconds(better.wall), seconds(2 * gpus * each), seconds(2 * gpus / 16 * each),
                  seconds((2 * gpus - 1).bit_length() * each))


def all_tables(costs, quick):
    gpus = [1, 8, 64] if quick else GPUS
    grow("One trial of TOPS, 10^8 patients", costs, lambda n: costs.trial(10**8, n), gpus)
    grow("One trial of TOPS, 4·10^9 patients (2^32 − 1 are the most)", costs, lambda n: costs.trial(4 * 10**9, n), gpus)
    grow("Study of 22,528 points × 10,000 patients", costs, lambda n: costs.study(22528, 10_000, n), gpus)
    grow("Power: 10^6 replicates × 714 patients, both arms", costs, lambda n: costs.power(10**6, n), gpus)
    if quick:
        return
    few = [1, 64, 256, 1000]
    grow("Study of 22,528 points × 10^6 patients", costs, lambda n: costs.study(22528, 10**6, n), gpus)
    grow("The power study, 8 threads at each GPU", costs, lambda n: costs.power(10**6, n), few, seats_each=8)
    weak = lambda n: costs.trial(int(20 * costs.gpu * n), n)
    grow("A trial of TOPS with 20 s of work for every GPU", costs, weak, few, is_weak=True)
    grow("The same, proposed", costs, weak, few, rules=NEXT, is_weak=True)
    cores = lambda n: costs.trial(int(20 * costs.core * n), n, is_gpu=False)
    grow("A trial of TOPS with 20 s of work for every core, a rank each", costs, cores, CORES, "cores", 1, is_weak=True)
    grow("The same, proposed", costs, cores, CORES, "cores", 1, NEXT, is_weak=True)
    ledgers(costs, 1000, 20)
    Table("The trial of 4·10^9 patients, by what a GPU does in a second (estimates)", "patient-years/s", *(f"{n:,} GPUs: s, efficiency" for n in (1, 64, 1000)))
    for gpu in (12.5e6, 1e6 / 55e-3, 1e6 / 28e-3):
        other = Costs(costs.measured, gpu)
        walls = {n: simulated(other, other.trial(4 * 10**9, n), n).wall for n in (1, 64, 1000)}
        Table.row(f"{gpu * 1e-6:.1f} M", *(f"{seconds(wall)}, {walls[1] / n / wall:.0%}" for n, wall in walls.items()))


def rounded(told):
    """Four digits of every number: the others are noise."""
    if isinstance(told, dict):
        return {name: rounded(value) for name, value in told.items()}
    if isinstance(told, list):
        return [rounded(value) for value in told]
    return float(f"{told:.4g}") if isinstance(told, float) else told


def record(build):
    """Runs scale_costs, and scale_leader alone and as two ranks."""
    def told(*command):
        root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | root).stdout)

    leader = f"{build}/bin/scale_leader"
    measured = told(f"{build}/bin/scale_costs")
    measured["request_s"] = told(leader)
    measured["messages"] = told("mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2", leader)
    (HERE / "scale.json").write_text(json.dumps(rounded(measured), indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--costs", default=HERE / "scale.json", type=pathlib.Path)
    parser.add_argument("--gpu", type=float, default=ASSUMED["gpu"])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--record", metavar="BUILD")
    arguments = parser.parse_args()
    if arguments.record:
        return record(arguments.record)
    all_tables(Costs(json.loads(arguments.costs.read_text()), arguments.gpu), arguments.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
