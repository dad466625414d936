"""What notebooks show. Everything that comes from a file is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Iterable, List, Sequence

from vtrial import files

if TYPE_CHECKING:
    from vtrial.results import Results
    from vtrial.scenario import CheckResult, Scenario
    from vtrial.studyresults import StudyResults

_MOST_TALLIES, _MOST_ROWS = 30, 12


def of_check(check: "CheckResult") -> str:
    rows = [[f"{one.file}:{one.line}:{one.column}" if one.line else one.file, one.message] for one in check.problems]
    body = _table(["where", "problem"], rows) if rows else "<p><b>ok</b></p>"
    return f"<div>{body}{_notes(check.notes)}</div>"


def of_scenario(scenario: "Scenario") -> str:
    title = scenario.title
    changes = "".join(f"<li><code>{escape(one)}</code></li>" for one in scenario.changes)
    return (
        f"<div><b>vtrial scenario</b>{': ' + escape(title) if title else ''}<br><code>{escape(scenario.path)}</code>"
        f"{'<ul>' + changes + '</ul>' if changes else ''}</div>"
    )


def of_results(results: "Results") -> str:
    arms = _table(
        ["arm", "regimen", "patients"],
        [[name, row["regimen"], f"{row['patients']:,}"] for name, row in results.arms.iterrows()],
    )
    failures = ""
    if len(results.failures):
        failures = "<p><b>Could not be computed</b></p>" + _table(
            ["reason", "patients", "example"],
            [[reason, row["patients"], row["example"]] for reason, row in results.failures.iterrows()],
        )
    withheld = results.withheld
    tallies = f"<p><b>{escape(withheld)}</b></p>" if withheld else _headlines(results)
    return (
        f"<div><b>{escape(results.title)}</b><br>{_size(results)}{arms}{failures}{tallies}{_notes(results.notes)}"
        f"<small><code>{escape(results.path)}</code></small></div>"
    )


def of_study(study: "StudyResults") -> str:
    factors = _table(
        ["factor", "entry", "values", "unit", "role"],
        [
            [
                name,
                ("× " if row["multiplies"] else "") + row["key"],
                ", ".join(map(str, row["values"])),
                "" if row["units"] == "1" else row["units"],
                row["role"],
            ]
            for name, row in study.factors.iterrows()
        ],
    )
    rows = []
    for name in study:
        found = study[name]
        words = found.attrs
        low, high = float(found.value.min()), float(found.value.max())
        units = found.value.attrs.get("units", "1")
        rows.append(
            [
                name,
                words.get("long_name", ""),
                f"{number(low, units)} to {number(high, units)}",
                number(float(words.get("noise", float("nan"))), "1"),
            ]
        )
    endpoints = _table(["endpoint", "is", "over the points", "of it noise"], rows) if rows else ""
    return (
        f"<div><b>{escape(study.title)}</b><br>{study.n_points:,} points ({escape(study.design_kind)}); at each "
        f"{_size(study)}{factors}{endpoints}{_notes(study.notes)}<small><code>{escape(study.path)}</code></small></div>"
    )


def number(value: float, units: str, is_share: bool = True) -> str:
    """As a reader wants it: shares in percent, others to three digits with their unit."""
    if value != value:
        return "–"
    if units == "1" and is_share:
        return f"{100 * value:.1f} %"
    return f"{value:.3g}" + ("" if units == "1" else f" {units}")


def _size(one: Any) -> str:
    times = f" × {one.n_replicates:,} replicates" if one.n_replicates > 1 else ""
    return f"{one.n_patients:,} patients{times}, seed {one.seed}"


def _headlines(results: "Results") -> str:
    """The first tallies, at their last visit, with intervals."""
    parts: List[str] = []
    for name in list(results)[:_MOST_TALLIES]:
        found = results[name]
        if found.attrs["kind"] not in _HEADLINE or "replicate" in found.dims:
            continue
        statistic = _HEADLINE[found.attrs["kind"]]
        if statistic == "itt" and found.attrs.get("estimand") != files.ITT:
            statistic = "proportion"
        words = found.attrs.get("long_name") or name
        if "visit" in found.dims:
            words += f", {found['visit'].values[-1]}"
            found = found.isel(visit=-1)
        units = found[statistic].attrs.get("units", "1")
        is_share = found.attrs["kind"] in ("proportion", "paired")
        axes = list(found[statistic].dims)
        cells = found[[statistic, f"{statistic}_low", f"{statistic}_high"]].to_dataframe() if axes else None
        rows = []
        for label, row in (cells.iterrows() if cells is not None else []):
            label = ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)
            rows.append(
                [
                    label,
                    *(number(row[s], units, is_share) for s in (statistic, f"{statistic}_low", f"{statistic}_high")),
                ]
            )
        if cells is None:
            rows = [
                [
                    "all",
                    *(
                        number(float(found[s]), units, is_share)
                        for s in (statistic, f"{statistic}_low", f"{statistic}_high")
                    ),
                ]
            ]
        more = len(rows) - _MOST_ROWS
        rows = rows[:_MOST_ROWS] + ([[f"and {more} more", "", "", ""]] if more > 0 else [])
        parts.append(
            f"<details><summary>{escape(words)}</summary>"
            + _table([" by ".join(map(str, axes)), _WORDS[statistic], "95 % from", "to"], rows)
            + "</details>"
        )
    left = len(results) - _MOST_TALLIES
    return "".join(parts) + (f"<p>and {left} further tallies: r.tallies</p>" if left > 0 else "")


_HEADLINE = {"proportion": "itt", "number": "mean", "time_to_event": "rmst", "paired": "difference"}
_WORDS = {
    "itt": "share of the randomised",
    "proportion": "share of the evaluable",
    "mean": "mean",
    "rmst": "mean time without the event",
    "difference": "difference",
}


def _notes(notes: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>note: {escape(note)}</li>" for note in notes) + "</ul>" if notes else ""


def _table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in heading)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
