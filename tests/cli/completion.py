"""What bash and zsh offer: the scripts are sourced, and asked as the shells ask them."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def script(shell):
    done = subprocess.run([VTRIAL, "completion", shell], capture_output=True, text=True)
    check(done.returncode == 0, f"completion {shell}: {done.stderr}")
    return done.stdout


def offered(place, words):
    """By bash, for the last of the words, cut as readline cuts them."""
    quoted = " ".join(f"'{word}'" for word in words)
    asked = f"source ./script\nCOMP_WORDS=({quoted})\nCOMP_CWORD={len(words) - 1}\n_vtrial\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    done = subprocess.run(["bash", "--norc", "-uc", asked], cwd=place, capture_output=True, text=True)
    check(done.returncode == 0 and done.stderr == "", f"bash: {words}: {done.stderr}")
    return set(filter(None, done.stdout.split("\n")))


def options(command):
    told = subprocess.run([VTRIAL, "help", command], capture_output=True, text=True).stdout
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*(?=[ ,\n])", "\n".join(line[:26] for line in told.split("Options:")[1].split("Examples:")[0].splitlines()
                                                                          if line.startswith("  -"))))


def bash(place):
    (place / "script").write_text(script("bash"))
    for name in ("mine.toml", "r.h5", "with blank.h5", "notes.txt"):
        (place / name).touch()
    (place / "folder").mkdir()
    commands = offered(place, ["vtrial", ""])
    check({"run", "join", "check", "info", "completion", "--version"} <= commands, f"commands: {commands}")
    check(offered(place, ["vtrial", "ex"]) == {"explain", "export"}, "commands that begin with ex")
    for command in sorted(commands - {"-h", "--help", "--version"}):
        there = offered(place, ["vtrial", command, "-"])
        check(there == options(command) and "--help" in there, f"{command}: {there ^ options(command)}")
    check(offered(place, ["vtrial", "run", "--backend", ""]) == {"auto", "cpu", "cuda"}, "a fixed set")
    check(offered(place, ["vtrial", "run", "--backend", "=", "c"]) == {"cpu", "cuda"}, "a fixed set behind =")
    check(offered(place, ["vtrial", "run", "tops", "--print", ""]) == {"summary", "all", "none"}, "--print")
    check(offered(place, ["vtrial", "run", "to"]) >= {"tops", "tops_outcomes"}, "scenarios that come with the program")
    check(offered(place, ["vtrial", "run", "studies/tops_p"]) == {"studies/tops_power"}, "studies")
    check(offered(place, ["vtrial", "run", "mi"]) == {"mine.toml"}, "scenarios that are here")
    check(offered(place, ["vtrial", "run", "tops", "-o", ""]) == {"r.h5", "with blank.h5", "folder"}, "results")
    check(offered(place, ["vtrial", "run", "tops", "--patients", ""]) == set(), "a number")
    check(offered(place, ["vtrial", "info", "w"]) == {"with blank.h5"}, "a name with a blank")
    check(offered(place, ["vtrial", "compare", "r.h5", "m"]) == {"mine.toml"}, "the second argument")
    check(offered(place, ["vtrial", "compare", "--print", "all", ""]) == {"r.h5", "with blank.h5", "folder"}, "an option's value is no argument")
    check(offered(place, ["vtrial", "export", "r.h5", "--csv", ""]) == {"folder"}, "folders")
    check(offered(place, ["vtrial", "completion", ""]) == {"bash", "zsh"}, "shells")
    check("run" in offered(place, ["vtrial", "help", "r"]), "help of a command")


def zsh(place):
    """The functions of zsh that offer words are replaced by ones that print what they are given."""
    (place / "_vtrial").write_text(script("zsh"))
    stubs = "_describe() { print -rl -- $2 ${(P)2} }\n_arguments() { print -rl -- \"$@\" }\ncompadd() { print -rl -- ${(P)2} }\n_files() { print -r -- files \"$@\" }\n"
    for made in ("compdef() { print -r -- compdef \"$@\" }\nsource ./_vtrial", "fpath=($PWD $fpath)\nautoload -U _vtrial"):
        def said(words, made=made):
            done = subprocess.run(["zsh", "-f", "-c", f"{stubs}{made}\nwords=({' '.join(words)} '')\nCURRENT=$#words\n_vtrial"], cwd=place,
                                  capture_output=True, text=True)
            check(done.returncode == 0 and done.stderr == "", f"zsh: {words}: {done.stderr}")
            return done.stdout
        check("run:" in said(["vtrial"]) and "completion:" in said(["vtrial"]), f"zsh: commands: {said(['vtrial'])}")
        run = said(["vtrial", "run"])
        for option in options("run"):
            check(f"{option}[" in run, f"zsh: run {option}: {run}")
        check("(auto cpu cuda)" in run and '_files -g "*.h5"' in run and "_vtrial_scenarios" in run, f"zsh: run: {run}")


with tempfile.TemporaryDirectory() as folder:
    bash(pathlib.Path(folder))
    if shutil.which("zsh"):
        zsh(pathlib.Path(folder))
    else:
        print("zsh is not here (Debian's package zsh): its script was not looked at")
print("\n".join(failures) or "completion is right")
sys.exit(1 if failures else 0)
