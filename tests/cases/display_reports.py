"""Tests of what is shown, on the page and in the terminal: what others' figures, reports and shells got wrong, in public reports."""
# needs: numpy h5py
from __future__ import annotations

import html
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import FOLDER, SAYS, TRIAL_PK, VTRIAL, Run, run_all, scenario, vtrial

PATIENTS = 200_000
ARMS = "".join(f'[[arm]]\nname = "{name}"\nshare = {share}\nregimen = {{ dose = "{dose} mg", every = "24 h" }}\n'
               for name, share, dose in (("low", 1, 100), ("high", 3, 200)))
TIMES = scenario(TRIAL_PK, ARMS, 180, PATIENTS,
                 f'[[covariate]]\nname = "age"\ndistribution = "uniform"\nlow = 20\nhigh = 70\n{SAYS}'
                 f'[[event]]\nname = "progression"\nhazard = "if(daily_dose_mg > 150, 0.002, 0.004)"\n{SAYS}'
                 f'[[event]]\nname = "death"\nhazard = "0.001"\nfatal = true\n{SAYS}'
                 '[[tally]]\nname = "time"\ntitle = "Time to progression"\nkind = "time_to_event"\nevent = "progression"\n'
                 'competing = ["death"]\nevery = "15 day"\nby = ["arm"]\n'
                 '[population]\ninclude = ["age < 60", "age > 0"]\n')
KEPT: dict[str, object] = {}


def trial() -> tuple[Run, str]:
    """The trial of TIMES and its page."""
    if not KEPT:
        run = Run(TIMES)
        page = pathlib.Path(run.file.filename).with_suffix(".html")
        made = vtrial("report", run.file.filename, "-o", page)
        assert made.returncode == 0, made.stderr
        KEPT["trial"] = run, page.read_text(encoding="utf-8")
    return KEPT["trial"]  # type: ignore[return-value]


def svg_texts(figure: str) -> list[tuple[float, float, str, str]]:
    """x, y, anchor and words of every text."""
    return [(float(x), float(y), anchor, html.unescape(words)) for x, y, anchor, words in
            re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"[^>]*>([^<]*)</text>', figure)]


def figures_at_risk() -> list[list[tuple[float, float, str, str]]]:
    drawn = [svg_texts(svg) for svg in re.findall(r"<svg.*?</svg>", trial()[1], re.S) if "Number at risk" in svg]
    assert len(drawn) == 2, len(drawn)  # for wide and for narrow sheets
    return drawn


def numbers_at_risk_of_each_arm():
    """survminer #36, #93, #592: numbers at risk of another arm, all arms the same, or rising again (with tally's own counts)"""
    counted = {label: at_risk for label, at_risk in zip(("low", "high"), trial()[0].tally("time")["at_risk"])}
    days = trial()[0].tally("time")["time"]
    for texts in figures_at_risk():
        start = next(i for i, text in enumerate(texts) if text[3] == "Number at risk")
        rows = texts[start + 1:]
        ticks = {x: int(words) for x, y, _, words in texts[:start] if words.isdigit() and int(words) in days and y > 300}
        for arm in counted:
            at = next(i for i, row in enumerate(rows) if row[3] == arm)
            shown = []
            for x, _, _, words in rows[at + 1:]:
                if not words.isdigit():
                    break
                shown.append((ticks[x], int(words)))
            assert len(shown) >= 3 and shown[0][0] == 0, shown
            for day, number in shown:  # who has an outcome on a day is at risk on it
                assert number == counted[arm][days.index(day)], (arm, day, number)
            assert [n for _, n in shown] == sorted((n for _, n in shown), reverse=True) and shown[0][1] == max(counted[arm])


def numbers_at_risk_stand_below_their_days():
    """survminer #302, #329, #457: the table was not aligned with the axis (each number is centred at its tick)"""
    for texts in figures_at_risk():
        start = next(i for i, text in enumerate(texts) if text[3] == "Number at risk")
        ticks = {x for x, y, anchor, words in texts[:start] if anchor == "middle" and words.isdigit()}
        numbers = [(x, anchor) for x, _, anchor, words in texts[start + 1:] if words.isdigit()]
        assert numbers and all(x in ticks and anchor == "middle" for x, anchor in numbers), (ticks, numbers)


def large_numbers_at_risk_are_whole():
    """ggsurvfit #216, survminer #531: the first digit of numbers of five digits was cut off (7 px a digit of 12 px fit into the figure)"""
    for texts in figures_at_risk():
        numbers = [(x, words) for x, _, _, words in texts if words.isdigit() and len(words) >= 5]
        assert any(len(words) == 6 for _, words in numbers)
        # DejaVu Sans' digits are 0.636 em wide
        assert all(x - 0.636 * 12 * len(words) / 2 >= 0 for x, words in numbers), numbers


def at_risk_under_competing_causes():
    """survminer #838: who has had a competing event is no longer at risk (allocated less all outcomes before)"""
    tally = trial()[0].tally("time")
    for arm in (0, 1):
        left = tally["randomised"][arm]
        for k in range(len(tally["time"])):
            assert tally["at_risk"][arm][k] == left, (arm, k)
            left -= sum(tally["counts"][arm][cause][k] for cause in range(3))


def incidence_not_one_minus_kaplan_meier():
    """scikit-survival #490, survminer #858: 1 − KM of one cause overstates its incidence (h/(h + d)·(1 − exp(−(h + d)·180)))"""
    right = {arm: h / (h + 0.001) * (1 - 2.718281828459045 ** (-(h + 0.001) * 180)) for arm, h in (("low", 0.004), ("high", 0.002))}
    screen = vtrial("run", next(FOLDER.glob("case0.toml")), "-o", FOLDER / "again.h5").stdout
    found = re.search(r"Time to progression.*?incidence.*?([\d.]+) % \(.*?([\d.]+) % \(", screen)
    assert found, screen
    for text, (arm, share), n in zip(found.groups(), right.items(), trial()[0].tally("time")["randomised"]):
        assert abs(float(text) / 100 - share) <= 4 * (share * (1 - share) / n) ** 0.5 + 0.0005, (arm, text, share)


def criteria_that_exclude_nobody_are_shown():
    """consort #25: a criterion that nobody failed was left out of the flow diagram; here 40 of 50 years are included"""
    page = trial()[1]
    flow = page[page.index("<svg"):page.index("</svg>")]
    words = " ".join(text[3] for text in svg_texts(flow))
    out = re.findall(r"age &lt; 60|age < 60|age > 0|age &gt; 0", words)
    assert len(out) == 2, words
    counts = trial()[0].json["screening"]
    assert [count["rejected"] for count in counts][1] == 0 and "0" in words.split(), counts


def flow_adds_up():
    """ggconsort #1, consort #3: numbers of a flow diagram that do not add up (screened = excluded + arms)"""
    run = trial()[0].json
    assert sum(c["rejected"] for c in run["screening"]) + sum(arm["patients"] for arm in run["arms"]) == PATIENTS
    page = trial()[1]
    flow = " ".join(text[3] for text in svg_texts(page[page.index("<svg"):page.index("</svg>")]))
    for arm in run["arms"]:
        assert re.search(rf"{arm['name']} \(n = {arm['patients']}\)", flow), flow
    assert f"(n = {PATIENTS})" in flow


def print_is_light_in_the_dark():
    """wazuh-dashboard-plugins #2983, fipguide #365: printed from a dark screen, pages were unreadable (no dark colour outside @media screen)"""
    page = trial()[1]
    style = page[page.index("<style>"):page.index("</style>")]
    dark = [at for at in re.findall(r"@media[^{]*", style) if "prefers-color-scheme" in at]
    assert dark and all("screen" in at for at in dark), dark


def figures_have_words():
    """CoreScope #12, enterprise #6074: figures that a screen reader cannot tell (role, title, description, and a table of the numbers)"""
    page = trial()[1]
    svgs = re.findall(r"<svg.*?</svg>", page, re.S)
    for svg in svgs:
        ids = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', svg)
        assert ids and all(re.search(rf'id="{re.escape(i)}">[^<]+<', svg) for i in ids.groups()), svg[:300]
    assert page.count("<figure") == page.count("Numbers in this figure"), "a figure without its numbers"


def completion(line: str) -> list[str]:
    """What bash offers at the end of a line."""
    words = re.findall(r"=|[^\s=]+", line) + ([""] if line.endswith((" ", "=")) else [])
    script = subprocess.run([VTRIAL, "completion", "bash"], capture_output=True, text=True, check=True).stdout
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    done = subprocess.run(["bash", "-c", f'{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMP_LINE="{line}"; COMP_POINT={len(line)}\n'
                           'f=$(complete -p vtrial | sed "s/.*-F \\([^ ]*\\).*/\\1/"); $f vtrial; printf "%s\\n" "${COMPREPLY[@]}"'],
                          capture_output=True, text=True, cwd=FOLDER)
    assert done.returncode == 0, done.stderr
    return [word for word in done.stdout.splitlines() if word]


def completion_after_an_equals_sign():
    """charliecloud #1639, syncany #209: `--option=` was not completed (bash breaks words at the sign)"""
    for line in ("vtrial run --print=", "vtrial run --print "):
        assert {"all", "summary", "none"} <= {word.strip() for word in completion(line)}, (line, completion(line))


def completion_of_names_with_blanks():
    """clap #5313, pandoc #2749: names of files with blanks were torn into two words"""
    (FOLDER / "my trial.toml").write_text("")
    found = completion("vtrial check my")
    assert [word.replace("\\", "") for word in found if word.startswith("my")] == ["my trial.toml"], found


def progress_in_a_log():
    """doc-website #191, PkgEval #187: bars and guesses filled the logs of builds (nothing for a run of a second)"""
    done = vtrial("run", next(FOLDER.glob("case0.toml")), "-o", FOLDER / "log.h5", "--patients", 1000)
    assert "%" not in done.stderr and "\r" not in done.stderr, done.stderr


def selftest_says_what_did_not_run():
    """PK-Sim #1711: an installation was valid though parts of its report were missing (every check has a verdict)"""
    done = vtrial("selftest", "--json", "-o", FOLDER)
    told = json.loads(done.stdout)
    verdicts = {check["id"]: check["verdict"] for check in told["checks"]}
    assert done.returncode == 0 and told["passed"] and set(verdicts.values()) <= {"passed", "not here"}, verdicts
    page = (FOLDER / "selftest.html").read_text(encoding="utf-8")
    assert all(name in page for name in verdicts)


def schema_beside_the_file():
    """taplo #770, tombi #1458: the schema that a file names was not found (it stands where the relative path says, from the file)"""
    root = pathlib.Path(__file__).resolve().parents[2]
    for path in [*(root / "scenarios").glob("*.toml"), *(root / "scenarios" / "library").rglob("*.toml")]:
        named = re.match(r"#:schema (\S+)\n", path.read_text(encoding="utf-8"))
        assert named and (path.parent / named[1]).is_file(), path


def intervals_beyond_the_axis():
    """forestploter #61, OSPSuite-R #1708, jasp #3581: an interval that leaves the axis vanished (it is drawn to the edge, with an arrow)"""
    run = Run(scenario(TRIAL_PK, ARMS, 30, 40, '[[visit]]\nname = "level"\nat = ["day 9"]\nmeasure = ["trough"]\n'
                       '[[tally]]\nname = "above"\nscore = "trough_true > 500"\nat = "level"\nby = ["arm"]\n'))
    targets = FOLDER / "targets.toml"
    targets.write_text('[[target]]\nname = "a narrow range far away"\ntally = "above"\nwhere = { arm = "low" }\nstatistic = "itt"\n'
                       f'value = 0.99\nlow = 0.985\nhigh = 0.995\nkind = "predicted"\n{SAYS}'.replace('basis = "assumed"\n', ""))
    page = FOLDER / "far.html"
    made = vtrial("report", run.file.filename, "--targets", targets, "-o", page)
    assert made.returncode == 0, made.stderr
    text = page.read_text(encoding="utf-8")
    forest = next(svg for svg in re.findall(r"<svg.*?</svg>", text, re.S) if "a narrow range" in svg)
    drawn = re.sub(r'<g data-key="">.*?</g>', "", forest, flags=re.S)  # not its legend; what lies within the axis is a circle
    assert "MISS" in drawn and re.search(r'<polygon[^>]*fill="#a33600"', drawn), drawn[:2000]


if __name__ == "__main__":
    run_all([numbers_at_risk_of_each_arm, numbers_at_risk_stand_below_their_days, large_numbers_at_risk_are_whole,
             at_risk_under_competing_causes, incidence_not_one_minus_kaplan_meier, criteria_that_exclude_nobody_are_shown, flow_adds_up,
             print_is_light_in_the_dark, figures_have_words, completion_after_an_equals_sign, completion_of_names_with_blanks,
             progress_in_a_log, selftest_says_what_did_not_run, schema_beside_the_file, intervals_beyond_the_axis])
