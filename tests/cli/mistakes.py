"""Scenarios with mistakes are refused or run: `check` ends with 0 or 2 whatever is deleted, repeated or replaced in them."""
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = SOURCE / "scenarios"
PROGRAM = os.environ["VTRIAL"]
NUMBER, SEED = (int(a) for a in (sys.argv[1:] + ["400", "7"][len(sys.argv) - 1:]))
VALUES = ['"x"', "1", "-3", '"1 day"', "[]", "{}", "true", '""', '"a + "', "nan", "1e300"]
TEXTS = ["zzz", "", "0 mg", "two_compartments", "transit", "markov", "1/h"]


def change(lines, draw):
    i = draw.randrange(len(lines))
    kind = draw.random()
    if kind < 0.4:
        del lines[i]
    elif kind < 0.6 and "=" in lines[i]:
        lines[i] = lines[i].split("=")[0] + "= " + draw.choice(VALUES)
    elif kind < 0.8:
        lines.insert(i, draw.choice(lines))
    else:
        lines[i] = re.sub(r'"[^"]*"', f'"{draw.choice(TEXTS)}"', lines[i], count=1)


def check(text, place):
    path = pathlib.Path(place) / "changed.toml"
    path.write_text(text, encoding="utf-8")
    return subprocess.run([PROGRAM, "check", path], capture_output=True, text=True)


def main():
    draw, wrong, right = random.Random(SEED), 0, 0
    absolute = lambda text: re.sub(r'"((library/|everything_|tops)[\w/.]*\.(toml|csv))"', rf'"{SCENARIOS}/\1"', text)  # noqa: E731
    texts = {name: absolute((SCENARIOS / name).read_text(encoding="utf-8"))
             for name in ("everything.toml", "tops.toml", "tops_outcomes.toml", "gist_diameter.toml", "cml_long_term.toml")}
    with tempfile.TemporaryDirectory() as place:
        for name, text in texts.items():
            said = check(text, place)
            assert said.returncode == 0, f"{name} itself: {said.stderr}"
        for k in range(NUMBER):
            name = draw.choice(sorted(texts))
            lines = texts[name].split("\n")
            for _ in range(draw.randint(1, 4)):
                change(lines, draw)
            said = check("\n".join(lines), place)
            right += said.returncode == 0
            if said.returncode not in (0, 2) or (said.returncode == 2 and not said.stderr.strip()):
                wrong += 1
                print(f"change {k} of {name} (seed {SEED}): exit {said.returncode}\n{said.stderr[-500:]}")
    print(f"{NUMBER} changed scenarios, {right} without a mistake, {wrong} ended otherwise than they should")
    return 1 if wrong or right == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
