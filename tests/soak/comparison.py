"""What was compared, how far apart it was, and what differs."""
import math


class Comparison:
    """`perturb`: planted in every value of the program, to see that the harness finds it. `strict`: known faults count."""

    def __init__(self, perturb=0.0, strict=False):
        self.perturb, self.strict = perturb, strict
        self.plans, self.refused, self.values, self.known, self.unsure = 0, 0, 0, {}, 0
        self.worst, self.failures, self.failing = {}, [], []

    def value(self, what, got, right, tolerance, where, known=None, low=None):
        """`known`: the fault that makes it differ, not mended yet. `low`: the tolerance downwards where it is another."""
        if known and not self.strict:
            self.known[known] = self.known.get(known, 0) + 1
            return
        self.values += 1
        got = got * (1 + self.perturb) + self.perturb
        if math.isnan(right) or math.isnan(got):
            ratio = 0.0 if math.isnan(right) == math.isnan(got) else math.inf
        else:
            allowed = low if low is not None and got < right else tolerance
            ratio = 0.0 if got == right else abs(got - right) / max(allowed, 1e-300)
        if ratio > self.worst.get(what, (-1, ""))[0]:
            self.worst[what] = (ratio, where)
        if ratio > 1:
            self.failures.append(f"{what} {where}: {got!r} for {right!r}, {ratio:.3g} times the tolerance")

    def exact(self, what, got, right, where):
        self.value(what, got, right, 0.0, where)

    def add(self, one, name):
        """One plan's."""
        self.plans += 1
        self.join(one, f"{name} ")
        if one.failures:
            self.failing.append(name)

    def join(self, other, prefix=""):
        if not prefix:
            self.plans += other.plans
        self.values += other.values
        self.unsure += other.unsure
        self.refused += other.refused
        self.failing += other.failing
        self.failures += [prefix + f for f in other.failures]
        for fault, n in other.known.items():
            self.known[fault] = self.known.get(fault, 0) + n
        for what, (ratio, where) in other.worst.items():
            if ratio > self.worst.get(what, (-1, ""))[0]:
                self.worst[what] = (ratio, prefix + where)

    def print(self, kind):
        print(f"{kind}: {self.plans} plans, {self.refused} of them refused, {self.values} values compared, {len(self.failing)} plans differ"
              + (f", {self.unsure} left out as a matter of the last bit" if self.unsure else ""))
        for fault, n in sorted(self.known.items()):
            print(f"  {n} values left out, a known fault: {fault}")
        for what, (ratio, where) in sorted(self.worst.items()):
            if ratio > 0:
                print(f"  {what}: at most {ratio:.3g} of its tolerance ({where})")
        for failure in self.failures[:40]:
            print(f"  DIFFERS {failure.strip().splitlines()[-1] if failure.count('Traceback') else failure}"[:400])
