"""stages.py finds planted loops over lanes that are not vectorised: usage: stages_self_test.py OBJDUMP COMPILER"""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import stages  # noqa: E402

HEADER = """
#define VT_STAGE inline __attribute__((noinline))
namespace vt { inline namespace VT_ISA {
struct Cohort { double a[64], b[64], c[64]; };
inline __attribute__((noinline)) double distant(double x) { return x * x + 1.0; }
template <int L>
VT_STAGE void absorb(Cohort& c, double dose, int steps) {
  const double share = dose / (dose + 3.0) * __builtin_sqrt(dose);  // shared by all: scalar
  for (int i = 0; i < steps; ++i)
    for (int lane = 0; lane < L; ++lane) c.a[lane] = c.a[lane] * c.b[lane] + c.a[lane] / (share + c.c[lane]);
}
template <int L>
VT_STAGE void select(Cohort& c) {
  for (int lane = 0; lane < L; ++lane) c.b[lane] = c.a[lane] < c.c[lane] ? c.a[lane] : c.b[lane];
}
VT_STAGE void both(Cohort& c, int n) {  // only calls stages
  for (int i = 0; i < n; ++i) select<64>(c);
  absorb<64>(c, c.a[0], n);
}
}}
"""
SOURCE = '#include "day.hpp"\nextern "C" void vt_run(vt::Cohort& c, int n) { vt::both(c, n); }\n'
LANES_OF_ABSORB = "c.a[lane] * c.b[lane]"
DEFECTS = {
    "a call": (LANES_OF_ABSORB, "distant(c.b[lane])", "absorb<64>: a loop over lanes calls vt::v3::distant(double)"),
    "one lane after another": (LANES_OF_ABSORB, "c.a[lane > 0 ? lane - 1 : 0]", "absorb<64>: a loop over lanes is not vectorised: 0 packed"),
    "a selection that jumps": ("c.a[lane] < c.c[lane] ? c.a[lane] : c.b[lane]",
                               "({ if (c.a[lane] < c.c[lane]) __asm__ volatile(\"\"); c.b[lane]; })", "select<64>: a loop over lanes is not vectorised: 0 packed"),
    "a stage that nobody calls": ("}}", "VT_STAGE void lonely(Cohort& c) { c.a[0] = 1.0; }\n}}", "lonely: marked VT_STAGE, but"),
}


class StagesTest(unittest.TestCase):
    def findings(self, header, isa="v3", *more):
        with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            folder = pathlib.Path(folder)
            (folder / "day.hpp").write_text(header, encoding="utf-8")
            (folder / "run.cpp").write_text(SOURCE, encoding="utf-8")
            subprocess.run([COMPILER, "-std=gnu++20", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-w",
                            f"-march=x86-64-{isa}", *more, f"-DVT_ISA={isa}", "-c", folder / "run.cpp", "-o", folder / "run.o"],
                           check=True)
            return stages.findings(OBJDUMP, isa, folder / "run.o", folder)

    def test_sound_stages_pass(self):
        self.assertEqual(self.findings(HEADER, "v3"), [])
        self.assertEqual(self.findings(HEADER, "v4", "-mprefer-vector-width=512"), [])

    def test_defects_are_found(self):
        for what, (old, new, expected) in DEFECTS.items():
            with self.subTest(what):
                self.assertIn(old, HEADER)
                found = self.findings(HEADER.replace(old, new, 1) if old != "}}" else HEADER[:HEADER.rindex("}}")] + new)
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(expected), found)

    def test_vectors_of_half_the_width_are_found(self):
        found = self.findings(HEADER, "v4", "-mprefer-vector-width=256")
        self.assertTrue(any("nothing is vectorised: 0 packed in zmm" in f for f in found), found)

    def test_no_optimisation_is_found(self):
        self.assertTrue(any("loop over lanes is not vectorised: 0 packed" in f for f in self.findings(HEADER, "v3", "-O1")))


if __name__ == "__main__":
    OBJDUMP, COMPILER = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
