"""symbols.py finds planted leaks and mathematics: usage: symbols_self_test.py NM LIBM COMPILER"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import symbols  # noqa: E402

SOUND = """
namespace vt {
struct Plan { double dose; };
inline namespace v4 {
template <class T> __attribute__((noinline)) T twice(T x) { return x + x; }
__attribute__((noinline)) inline double day(const Plan& p) { return __builtin_fma(p.dose, 2.0, twice(1.0)); }
}}
extern "C" double vt_run_v4(const vt::Plan* p) { return vt::day(*p); }
"""
DEFECTS = {
    "a plain inline function": "namespace vt { __attribute__((noinline)) inline double big(double x) { return x * 3; } }"
                               "\ndouble (*keep)(double) __attribute__((visibility(\"hidden\"))) = vt::big;",
    "a plain inline function with a parameter of the namespace":
        "namespace vt { inline namespace v4 { struct Words { double w; }; }"
        "__attribute__((noinline)) inline double add(const Words& x) { return x.w * 3; } }"
        "\ndouble (*keep)(const vt::Words&) __attribute__((visibility(\"hidden\"))) = vt::add;",
    "a template that returns a type of the namespace":
        "namespace vt { inline namespace v4 { struct Words { double w; }; }"
        "template <class T> __attribute__((noinline)) Words make(T x) { return {x * 3}; } }"
        "\nvt::Words (*keep)(double) __attribute__((visibility(\"hidden\"))) = vt::make<double>;",
    "another entry point": 'extern "C" double vt_run_v3(double x) { return x; }',
    "the standard library": "#include <vector>\nnamespace vt { inline namespace v4 { "
                            "void (std::vector<double>::*grow)() = &std::vector<double>::pop_back; }}",
}


class SymbolsTest(unittest.TestCase):
    def compiled(self, folder, text):
        source, made = pathlib.Path(folder) / "a.cpp", pathlib.Path(folder) / "a.o"
        source.write_text(text, encoding="utf-8")
        subprocess.run([COMPILER, "-std=c++20", "-O1", "-fno-math-errno", "-c", source, "-o", made], check=True)
        return [str(made)]

    def test_sound_object_passes(self):
        with tempfile.TemporaryDirectory() as folder:
            made = self.compiled(folder, SOUND)
            self.assertEqual(list(symbols.leaks(NM, "v4", made)), [])
            self.assertEqual(list(symbols.libm(NM, LIBM, made)), [])  # calls fma, which is allowed

    def test_leaks_are_found(self):
        for what, text in DEFECTS.items():
            with self.subTest(what), tempfile.TemporaryDirectory() as folder:
                found = list(symbols.leaks(NM, "v4", self.compiled(folder, SOUND + text)))
                self.assertTrue(any("keep" not in line for line in found), found)

    def test_libm_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            text = SOUND + 'extern "C" double vt_extra_v4(double x) { return __builtin_exp(x); }'
            found = list(symbols.libm(NM, LIBM, self.compiled(folder, text)))
            self.assertEqual(len(found), 1, found)
            self.assertIn("needs exp ", found[0])


if __name__ == "__main__":
    NM, LIBM, COMPILER = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1])
