"""Planted defects are found: usage: self_test.py COMPILER [RUN_CUDA.ptx COMPARE]

The instructions against a second reading of the PTX manual (second_reading.py); what translate.py must refuse; and, given
the kernel's PTX, changes of its arithmetic that compare.cpp must see.
"""
import ctypes
import itertools
import pathlib
import re
import struct
import sys
import tempfile
import unittest

import check
import translate
from instructions import BITS
from second_reading import cases, number, word

COMPILER, *KERNEL = sys.argv[1:]
HEAD = ".version 9.0\n.target sm_90\n.address_size 64\n"
REGISTERS = {"pred": "%p", "f64": "%d", 16: "%h", 32: "%r", 64: "%l"}
DECLARED = ".reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<9>; .reg .b64 %l<9>; .reg .f64 %d<9>;\n"


def entry(body, parameters=".param .u64 out"):
    return f"{HEAD}.visible .entry kernel({parameters})\n.maxntid 32, 1, 1\n{{\n{DECLARED}{body}ret;\n}}\n"


def register(kind, i):
    t = kind.rstrip("+").lstrip("=")
    return REGISTERS[t if t in REGISTERS else max(16, BITS[t])] + str(i)


def literal(value, t):
    return f"0d{word(value):016X}" if t == "f64" else str(value)


def run(ptx, folder, *parameters):
    library, _ = check.build(COMPILER, ptx, "kernel", folder)
    pointers = (ctypes.c_void_p * len(parameters))(*(ctypes.cast(ctypes.pointer(p), ctypes.c_void_p) for p in parameters))
    return ctypes.CDLL(str(library)).ptx_launch(b"kernel", 2, 3, pointers)


class Instructions(unittest.TestCase):
    def test_are_those_of_the_manual(self):
        # One function for each instruction: a loop over its cases, whose operands stand in memory.
        text, calls, inputs, all_cases = HEAD, "", b"", list(cases())
        done = 0
        for opcode, group in itertools.groupby(all_cases, key=lambda case: case[0]):
            group = list(group)
            kinds = group[0][1]
            name, body, first = "f_" + opcode.replace(".", "_"), "", len(inputs)
            sources = [register(kind, i + 1) for i, kind in enumerate(kinds[1:])]
            for i, (kind, source) in enumerate(zip(kinds[1:], sources)):
                t = kind.rstrip("+")
                body += (f"ld.u32 %r8, [%l7+{8 * i}]; setp.ne.u32 {source}, %r8, 0;\n" if t == "pred" else
                         f"ld.{'f64' if t == 'f64' else f'u{BITS[t]}'} {source}, [%l7+{8 * i}];\n")
            for _, _, values, _ in group:
                for kind, value in zip(kinds[1:], values):
                    inputs += struct.pack("<Q", word(value) if kind == "f64" else value & (1 << BITS[kind.rstrip("+")]) - 1)
            result = kinds[0].lstrip("=").rstrip("+")
            target = register(result, 0)
            body += f"{opcode} {target}, {', '.join(sources)};\n"
            if result == "pred":
                body += f"selp.u32 %r0, 1, 0, {target};\n"
                result, target = "u32", "%r0"
            body += f"st.{'f64' if result == 'f64' else f'u{BITS[result]}'} [%l8], {target};\n"
            text += (f".func {name}(.param .b64 {name}_in, .param .b64 {name}_out)\n{{\n{DECLARED}"
                     f"ld.param.u64 %l7, [{name}_in]; ld.param.u64 %l8, [{name}_out]; mov.u32 %r7, {len(group)};\n$L_{name}:\n"
                     f"{body}add.s64 %l7, %l7, {8 * len(sources)}; add.s64 %l8, %l8, 8; sub.s32 %r7, %r7, 1;\n"
                     f"setp.ne.s32 %p8, %r7, 0; @%p8 bra $L_{name};\nret;\n}}\n")
            calls += (f"{{ .param .b64 a; .param .b64 b; add.s64 %l3, %l1, {first}; add.s64 %l4, %l2, {8 * done};\n"
                      f"st.param.b64 [a+0], %l3; st.param.b64 [b+0], %l4; call.uni {name}, (a, b); }}\n")
            done += len(group)
        kernel = entry(f"ld.param.u64 %l1, [in]; ld.param.u64 %l2, [out];\n{calls}", ".param .u64 in, .param .u64 out")
        given = ctypes.create_string_buffer(inputs)
        found = ctypes.create_string_buffer(8 * done)
        with tempfile.TemporaryDirectory() as folder:
            addresses = [ctypes.c_uint64(ctypes.addressof(b)) for b in (given, found)]
            self.assertEqual(run(text + kernel[len(HEAD):], folder, *addresses), 0)
        for i, (opcode, kinds, values, result) in enumerate(all_cases):
            t = kinds[0].lstrip("=").rstrip("+")
            bits = struct.unpack_from("<Q", found, 8 * i)[0]
            same = (word(result) == bits or result != result and number(bits) != number(bits)) if t == "f64" else \
                int(result) & (1 << BITS[t]) - 1 == bits & (1 << BITS[t]) - 1
            self.assertTrue(same, f"{opcode} {values}: {bits:#x} instead of {result}")
        print(f"{len(set(c[0] for c in all_cases))} instructions, {len(all_cases)} cases", file=sys.stderr)

    def test_memory_calls_and_special_registers(self):
        text = entry("""
            .local .align 16 .b8 depot[32];
            ld.param.u64 %l1, [out]; cvta.to.global.u64 %l2, %l1;
            mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x; mov.u32 %r3, %tid.x; mad.lo.s32 %r1, %r1, %r2, %r3;
            atom.global.add.u64 %l3, [%l2], 10; red.add.u64 [%l2+8], 1;
            mul.wide.u32 %l3, %r1, 8; add.s64 %l2, %l2, %l3;
            mov.u64 %l4, depot; mov.b64 %l5, {%r1, %r2}; mov.f64 %d1, 0d3FF8000000000000;
            st.local.v2.u64 [%l4+16], {%l5, %l4}; ld.local.v2.u32 {%r4, %r5}, [%l4+16];
            mov.b64 {%r6, %r7}, %d1; add.s32 %r4, %r4, %r5; add.s32 %r4, %r4, %r7;
            mov.u16 %h1, 7; mov.u16 %h2, 2; mov.b32 %r5, {%h1, %h2}; add.s32 %r4, %r4, %r5;
            mov.u64 %l6, table; ld.const.s8 %r8, [%l6+1]; add.s32 %r4, %r4, %r8;
            st.global.u32 [%l2+16], %r4; mov.b64 %l7, %d1; st.global.b8 [%l2+20], %l7; st.global.u16 [%l2+22], %r2;
        """).replace(HEAD, HEAD + ".const .align 4 .b8 table[4] = {1, 251, 3};\n")
        out = (ctypes.c_uint64 * 8)()
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(text, folder, ctypes.c_uint64(ctypes.addressof(out))), 0)
        self.assertEqual(list(out[:2]), [60, 6])
        self.assertEqual(list(out[2:]), [(i + 3 + 0x3FF80000 - 5 + 0x20007) | 3 << 48 for i in range(6)])

    def test_shared_memory_of_a_block_of_one_thread(self):
        text = entry("""ld.param.u64 %l1, [out]; mov.u32 %r1, block; mov.u32 %r2, %ctaid.x; shl.b32 %r3, %r2, 3;
            add.s32 %r1, %r1, %r3; mov.u64 %l2, 4294967295; st.shared.u64 [%r1], %l2; bar.sync 0;
            atom.shared.add.u32 %r4, [%r1], 2; red.shared.add.u32 [%r1+4], %r4; bar.sync 0; ld.shared.u64 %l3, [%r1];
            mul.wide.u32 %l4, %r2, 8; add.s64 %l1, %l1, %l4; st.global.u64 [%l1], %l3;
        """).replace(HEAD, HEAD + ".extern .shared .align 16 .b8 block[];\n")
        out = (ctypes.c_uint64 * 2)()
        with tempfile.TemporaryDirectory() as folder:
            library, _ = check.build(COMPILER, text, "kernel", folder)
            given = (ctypes.c_void_p * 1)(ctypes.cast(ctypes.pointer(ctypes.c_uint64(ctypes.addressof(out))), ctypes.c_void_p))
            self.assertEqual(ctypes.CDLL(str(library)).ptx_launch(b"kernel", 2, 1, given), 0)
        self.assertEqual(list(out), [0xFFFFFFFF << 32 | 1] * 2)

    def test_fma_rounds_once(self):
        text = entry("ld.param.u64 %l1, [out]; ld.f64 %d1, [%l1]; ld.f64 %d2, [%l1+8]; ld.f64 %d3, [%l1+16];\n"
                     "fma.rn.f64 %d4, %d1, %d2, %d3; st.f64 [%l1+24], %d4; mul.rn.f64 %d5, %d1, %d2;\n"
                     "add.rn.f64 %d5, %d5, %d3; st.f64 [%l1+32], %d5;\n")
        out = (ctypes.c_double * 5)(1 + 2.0**-30, 1 - 2.0**-30, -1)
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(text, folder, ctypes.c_uint64(ctypes.addressof(out))), 0)
        self.assertEqual(list(out[3:]), [-(2.0**-60), 0.0])


UNKNOWN = """add.f64 %d1, %d2, %d3;|fma.rn.ftz.f64 %d1, %d2, %d3, %d4;|div.approx.f64 %d1, %d2, %d3;|sqrt.approx.ftz.f32 %r1, %r2;
fma.rz.f64 %d1, %d2, %d3, %d4;|ex2.approx.f32 %r1, %r2;|add.rn.f32 %r1, %r2, %r3;|barrier.cluster.arrive;|mov.u32 %r1, %laneid;
mov.u32 %r1, %clock;|ld.shared.u32 %r1, [%l1];|ld.volatile.global.u32 %r1, [%l1];|atom.global.cas.b64 %l1, [%l2], %l3, %l4;
atom.add.f64 %d1, [%l1], %d2;|shfl.sync.idx.b32 %r1, %r2, %r3, %r4, %r5;|brx.idx %r1, table;|call.uni vprintf, ();
call (a), %l1, (b), c;|.reg .f32 %f<3>;|.shared .align 8 .b8 s[8];|.loc 1 2 3;|.pragma "fast";|add.s32 %r1, %r2, 0f3F800000;
add.s32 %r1, %r2, 4294967296;|add.s32 %r1, %r99, %r2;|add.s64 %l1, %r2, %l3;|add.s32 %r1, %d2, %r3;|add.s32 %l1, %r2, %r3;
add.s32 %r1, %r2;|add.cc.s32 %r1, %r2, %r3;|setp.lt.and.s32 %p1, %r1, %r2, %p2;|setp.lt.s32 %p1|%p2, %r1, %r2;
mov.u64 %l1, nowhere;|ld.u32 %r1, [nowhere];|ld.u32 %r1, [%l1+%l2];|@%p9 ret;|exit.uni;|%r1 = %r2;|trap;"""
UNKNOWN = re.split(r"(?<=;)[|\n]", UNKNOWN)


class Refusals(unittest.TestCase):
    def refusal(self, text, name="kernel"):
        with self.assertRaises(translate.Unknown) as raised:
            translate.translate(text, name)
        return raised.exception.args

    def test_sound_text_passes(self):
        translate.translate(entry("add.rn.f64 %d1, %d2, %d3;\n"), "kernel")

    def test_what_is_unknown_stops_with_its_line(self):
        for statement in UNKNOWN:
            with self.subTest(statement):
                line, text, why = self.refusal(entry(f"mov.u32 %r1, 1;\n{statement}\n"))
                self.assertEqual(line, 9)
                self.assertTrue(why)
                self.assertIn(text.rstrip(";"), statement)

    def test_unknown_directives_of_functions_and_files(self):
        sound = entry("")
        for old, new in [(".maxntid 32, 1, 1", ".maxnreg 32"), (".param .u64 out", ".param .f32 out"), (".maxntid 32, 1, 1", ".cluster 2"),
                         (".visible .entry", ".alias a, b;\n.visible .entry"), (".address_size 64", ".address_size 32")]:
            with self.subTest(new):
                self.refusal(sound.replace(old, new))
        self.refusal(sound, "another")


@unittest.skipUnless(KERNEL, "no PTX of the kernel: nvcc was not found")
class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ptx = pathlib.Path(KERNEL[0]).read_text(encoding="utf-8")
        start = re.search(r"^\.(?:visible )?\.?entry \S*simulate_patientsILNS_7VariantE0E", cls.ptx, re.MULTILINE).start()
        cls.start, cls.end = start, cls.ptx.index("\n}\n", start)

    def compared(self, ptx):
        with tempfile.TemporaryDirectory() as folder:
            library, _ = check.build(COMPILER, ptx, check.KERNEL, folder)
            return check.compare(KERNEL[1], library, 400)

    def changed(self, place, text):
        return self.ptx[:place.start()] + text + self.ptx[place.end():]

    def test_fmas_with_two_roundings(self):
        # The step after the polynomial of every exponential (exp_two_words): the last digit now and then.
        fma = re.compile(r"fma\.rn\.f64 \s*(\S+), (\S+), (\S+), (\S+);")
        all_ = list(fma.finditer(self.ptx, self.start, self.end))
        last = set(re.findall(r"mov\.f64 \s*(%fd\d+), 0d3FE000000000000B;", self.ptx[self.start:self.end]))
        tails = {m.group(1) for m in all_ if m.group(4) in last}
        steps = [m for m in all_ if tails & {m.group(2), m.group(3)}]
        self.assertTrue(steps)
        ptx = self.ptx
        for step in reversed(steps):
            found, a, b, c = step.groups()
            twice = f"{{ .reg .f64 %two; mul.rn.f64 %two, {a}, {b}; add.rn.f64 {found}, %two, {c}; }}"
            ptx = ptx[:step.start()] + twice + ptx[step.end():]
        status, said = self.compared(ptx)
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"days, [1-9]\d* bytes differ")

    def test_one_count_too_many_leaves_the_records_alone(self):
        place = re.search(r"atom\.add\.u64 [^;]*;", self.ptx)
        status, said = self.compared(self.changed(place, place.group() + "\n" + place.group()))
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"days, 0 bytes differ; .* not 0\), [1-9]\d* bytes differ")

    def test_unsound_arithmetic_is_refused_where_it_stands(self):
        for old, new in [("fma.rn.f64", "fma.rn.ftz.f64"), ("add.rn.f64", "add.f64"), ("div.rn.f64", "div.full.f64"),
                         ("st.local.f64", "st.local.cg.f64")]:
            with self.subTest(new), self.assertRaises(translate.Unknown) as raised:
                place = self.ptx.index(old, self.start)
                line = self.ptx.count("\n", 0, place) + 1
                translate.translate(self.ptx[:place] + new + self.ptx[place + len(old):], check.KERNEL)
            self.assertEqual(raised.exception.args[0], line)
            self.assertIn(new, raised.exception.args[1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
