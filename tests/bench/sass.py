"""A kernel's machine code as nvdisasm prints it: its loop over days, what is spilled there, which instructions it has."""
import collections
import json
import pathlib
import re
import struct
import subprocess

# By opcode without its modifiers; what stands nowhere is "other".
KINDS = {
    "FP64 fused multiply-add": "DFMA", "FP64 add": "DADD", "FP64 multiply": "DMUL", "FP64 compare": "DSETP",
    "reciprocals, roots, conversions": "MUFU I2F F2I F2F",
    "integer and bits": "IADD3 IMAD IMNMX ISETP LEA LOP3 PLOP3 SHF SEL FSEL VIADD POPC FLO IABS PRMT BREV LOP FSETP FADD FMUL FFMA",
    "moves, uniform": "MOV R2UR S2R S2UR CS2R UMOV ULDC LDC UIADD3 UIMAD ULOP3 USHF ULEA USEL UISETP UPLOP3 P2R R2P",
    "memory: local": "LDL STL", "memory: global": "LDG STG LD ST RED ATOM ATOMG",
    "memory: shared": "LDS STS ATOMS", "branches, calls, barriers": "BRA BRX CALL RET EXIT BSSY BSYNC BMOV BREAK WARPSYNC VOTE NOP",
    "other": ""}
KIND_OF = {opcode: kind for kind, opcodes in KINDS.items() for opcode in opcodes.split()}
VISIT = "device5visit"  # the call that every day makes
# Called where something changes, where somebody waits for a sample, in scenarios whose counts follow the concentration.
SELDOM = ("15follow_regimens", "17draw_late_samples", "14grow_following")
DAILY_WITHIN = ("13gather_visits",)  # called by what the loop calls, every day


class Kernel:
    def __init__(self, instructions, functions):
        self.code, self.functions = instructions, functions  # name: first instruction, number of instructions
        self.follow()
        self.day = self.find_day()

    def opcode(self, i):
        return self.code[i]["opcode"].split(".")[0]

    def successors(self, i):
        opcode, conditional = self.opcode(i), "predicate" in self.code[i]
        operands = self.code[i].get("operands", "")
        if opcode == "BRA":
            # A branch on a uniform predicate names it among its operands.
            goes_on = conditional or re.search(r"\bU?P\d", operands) or ".DIV" in self.code[i]["opcode"]
            return [int(re.findall(r"0x([0-9a-f]+)", operands)[-1], 16) // 16] + ([i + 1] if goes_on else [])
        if opcode in ("EXIT", "RET"):
            return [i + 1] if conditional else []
        if opcode == "BRX":
            raise ValueError("a jump through a table in the kernel's body")
        return [i + 1]

    def follow(self):
        """Blocks of instructions that the entry reaches without calls, the blocks after each, and who dominates whom."""
        self.next, waiting = {}, [0]
        while waiting:
            i = waiting.pop()
            if i not in self.next:
                self.next[i] = self.successors(i)
                waiting += self.next[i]
        self.previous = collections.defaultdict(list)
        for i, after in self.next.items():
            for j in after:
                self.previous[j].append(i)
        order, seen, stack = [], {0}, [(0, iter(self.next[0]))]
        while stack:
            i, after = stack[-1]
            for j in after:
                if j not in seen:
                    seen.add(j)
                    stack.append((j, iter(self.next[j])))
                    break
            else:
                order.append(i)
                stack.pop()
        self.order = order[::-1]
        self.rank = {i: k for k, i in enumerate(self.order)}
        self.above, changed = {0: 0}, True
        while changed:
            changed = False
            for i in self.order[1:]:
                known = [p for p in self.previous[i] if p in self.above]
                common = known[0]
                for other in known[1:]:
                    common = self.common(common, other)
                if self.above.get(i) != common:
                    self.above[i], changed = common, True

    def common(self, a, b):
        while a != b:
            while self.rank[a] > self.rank[b]:
                a = self.above[a]
            while self.rank[b] > self.rank[a]:
                b = self.above[b]
        return a

    def loops(self):
        """Instructions of each natural loop."""
        found = collections.defaultdict(set)
        for i, after in self.next.items():
            for head in after:
                if self.common(head, i) == head:
                    body, waiting = {head}, [i]
                    while waiting:
                        j = waiting.pop()
                        if j not in body:
                            body.add(j)
                            waiting += self.previous[j]
                    found[head] |= body
        return found.values()

    def find_day(self):
        """The innermost loop that holds every call of the day's visit."""
        calls = {i for i in self.next if self.opcode(i) == "CALL" and VISIT in self.code[i]["operands"]}
        return min((loop for loop in self.loops() if calls and calls <= loop), key=len)

    def daily(self):
        """The loop over days, and the functions that it calls on most days, up to where they may first return."""
        called = {self.code[i]["operands"].rsplit("$", 1)[-1] for i in self.day if self.opcode(i) == "CALL"}
        yield "", sorted(self.day)
        for name, (first, count) in self.functions.items():
            if (name in called or any(d in name for d in DAILY_WITHIN)) and not any(s in name for s in SELDOM):
                end = next((i for i in range(first, first + count) if self.opcode(i) == "RET"), first + count)
                yield name, range(first, end)

    def spill_stores(self):
        """What stores a spilled register there."""
        return [f"{16 * i:#x} {self.code[i]['opcode']} {self.code[i]['operands']} {name}" for name, part in self.daily() for i in part
                if self.opcode(i) == "STL" and any(a.get("info") == "SpillRefill" for a in self.code[i].get("annotations", []))]

    def mix(self):
        counts = collections.Counter(KIND_OF.get(self.opcode(i).lstrip("@"), "other") for i in self.day)
        return {kind: counts[kind] for kind in KINDS}


def functions(tree):
    if isinstance(tree, dict) and "sass-instructions" in tree:
        yield tree
    elif isinstance(tree, (dict, list)):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from functions(part)


def symbols(cubin, kernel):
    """The functions within a kernel: first instruction and number of instructions, by name."""
    data = pathlib.Path(cubin).read_bytes()
    table, count = struct.unpack_from("<Q", data, 0x28)[0], struct.unpack_from("<H", data, 0x3C)[0]
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, table + 64 * i) for i in range(count)]
    found = {}
    for kind, offset, size, link in ((s[1], s[4], s[5], s[6]) for s in sections):
        for at in range(offset, offset + size, 24) if kind == 2 else ():
            name, info, _, _, first, length = struct.unpack_from("<IBBHQQ", data, at)
            start = sections[link][4] + name
            text = data[start:data.index(0, start)].decode()
            if info & 15 == 2 and text.startswith(f"${kernel}$"):
                found[text.rsplit("$", 1)[-1]] = (first // 16, length // 16)
    return found


def read(nvdisasm, cubin):
    """The one simulate_patients of a file."""
    said = subprocess.run([nvdisasm, "-json", "-annotate", cubin], capture_output=True, text=True, check=True).stdout
    kernel = next(f for f in functions(json.loads(said)) if "simulate_patients" in f["function-name"])
    return Kernel(kernel["sass-instructions"], symbols(cubin, kernel["function-name"]))
