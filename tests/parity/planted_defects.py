"""Every check of the bit contract has been seen to fail: usage: planted_defects.py BUILD_DIR NM OBJDUMP LIBM

Plants defects in copies of kernels/, compiles the CPU kernels (v3) with the build's own command, links the programs of
BUILD_DIR with that object in place of their own and runs the very checks that are shipped. Each must pass with the build's own
object and fail with its defect. Two defects share a copy where no check of one sees the other, since a compilation takes a minute. Defects of the kernel's PTX are planted by ptx/self_test.py, and those that need
no kernel by the self-tests in tests/lint.
"""
import concurrent.futures
import contextlib
import dataclasses
import io
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LINT = SOURCE / "tests" / "lint"
sys.path[:0] = [str(LINT), str(SOURCE / "tests" / "parity")]
import compilers  # noqa: E402

ISA = "v3"  # the least with fma instructions
SMALL = "-O2"  # no bit depends on the optimisation; -O1 compiles sooner, but then runs for minutes
HASHES = "Tests/DividedWork.has_the_content_hash_of_the_whole/"


@dataclasses.dataclass
class Defect:
    what: str
    place: str  # a file, or "command": the command that compiles the kernels
    old: str
    new: str
    caught_by: dict  # check -> what it must say


def tests(*names):
    return {f"test_parity {name}": rf"\[  FAILED  \] {re.escape(name)}" for name in names}


# (optimisation, defects): one copy and one compilation each.
COPIES = [
    (SMALL, [
        Defect("contraction of a*b+c", "command", "-ffp-contract=off", "-ffp-contract=fast",
               {**tests("ContentHash.does_not_depend_on_the_instruction_set", "OneLane.has_the_bits_of_sixty_four"),
                "compilers.py": rf"planted {ISA}: DIFFERENT"}),  # g++ -O1 contracts nothing
    ]),
    ("-O1", [  # -O2 inlines what is outside the namespace everywhere
        Defect("a call of the mathematics library", "kernels/numerics/elementary.hpp",
               "return x > elementary::most_exponent ? elementary::infinity : power;", "return x > 0.5 ? __builtin_exp(x) : power;",
               {"symbols.py": r"needs exp of the mathematics library", "structure.py libm_names": r"calls __builtin_exp"}),
        Defect("functions outside the namespace of their instruction set", "kernels/tally/number.hpp",
               "inline namespace VT_ISA {", "inline namespace shared {",
               {"symbols.py": rf"defines vt::shared::add_number\(.* \(outside vt::{ISA}"})]),
    ("-O3", [
        Defect("a stage that is not vectorised", "kernels/numerics/elementary.hpp", "VT_HD double exp(double x)", "VT_COLD double exp(double x)",
               {"stages.py": rf"<.*, 64>: a loop over lanes calls vt::{ISA}::exp\(double\)"}),
        Defect("a float as accumulator of a tally", "kernels/tally/number.hpp", "words.add(cell + number.sums, number.fixed);",
               """std::uint64_t& sum = words.words[cell + number.sums];
  const auto so_far = static_cast<float>(static_cast<std::int64_t>(sum));
  sum = static_cast<std::uint64_t>(static_cast<std::int64_t>(so_far + static_cast<float>(static_cast<std::int64_t>(number.fixed))));""",
               tests(f"{HASHES}7_threads_blocks_of_64"))]),
    (SMALL, [
        Defect("a running counter of draws", "kernels/numerics/philox.hpp",
               """VT_HD Words draw(std::uint64_t seed, std::uint64_t patient, std::uint32_t stream, std::int64_t day, int slot) {
  return philox(seed, (static_cast<std::uint64_t>(stream) << 32) | draw_index(day, slot), patient);""",
               """inline thread_local std::uint64_t draws_so_far = 0;
VT_HD Words draw(std::uint64_t seed, std::uint64_t patient, std::uint32_t stream, std::int64_t, int) {
  return philox(seed, (static_cast<std::uint64_t>(stream) << 32) | draws_so_far++, patient);""",
               tests(f"{HASHES}7_threads_blocks_of_64", f"{HASHES}1_threads_blocks_of_1000",
                     "Records.of_any_range_of_patients_can_be_had_alone", "OneLane.has_the_bits_of_sixty_four"))]),
]


class Workshop:
    """Compiles and links in BUILD_DIR/parity/planted."""

    def __init__(self, build):
        self.build, self.place = build, build / "parity" / "planted"
        self.place.mkdir(parents=True, exist_ok=True)
        entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
        self.command = next(shlex.split(e["command"]) for e in entries
                            if e["file"].endswith("kernels/run_cpu.cpp") and f"-DVT_ISA={ISA}" in e["command"])
        self.own_object = build / self.command[self.command.index("-o") + 1]

    def copy(self, name):
        tree = self.place / name
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(SOURCE / "kernels", tree / "kernels")
        return tree

    def compile(self, tree, optimisation, change=("", "")):
        """The object of the kernels in a tree, by the build's own command; `change` replaces one argument."""
        command = [a for a in self.command if not re.match(r"-W|-O[0-3s]$", a)]
        if change[0]:
            assert change[0] in command, f"{change[0]} is no longer an argument of: {shlex.join(self.command)}"
            command[command.index(change[0])] = change[1]
        command = [a.replace(str(SOURCE), str(tree)) for a in command]
        made = tree / "run_cpu.o"
        command[command.index("-o") + 1] = str(made)
        launcher = [shutil.which("ccache")] if shutil.which("ccache") else []
        subprocess.run([*launcher, *command, optimisation, "-w"], cwd=self.build, check=True)
        return made

    def link(self, target, made, program):
        """A program of the build with `made` before the libraries, whose own object of that entry point then stays out."""
        folder = self.build / ("tests" if target.startswith("test_") else "host")
        text = folder / "CMakeFiles" / f"{target}.dir" / "link.txt"
        if text.exists():  # make
            command = text.read_text(encoding="utf-8").splitlines()[-1]
        else:
            said = subprocess.run(["ninja", "-C", self.build, "-t", "commands", target], check=True, capture_output=True, text=True)
            command, folder = said.stdout.splitlines()[-1], self.build
        command, replaced = re.subn(rf"-o (\S*/)?{target} ", f"{shlex.quote(str(made))} -o {shlex.quote(str(program))} ", command)
        assert replaced == 1, f"no link command of {target}: {command}"
        subprocess.run(command, shell=True, cwd=folder, check=True)
        return program


class Checks:
    """The shipped checks, each applied to a tree and its object; an answer is (passes, what it says)."""

    def __init__(self, workshop, nm, objdump, libm):
        self.workshop, self.nm, self.objdump, self.libm = workshop, nm, objdump, libm
        self.expected = compilers.run(workshop.build / "bin" / "vtrial", workshop.place, "")

    def script(self, *command):
        said = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        assert said.returncode in (0, 1) and not said.stderr, said.stderr
        return said.returncode == 0, said.stdout

    def run(self, check, tree, made):
        if check == "symbols.py":
            return self.script(LINT / check, self.nm, self.libm, ISA, made)
        if check == "stages.py":
            return self.script(LINT / check, self.objdump, ISA, made, tree / "kernels")
        if check.startswith("structure.py "):
            return self.script(LINT / "structure.py", check.split()[1], tree)
        if check == "compilers.py":
            with contextlib.redirect_stdout(io.StringIO()) as said:
                different = compilers.different_builds(self.workshop.link("vtrial", made, tree / "vtrial"), tree, self.expected, "planted")
            return different == 0, said.getvalue()
        program, test = tree / "test_parity", check.split()[1]
        if not program.exists():
            self.workshop.link("test_parity", made, program)
        ran = subprocess.run([program, f"--gtest_filter={test}"], capture_output=True, text=True, env={**os.environ, "VTRIAL_ISA": ISA})
        assert ran.returncode in (0, 1) and "[==========] 1 test " in ran.stdout, f"{check} did not run: {ran.stdout[-2000:]}{ran.stderr}"
        return ran.returncode == 0, ran.stdout


def plant(workshop, optimisation, defects, name):
    tree, change = workshop.copy(name), ("", "")
    for defect in defects:
        if defect.place == "command":
            change = defect.old, defect.new
            continue
        path = tree / defect.place
        text = path.read_text(encoding="utf-8")
        assert text.count(defect.old) == 1, f"the text to be replaced stands {text.count(defect.old)} times in {defect.place}: {defect.old}"
        path.write_text(text.replace(defect.old, defect.new), encoding="utf-8")
    return tree, workshop.compile(tree, optimisation, change)


def main():
    build, nm, objdump, libm = pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:5]
    said = subprocess.run([build / "bin" / "vtrial", "devices", "--json"], check=True, stdout=subprocess.PIPE).stdout
    if not json.loads(said)["cpu"].get(ISA):
        print(f"skipped: this processor does not run {ISA}")
        return 77
    workshop = Workshop(build)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        planted = list(pool.map(lambda number: plant(workshop, *COPIES[number], str(number)), range(len(COPIES))))
    checks, missed = Checks(workshop, nm, objdump, libm), 0
    sound = workshop.copy("sound")
    for check in dict.fromkeys(check for _, defects in COPIES for defect in defects for check in defect.caught_by):
        passes, said = checks.run(check, sound, workshop.own_object)
        missed += not passes
        print(f"nothing: {'passes' if passes else 'FAILS'} {check}{'' if passes else said[-3000:]}", flush=True)
    for (_, defects), (tree, made) in zip(COPIES, planted):
        for defect in defects:
            for check, expected in defect.caught_by.items():
                passes, said = checks.run(check, tree, made)
                right = not passes and re.search(expected, said) is not None
                missed += not right
                print(f"{defect.what}: {'caught by' if right else 'NOT CAUGHT by'} {check}{'' if right else said[-3000:]}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
