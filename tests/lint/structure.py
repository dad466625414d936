"""Checks over the text of the sources: usage: structure.py CHECK [ROOT]; CHECK is a function's name below.

Each check is a generator of findings `file:line: problem`. structure_self_test.py plants the defects.
"""
import pathlib
import re
import sys

LAYERS = ["kernels", "output", "host", "tests"]  # each may include itself and those before it
SOURCE = {".hpp", ".cpp", ".cu", ".py", ".cmake", ".sh"}
GENERATED = {"vtrial_version.hpp"}
MOST_BYTES = 16 * 1024  # a file is readable in one sitting

# Who may include what of the CUDA toolkit. philox.hpp takes its integers from cuRAND in the device pass.
CUDA = re.compile(r"(cuda|curand|cub/|nv/|cooperative_groups|device_launch|vector_types|thrust/)")
CUDA_USERS = {"kernels/run_cuda.cu", "kernels/numerics/philox.hpp", "tests/parity/philox/curand.test.cpp",
              "tests/gpu/stub/stub_cuda.cpp"}
THRUST_USERS = {"kernels/run_cuda.cu"}

# glibc's elementary functions differ by processor, fmin/fmax by compiler: kernels/numerics has its own. In kernels/ and
# within namespace vt an unqualified exp is ours; a qualified one is not.
LIBM = (
    "exp exp2 exp10 expm1 log log2 log10 log1p pow cbrt hypot sin cos tan asin acos atan atan2 sinh cosh tanh asinh "
    "acosh atanh erf erfc tgamma lgamma fmod remainder remquo fmin fmax fdim ldexp frexp modf scalbn logb ilogb "
    "nextafter round lround llround rint lrint llrint nearbyint"
).split()
FOREIGN_CALL = re.compile(r"(std\s*::\s*|(?<![\w>])::\s*|\b__builtin_|\b__nv_)(" + "|".join(LIBM) + r")[fl]?\s*\(")
INTRINSIC = re.compile(r"\b(__expf|__logf|__log2f|__powf|__sinf|__cosf|__fdividef|__frcp_\w+|rsqrtf?|__frsqrt_\w+)\s*\(")

TABLE = re.compile(r"^inline constexpr \w+ (k\w+)\[\] = \{\n(.*?)^\};", flags=re.M | re.S)
QUANTITIES = re.compile(
    r"^  static constexpr (?:ModelQuantity|MeasuredQuantity)<State> \w+\[\] = \{\n(.*?)^  \};", flags=re.M | re.S)
INPUT = re.compile(r'^  static constexpr AbsorptionName name = \{\s*"([^"]+)"', flags=re.M)
TABLES_OF_KEYS = {"kActionKeys", "kDispositionKeys", "kAdherenceKeys"}  # keys stand where they are read, too
# Names that are words of something else as well.
OTHER_WORDS = {
    "day": "a unit", "month": "a unit", "arm": "a section, a dataset", "visit": "a section, a dataset", "replicate": "a dataset",
    "platelets": "a section", "haemoglobin": "a section", "transit": "a key of blood counts", "resume": "a key of rules", "sample": "a key of rules",
}
OTHER_PLACES = {
    ("host/plan/drugs/interactions.cpp", "stop"): "a key of interactions",
    ("host/scenario/drugs/read_interactions.cpp", "stop"): "a key of interactions",
    ("host/scenario/toml/merge.cpp", "stop"): "a key of interactions",
    ("host/plan/course/assays.cpp", "ddpcr_copies"): "a key of assays",
    ("host/scenario/toml/keys.hpp", "ddpcr_copies"): "a key of assays",
    ("host/scenario/people/read_random_effects.cpp", "lognormal"): "a meaning of a CV",
    ("host/qualification/read_qualification.cpp", "set"): "a key of runs",
    ("host/study/read/read_factor.cpp", "set"): "a key of choices of factors",
    ("output/results.hpp", "bins"): "a kind of axis in the file",
    ("output/python/vtrial/design.py", "set"): "a key of choices of factors",
    ("output/python/vtrial/design.py", "uniform"): "what a pair of ends means",
    ("output/python/vtrial/files.py", "ITT"): "as the results file has it",
    ("output/python/vtrial/files.py", "daily_dose_mg"): "as the results file has it",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def files(root, *folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and (path.suffix in SOURCE or path.name == "CMakeLists.txt"):
                yield path, path.relative_to(root).as_posix()


def includes(root):
    """(name, line number, kind, header) of every #include of our sources."""
    for path, name in files(root, *LAYERS):
        if path.suffix in {".hpp", ".cpp", ".cu"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if match := INCLUDE.match(line):
                    yield name, number, match.group(1), match.group(2)


def dependency_direction(root):
    """tests -> host -> output -> kernels; project headers by their full path from the root, in quotes."""
    for name, line, kind, header in includes(root):
        layer, target = name.split("/")[0], header.split("/")[0]
        if header in GENERATED:
            if layer == "kernels":
                yield f"{name}:{line}: kernels include {header} (results would differ from build to build)"
        elif target in LAYERS:
            if LAYERS.index(target) > LAYERS.index(layer):
                yield f"{name}:{line}: {layer} includes {header} (the direction is {' -> '.join(reversed(LAYERS))})"
            elif kind == "<":
                yield f'{name}:{line}: <{header}> is of this project; write "{header}"'
        elif kind == '"':
            yield f'{name}:{line}: "{header}" is not a path from the root; write the full path, or <> for a library'


def cuda_headers(root):
    """Hardware differs in one place."""
    for name, line, _, header in includes(root):
        if CUDA.match(header):
            users = THRUST_USERS if header.startswith(("thrust/", "cub/")) else CUDA_USERS
            if name not in users:
                yield f"{name}:{line}: includes {header} (only {', '.join(sorted(users))} may)"


def libm_names(root):
    """kernels/ calls no elementary function but its own."""
    for path, name in files(root, "kernels"):
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), path.read_text(encoding="utf-8"), flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            code = re.sub(r"//.*", "", line)
            for match in list(FOREIGN_CALL.finditer(code)) + list(INTRINSIC.finditer(code)):
                yield f"{name}:{number}: calls {match.group().rstrip('( ')} (its bits differ between machines); use kernels/numerics"


def file_sizes(root):
    """A file is readable in one sitting."""
    folders = [path.name for path in root.iterdir() if path.is_dir() and path.name not in {".git", "build"}]
    for path, name in files(root, *folders):
        if path.stat().st_size > MOST_BYTES:
            yield f"{name}:1: {path.stat().st_size} bytes (more than {MOST_BYTES}); split it by subject"


def names_of_the_language(root):
    """{name: the file in kernels/vocabulary, models or drug/input whose table has it}; of a row it is the first text."""
    names = {}
    for path, file in files(root, "kernels/vocabulary"):
        for table in TABLE.finditer(path.read_text(encoding="utf-8")):
            if table.group(1) in TABLES_OF_KEYS:
                continue
            for row in re.finditer(r'^    \{[^"]*"([^"]+)"', table.group(2), flags=re.M):
                names[row.group(1)] = file
    for path, file in files(root, "kernels/models"):
        for table in QUANTITIES.finditer(path.read_text(encoding="utf-8")):
            for row in re.finditer(r'^      \{[^"]*"([^"]+)"', table.group(1), flags=re.M):
                names[row.group(1)] = file
    for path, file in files(root, "kernels/drug/input"):
        for name in INPUT.findall(path.read_text(encoding="utf-8")):
            names[name] = file
    return names


def language_names(root):
    """A name of the user's language stands in one table: the rest of the program asks it."""
    names = names_of_the_language(root)
    for path, file in files(root, "kernels", "host", "output"):
        if file.startswith("kernels/vocabulary/"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = re.sub(r"//.*", "", line)
            for text in re.findall(r'"((?:[^"\\]|\\.)*)"', code):
                if names.get(text, file) != file and text not in OTHER_WORDS and (file, text) not in OTHER_PLACES:
                    yield f"{file}:{number}: \"{text}\" is a name of {names[text]}; ask that table"


# What differs between kinds of tallies stands in one place for kernels and language, and in one for results. Results
# have a kind to begin with.
PLACES_OF_KINDS = ("output/tally/", "kernels/tally/", "output/results.hpp")
KIND = re.compile(r'^struct (\w+Tally)\b|^namespace (?:vt::)?(\w+_kind) \{', flags=re.M)
NAME_OF_KIND = re.compile(r'\.(?:name|results) = "(\w+)"')


def tally_kinds(root):
    """Nobody else asks which kind a tally is."""
    kinds, names = set(), set()
    for path, _ in files(root, "kernels/tally", "output/tally"):
        text = path.read_text(encoding="utf-8")
        kinds.update(struct or namespace for struct, namespace in KIND.findall(text))
        if KIND.search(text):
            names.update(NAME_OF_KIND.findall(text))
    names = "|".join(sorted(names))
    asked = re.compile(rf'\b(?:{"|".join(sorted(kinds))})\b|kind(?:->name|\.name|\))*\s*[=!]=\s*"(?:{names})"'
                       rf'|"(?:{names})"\s*[=!]=\s*[\w.>(-]*kind')
    for path, file in files(root, "kernels", "output", "host"):
        if file.startswith(PLACES_OF_KINDS):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := asked.search(re.sub(r"//.*", "", line)):
                yield f"{file}:{number}: asks for a kind of tally ({match.group().strip()}); ask its entry in kernels/tally or output/tally"


CHECKS = {check.__name__: check for check in
          (dependency_direction, cuda_headers, libm_names, file_sizes, language_names, tally_kinds)}

if __name__ == "__main__":
    findings = list(CHECKS[sys.argv[1]](pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()))
    print("\n".join(findings) or "ok")
    sys.exit(1 if findings else 0)
