"""Every check of structure.py finds a planted defect, at its line, and leaves a sound tree alone."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from structure import CHECKS, MOST_BYTES  # noqa: E402

SOUND = {
    "kernels/numerics/real.hpp": "#pragma once\n#include <cmath>\ninline double f(double x) { return exp(x); }\n",
    "kernels/numerics/philox.hpp": "#include <curand_philox4x32_x.h>\n",
    "kernels/vocabulary/quantities.hpp": 'inline constexpr Entry kQuantities[] = {\n    {"trough_true", "ng/mL", Source::trough_true},\n'
    '    {"auc_24h",\n     "ng*h/mL"},\n    {"day", "day"},\n};\n',
    "kernels/vocabulary/actions.hpp": 'inline constexpr Entry kActions[] = {\n    {Action::step_down, "step down"},\n};\n'
    'inline constexpr Key kActionKeys[] = {\n    {"until", 1},\n};\n',
    "kernels/models/tumour.hpp": '  static constexpr ModelQuantity<State> quantities[] = {\n      {size, "tumour_size_true", "1"},\n  };\n'
    '  static constexpr MeasuredQuantity<State> measured[] = {\n      {size, "tumour_size", "1"},\n  };\n',
    "host/scenario/read_rules.cpp": 'read(reader, "until");  // "step down"\nunit = "day";\n',
    "kernels/run_cuda.cu": "#include <cuda_runtime.h>\n#include <thrust/sort.h>\n",
    "kernels/day.hpp": "// std::exp(x) would differ\n/* ::pow(x,\n y) too */ double g = ::sqrt(2.0);\n",
    "output/results.cpp": '#include "kernels/plan.hpp"\n#include <vtrial_version.hpp>\n#include "output/results.hpp"\n',
    "host/plan/plan.cpp": '#include "output/results.hpp"\n#include <toml++/toml.h>\ndouble e = std::exp(1.0);\n',
    "output/tally/number.cpp": 'namespace vt::number_kind {\nconst ResultKindEntry kEntry = {\n    .name = "number",\n};\n}\n',
    "output/tally/kinds.hpp": "ResultKind kResultKinds[] = {&number_kind::kEntry};\n",
    "kernels/tally/time_to_event.hpp": 'struct TimeTally {\n  TallyKindEntry entry = {.name = "time_to_event"};\n};\n',
    "host/plan/tallies/tallies.cpp": 'if (kind.takes("event")) f();\n',
    "tests/unit/plan.test.cpp": '#include "host/plan/plan.hpp"\n#include <gtest/gtest.h>\n',
    "tests/reference/table.csv": "1.0\n" * MOST_BYTES,
}


def findings(check, defects):
    """What `check` says of the sound tree with `defects` written over it."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**SOUND, **defects}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return list(CHECKS[check](root))


class StructureTest(unittest.TestCase):
    def expect_found(self, check, name, text, line=1):
        found = findings(check, {name: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{name}:{line}: "), found)

    def test_a_sound_tree_passes(self):
        for check in CHECKS:
            self.assertEqual(findings(check, {}), [], check)

    def test_dependency_upwards(self):
        self.expect_found("dependency_direction", "kernels/plan.hpp", '#pragma once\n#include "host/plan/plan.hpp"\n', 2)
        self.expect_found("dependency_direction", "kernels/plan.hpp", '#include "output/results.hpp"\n')
        self.expect_found("dependency_direction", "kernels/plan.hpp", "#  include <output/results.hpp>\n")
        self.expect_found("dependency_direction", "output/results.cpp", '#include "host/problems.hpp"\n')
        self.expect_found("dependency_direction", "host/problems.cpp", '#include "tests/tools.hpp"\n')
        self.expect_found("dependency_direction", "kernels/plan.hpp", '#include "vtrial_version.hpp"\n')

    def test_include_not_from_the_root(self):
        self.expect_found("dependency_direction", "host/plan/plan.cpp", '#include "../problems.hpp"\n')
        self.expect_found("dependency_direction", "host/plan/plan.cpp", '#include "plan.hpp"\n')
        self.expect_found("dependency_direction", "host/plan/plan.cpp", "#include <host/problems.hpp>\n")

    def test_cuda_outside_its_place(self):
        self.expect_found("cuda_headers", "kernels/simulate.hpp", "#include <cuda_runtime.h>\n")
        self.expect_found("cuda_headers", "host/campaign/devices.cpp", "#include <cuda_runtime_api.h>\n")
        self.expect_found("cuda_headers", "kernels/numerics/philox.hpp", "#include <thrust/sort.h>\n")
        self.expect_found("cuda_headers", "tests/unit/sort.test.cpp", "#include <thrust/sort.h>\n")

    def test_libm_in_kernels(self):
        for call in ("std::exp(x)", "::pow(x, y)", "__builtin_log(x)", "std::fmin(x, y)", "std :: log1p (x)", "__expf(x)",
                     "std::expf(x)", "__nv_exp(x)"):
            self.expect_found("libm_names", "kernels/day.hpp", f"// one\ndouble y = {call};\n", 2)

    def test_name_of_the_language_outside_its_table(self):
        for code in ('if (name == "trough_true") f();', 'const char* all[] = {"auc_24h"};', 'case_of("step down")'):
            self.expect_found("language_names", "host/plan/plan.cpp", f"// \"trough_true\" is one\n{code}\n", 2)
        self.expect_found("language_names", "output/print.cpp", 'out += "auc_24h";\n')
        self.expect_found("language_names", "kernels/record.hpp", 'is("tumour_size_true");\n')
        self.expect_found("language_names", "kernels/models/leukaemia.hpp", 'is("tumour_size_true");\n')
        self.expect_found("language_names", "kernels/models/tumour.hpp", 'is("auc_24h");\n')
        self.expect_found("language_names", "kernels/record.hpp", 'is("tumour_size");\n')

    def test_kind_of_a_tally_asked_outside_its_place(self):
        for code in ("if (tally.kind == &number_kind::kEntry) f();", 'if (tally.kind->name != "number") f();',
                     'return "time_to_event" == spec.kind;', "if constexpr (std::is_same_v<Kind, TimeTally>) f();"):
            self.expect_found("tally_kinds", "output/print.cpp", f"// number_kind::kEntry\n{code}\n", 2)
            self.expect_found("tally_kinds", "host/plan/tallies/tallies.cpp", code)
            self.expect_found("tally_kinds", "kernels/simulate.hpp", code)

    def test_large_file(self):
        self.expect_found("file_sizes", "host/plan/plan.cpp", " " * (MOST_BYTES + 1))
        self.expect_found("file_sizes", "tests/cli/run.py", " " * (MOST_BYTES + 1))


if __name__ == "__main__":
    unittest.main()
