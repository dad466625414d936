"""How work is shared out, as a simulation of events: host/campaign/workers/share.cpp and ranks/team.cpp, step by step.

One leader serves requests in the order of their arrival. Every seat (a thread; two at each GPU) asks it for a take, does it, keeps
what it has found, and hands that over when it is due. Seconds of every step come from a Work; nothing is drawn but scatter.
"""
import dataclasses
import heapq
import random

TAKE_S, GPU_TAKE_S = 0.05, 0.3  # kSeconds, kGpuSeconds
KEEPS_TO_ITSELF_S = 0.1  # kKeepsToItself
LEAST_EVERY_S, ACCEPTINGS = 0.2, 10  # Sharing::hand_out
NAP_S = 100e-6  # of the leader and of who waits for an answer
SAVE_SHARE, SAVE_MOST_S, SAVE_LEAST_S, SAVE_COSTS = 1 / 40, 15, 0.2, 50  # Checkpoint::is_due


@dataclasses.dataclass
class Work:
    """Some numbers (patients, points, chunks of replicates), and what each step with them takes, in seconds."""

    numbers: int
    device: float  # a number, on the device or core, by itself
    least: int  # numbers of a take
    wave: float = 0  # a take on the device, however few its numbers: others may run at the same time
    before: float = 0  # a number, on the seat's thread: a point's Plan
    after: float = 0  # a number, on the seat's thread: a point's answers
    each: float = 0  # a take, on the seat's thread: its counts are brought from the device and added up
    is_gpu: bool = True
    first: float = 0  # a device's first unit, on the CPU once more
    receive: float = 0  # a delivery, at the leader, before it is looked at
    receive_number: float = 0  # and for each number in it
    accept: float = 0  # to put it where it belongs, which is what the leader measures
    accept_number: float = 0
    save: float = 0  # a checkpoint, whatever is in it
    save_number: float = 0  # and for each number that is done
    begin: float = 0  # the leader alone, before the first request
    end: float = 0  # the leader alone, after the last delivery: analysis, file
    ready: float = 0  # a rank, until it asks for the first time
    gather: float = 0  # the leader, for each rank, before the first request


@dataclasses.dataclass
class Leader:
    """Seconds of the process that leads."""

    request: float  # with its message, whatever the number of seats
    request_seat: float = 0  # and for each seat that it knows
    message: float = 0  # there and back, beside naps


@dataclasses.dataclass
class Rules:
    """Of the schedule, and what might be changed in it."""

    take: float = TAKE_S
    gpu_take: float = GPU_TAKE_S
    takes_of_leader: float = 0  # a take lasts at least so many times what serving a request of every seat takes
    counts_receiving: bool = False  # deliveries are as rare as receiving and accepting them ask for
    spreads: bool = False  # every seat hands over after another share, 0.5 to 1.5, of that time
    splits_least: bool = False  # the least take is no more than a fair share of the numbers
    together: int = 1  # seats of one machine that hand over as one


@dataclasses.dataclass
class Trouble:
    scatter: float = 0  # coefficient of variation of a take's time
    spread: float = 0  # s within which ranks become ready
    slow: float = 0  # share of devices at half speed
    fails: bool = False  # one device, in the middle of its second take
    seed: int = 1


@dataclasses.dataclass
class Found:
    wall: float = 0  # s
    begin: float = 0  # until the first take is handed out
    working: float = 0  # from there to the last number done
    handing: float = 0  # from there to the last delivery
    end: float = 0  # analysis, file
    busy: float = 0  # share of device seconds, between begin and the last number done
    leader: float = 0  # share of that time in which the leader serves
    saves: int = 0
    takes: int = 0
    used: int = 0  # devices that did anything


class Seat:
    __slots__ = ("device", "is_local", "rate", "holds", "held", "every", "sent", "waits", "take", "is_there", "begun", "has_begun", "patience")

    def __init__(self, device, is_local):
        self.device, self.is_local, self.rate, self.holds, self.held = device, is_local, 0.0, 0, 0
        self.every, self.sent, self.waits, self.take, self.is_there, self.begun = 0.2, 0.0, False, 0, True, 0.0
        self.has_begun, self.patience = False, 1.0


class Schedule:
    """One run. Events are (time, order, what, seat); `order` keeps those of one time apart."""

    def __init__(self, work, leader, devices, seats_each=2, rules=Rules(), trouble=Trouble()):
        self.work, self.leader, self.rules, self.trouble = work, leader, rules, trouble
        self.random = random.Random(trouble.seed)
        self.devices = devices
        self.seats = [Seat(d, d == 0) for d in range(devices) for _ in range(seats_each)]
        if rules.spreads:
            for i, seat in enumerate(self.seats):
                seat.patience = 0.5 + i * 0.6180339887 % 1
        slow = round(trouble.slow * devices)
        self.speed = [0.5 if d < slow else 1.0 for d in range(devices)]
        self.random.shuffle(self.speed)
        self.free, self.looked_at = [0.0] * devices, [False] * devices
        self.fails = devices - 1 if trouble.fails and devices > 1 else None
        self.taken_by_failing = 0
        self.left, self.in_hand, self.done = work.numbers, 0, 0
        self.rates = 0.0
        self.busy_until, self.served = 0.0, 0.0
        self.accepting, self.accepted = 0.0, 0
        self.saved, self.save_cost = 0.0, 0.0
        self.events, self.order, self.waiting = [], 0, set()
        self.found, self.device_seconds, self.last_done, self.used = Found(), 0.0, 0.0, set()

    def at(self, time, what, seat):
        self.order += 1
        heapq.heappush(self.events, (time, self.order, what, seat))

    # What share.cpp does.

    def size_for(self, seat):
        rules, work = self.rules, self.work
        least = work.least
        if rules.splits_least:
            least = max(1, min(least, self.left // (2 * len(self.seats)) or 1))
        if seat.rate <= 0:
            return least
        fair = 0.5 * self.left * seat.rate / max(seat.rate, self.rates)
        seconds = rules.gpu_take if work.is_gpu else rules.take
        seconds = max(seconds, rules.takes_of_leader * len(self.seats) * self.request_seconds())
        return max(least, int(min(seat.rate * seconds, fair)))

    def request_seconds(self):
        return self.leader.request + self.leader.request_seat * len(self.seats)

    def save_if_due(self, now):
        share = min((now - self.begun) * SAVE_SHARE, SAVE_MOST_S)
        if self.work.save == 0 or now - self.saved < max(share, SAVE_COSTS * self.save_cost, SAVE_LEAST_S):
            return 0.0
        self.save_cost = self.work.save + self.work.save_number * self.done
        self.saved = now + self.save_cost
        self.found.saves += 1
        return self.save_cost

    def serve(self, time, seat):
        """A request, and the answer to it."""
        begin = max(time, self.busy_until)
        seconds = 0.0 if seat.is_local else self.request_seconds()
        if seat.holds and (seat.take < 0 or begin - seat.sent >= (KEEPS_TO_ITSELF_S if seat.is_local else seat.every * seat.patience)):
            work, together = self.work, self.rules.together
            accept = work.accept / together + work.accept_number * seat.held
            if not seat.is_local:
                seconds += work.receive / together + work.receive_number * seat.held
            accept += self.save_if_due(begin + seconds + accept)
            seconds += accept
            if not seat.is_local:
                counted = seconds if self.rules.counts_receiving else accept
                self.accepting, self.accepted = self.accepting + counted, self.accepted + 1
            self.in_hand -= seat.held
            self.done += seat.held
            seat.holds = seat.held = 0
            seat.sent = begin + seconds
        now = self.busy_until = begin + seconds
        self.served += seconds
        seat.take = 0
        if self.left > 0 and seat.is_there:
            size = min(self.left, self.size_for(seat))
            self.left -= size
            self.in_hand += size
            seat.take = size
            if self.accepted:
                seat.every = max(LEAST_EVERY_S, ACCEPTINGS * len(self.seats) * self.accepting / self.accepted)
            self.found.takes += 1
            self.at(now + self.way(seat), "work", seat)
        elif seat.holds:
            seat.take = -1  # hand over
            self.at(now + 2 * self.way(seat), "ask", seat)
        elif seat.is_there:
            self.waiting.add(seat)
        return now

    def way(self, seat):
        return 0.0 if seat.is_local else 0.5 * self.leader.message + self.random.uniform(0, NAP_S)

    # What a seat does.

    def begin_take(self, now, seat):
        seat.begun = now
        if not seat.has_begun:
            seat.has_begun, seat.sent = True, now
        self.at(now + self.work.before * seat.take, "device", seat)

    def on_device(self, now, seat):
        d = seat.device
        begin = max(now, self.free[d])
        if d == self.fails and self.taken_by_failing >= 1:
            self.free[d] = begin
            self.at(begin, "fail", seat)
            return
        self.taken_by_failing += d == self.fails
        if not self.looked_at[d]:
            self.looked_at[d] = True
            begin += self.work.first
        scatter = max(0.1, self.random.gauss(1, self.trouble.scatter)) if self.trouble.scatter else 1
        seconds = self.work.device * seat.take * scatter / self.speed[d]
        self.free[d] = begin + seconds
        self.device_seconds += seconds
        self.used.add(d)
        self.at(max(self.free[d], begin + self.work.wave) + self.work.each + self.work.after * seat.take, "done", seat)

    def finish_take(self, now, seat):
        self.rates -= seat.rate
        seat.rate = seat.take / max(1e-6, now - seat.begun)
        self.rates += seat.rate
        seat.holds, seat.held = 1, seat.held + seat.take
        self.last_done = max(self.last_done, now)
        self.at(now + self.way(seat), "ask", seat)

    def fail(self, now, seat):
        """It gives its take back, with what it has found before, and leaves."""
        self.rates -= seat.rate
        seat.rate, seat.is_there = 0.0, False
        self.left += seat.take
        self.in_hand -= seat.take
        seat.take = -1
        if seat.holds:
            self.at(now + self.way(seat), "ask", seat)
        for other in list(self.waiting):
            self.at(now + self.way(other), "ask", other)
        self.waiting.clear()

    def run(self):
        work, found = self.work, self.found
        ready = [self.random.uniform(0, self.trouble.spread) if d else 0.0 for d in range(self.devices)]
        begin = work.begin + work.gather * self.devices
        self.begun = self.saved = self.busy_until = begin
        for seat in self.seats:
            self.at(max(begin, work.ready + ready[seat.device]), "ask", seat)
        steps = {"work": self.begin_take, "device": self.on_device, "done": self.finish_take, "fail": self.fail, "ask": self.serve}
        first = None
        while self.events and (self.left or self.in_hand):
            now, _, what, seat = heapq.heappop(self.events)
            if what == "work" and first is None:
                first = now
            steps[what](now, seat)
        found.begin = first
        found.working = self.last_done - first
        found.handing = max(0.0, self.busy_until - self.last_done)
        found.end = work.end
        found.wall = max(self.busy_until, self.last_done) + work.end
        found.busy = self.device_seconds / self.devices / found.working
        found.leader = self.served / (found.working + found.handing)
        found.used = len(self.used)
        assert self.done == work.numbers, (self.done, work.numbers)
        return found
