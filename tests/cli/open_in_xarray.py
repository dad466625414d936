#!/usr/bin/python3
"""Opens a results file as its users do, and checks that every axis has its labels and every number its meaning.

usage: open_in_xarray.py [FILE.h5]    without a file, the program named by $VTRIAL writes one
"""
# needs: numpy xarray h5netcdf h5py
import hashlib
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import xarray as xr

COUNTS = ("randomised", "evaluable")
DERIVED = {"proportion": ["proportion", "proportion_low", "proportion_high", "itt", "itt_low", "itt_high"],
           "number": ["mean", "mean_standard_error", "sd", "quantiles"]}


def check_axis(tally, axis):
    assert axis in tally.coords, f"axis {axis} has no labels"
    assert tally[axis].dims == (axis,)
    labels = list(tally[axis].values)
    assert all(isinstance(label, str) and label for label in labels), labels
    assert len(set(labels)) == len(labels), f"labels of {axis} are not unique: {labels}"
    for i, label in enumerate(labels):
        np.testing.assert_array_equal(tally.randomised.sel({axis: label}), tally.randomised.isel({axis: i}))
    kind = tally[axis].attrs["kind"]
    if kind == "visit":
        assert tally[axis + "_day"].dtype == np.float64, "days were decoded as dates"
    if kind == "quantiles":
        assert labels[-1] == "not measured"
        share = tally[axis + "_share"].values[:-1]
        assert np.isnan(share).all() or abs(share.sum() - 1) < 1e-12


def check_proportion(tally):
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(tally.proportion, tally.events / tally.evaluable)
        np.testing.assert_array_equal(tally.itt, tally.events / tally.randomised)
    measured = tally.evaluable.values > 0
    assert (tally.proportion_low.values[measured] <= tally.proportion.values[measured]).all()
    assert (tally.proportion_high.values[measured] >= tally.proportion.values[measured]).all()


def check_number(tally):
    np.testing.assert_array_equal(tally.histogram.sum("bin"), tally.evaluable)
    total = (tally["sum"] * tally["unit"]).sum("octave")
    np.testing.assert_allclose(tally["mean"], total / tally.evaluable, rtol=1e-14)
    assert tally["sum"].dims == (*tally.attrs["axes"].split(), "octave")
    assert list(tally["quantile"].values) == [0.05, 0.25, 0.5, 0.75, 0.95]
    median = tally.quantiles.sel(quantile=0.5).values
    inside = ~np.isnan(median)
    assert ((median >= tally.attrs["range_low"]) & (median <= tally.attrs["range_high"]))[inside].all()
    assert tally.quantiles.attrs["units"] == tally.attrs["units"]


def check_scales(file):
    """Each dimension of a table names its scale, and the scale names the table."""

    def check(name, table):
        if not isinstance(table, h5py.Dataset):
            return
        for dimension, scales in enumerate(table.attrs.get("DIMENSION_LIST", [])):
            assert len(scales) == 1, f"{name} has {len(scales)} scales on dimension {dimension}"
            users = [(file[user].name, place) for user, place in file[scales[0]].attrs["REFERENCE_LIST"]]
            assert users.count((table.name, dimension)) == 1, f"{file[scales[0]].name} does not name {table.name}"

    file.visititems(check)


def check_tally(path, name, engine):
    with xr.open_dataset(path, group=f"/tallies/{name}", engine=engine) as tally:
        axes = tally.attrs["axes"].split()
        kind = tally.attrs["kind"]
        assert not [d for d in tally.dims if d.startswith("phony")], tally.dims
        for table in COUNTS + (("events",) if kind == "proportion" else ("clamped",)):
            assert tally[table].dims == tuple(axes), (table, tally[table].dims)
            assert tally[table].dtype == np.int64, (table, tally[table].dtype)
        for table in DERIVED[kind]:
            assert tally[table].dims[:len(axes)] == tuple(axes)
            assert tally[table].attrs["units"] and tally[table].attrs["long_name"]
        for axis in axes:
            check_axis(tally, axis)
        check_proportion(tally) if kind == "proportion" else check_number(tally)


class Hash:
    """The content hash as output/README.md describes it."""

    def __init__(self):
        self.sha = hashlib.sha256()

    def integer(self, value):
        self.sha.update(struct.pack("<q" if value < 0 else "<Q", value))

    def number(self, value):
        self.sha.update(struct.pack("<Q", 0x7FF8000000000000) if np.isnan(value) else struct.pack("<d", value))

    def text(self, value):
        data = value if isinstance(value, bytes) else value.encode()
        self.integer(len(data))
        self.sha.update(data)

    def each(self, values, add):
        values = np.ravel(values)
        self.integer(len(values))
        for value in values:
            add(value)

    def axis(self, group, name):
        kind = group[name].attrs["kind"].decode()
        values = group.get(name + {"visit": "_day", "replicate": "_number"}.get(kind, "_value"), [])
        self.text(name)
        self.text(kind)
        self.each(group[name][()], self.text)
        self.each(values, self.number)
        self.each(group[name + "_low"][1:-1] if kind == "quantiles" else [], self.number)
        self.each(group[name + "_patients"] if kind == "quantiles" else [], self.integer)

    def tally(self, group):
        axes = group.attrs["axes"].decode().split()
        kind = group.attrs["kind"].decode()
        self.text(group.attrs["name"])
        self.text(kind)
        self.integer(len(axes))
        for axis in axes:
            self.axis(group, axis)
        tables = ["randomised", "evaluable"] + (["events"] if kind == "proportion" else [])
        for table in tables:
            self.each(group[table][()], self.integer)
        if kind == "proportion":
            return
        for name in ("range_low", "range_high", "scale"):
            self.number(group.attrs[name])
        for table in ("sum", "square_low", "square_high", "clamped"):
            self.each(group[table][()], self.integer)
        self.integer(int(group.attrs["first_octave"]))
        self.integer(int(group.attrs["octaves"]))
        self.integer(int(group.attrs["linear_octaves"]))
        self.each(group["histogram"][()], self.integer)


def content_hash(file):
    tallies = sorted(file["tallies"].values(), key=lambda group: group.attrs["name"])
    rows = file["records/rows"][()].tobytes() if "records" in file else b""
    it = Hash()
    it.text("vtrial-content-3")
    it.integer(int(file.attrs["plan_hash"], 16))
    it.integer(len(tallies))
    for group in tallies:
        it.tally(group)
    screening = file["screening"]
    for criterion, rejected in zip(screening.get("criterion", []), screening.get("rejected", [])):
        it.text(criterion)
        it.integer(int(rejected))
    for group, name, tables in (("rules", "rule", ("fired", "patients")), ("leaving", "reason", ("patients",))):
        names = file[group][name][()] if group in file else []
        it.integer(len(names))
        for i, text in enumerate(names):
            it.text(text)
            for table in tables:
                it.each(file[group][table][i], it.integer)
    it.text(rows)
    if "patients" in file and "recorded" not in file["patients"].attrs:
        patients = file["patients"]
        names = patients["column"][()]
        it.each(names, it.text)
        it.each(patients["arm"][()] if "arm" in patients else [], it.text)
        it.each(patients["arm_number"][()], it.integer)
        it.each(np.stack([patients[name.decode()][()] for name in names], axis=-1), it.number)
    return it.sha.hexdigest()


def check_patients(path, engine):
    with xr.open_dataset(path, group="/patients", engine=engine) as patients:
        for name in map(str, patients["column"].values):
            assert patients[name].dims == ("replicate", "patient"), patients[name].dims
            assert patients[name].attrs["units"] and patients[name].attrs["long_name"]
        assert np.isfinite(patients.trough).any() and patients.trough.attrs["units"] == "ng/mL"
        assert int((patients.arm_number >= 0).sum()) == patients.arm_number.size


def main(path):
    with h5py.File(path) as file:
        names = list(file["tallies"])
        check_scales(file)
        has_patients = "patients" in file
        assert content_hash(file) == file.attrs["content_hash"].decode(), "the hash is not the one documented"
        root = {name: value.decode() if isinstance(value, bytes) else value for name, value in file.attrs.items()}
    assert root["schema_name"] == "vtrial-result" and root["status"] == "complete", root
    assert list(root)[-1] == "status", "the file says that it is complete before it is"
    engines = ["h5netcdf"]
    try:
        import netCDF4  # noqa: F401
        engines.append("netcdf4")
    except ImportError:
        pass
    for engine in engines:
        for name in names:
            check_tally(path, name, engine)
        if has_patients:
            check_patients(path, engine)
        with xr.open_dataset(path, group="/arms", engine=engine) as arms:
            assert not len(arms) or arms.patients.dims == ("arm",)
            included = int(arms.patients.sum())
        with xr.open_dataset(path, group="/provenance", engine=engine) as provenance:
            assert "scenario" in provenance and provenance.sizes.get("note", 0) == len(provenance.get("note", []))
        with xr.open_dataset(path, group="/screening", engine=engine) as screening:
            rejected = int(screening.rejected.sum()) if len(screening) else 0
            assert included + rejected == root["patients"] * root["replicates"], (included, rejected)
    print(f"{path}: {len(names)} tallies opened with {' and '.join(engines)}")


def run_and_check(program):
    for scenario in ("scenarios/tops.toml", "tests/parity/population.toml", "tests/cli/patients.toml"):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "found.h5")
            subprocess.run([program, "run", str(pathlib.Path(__file__).parents[2] / scenario), "--patients", "600",
                            "--quiet", "-o", path], check=True, stdout=subprocess.DEVNULL)
            main(path)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1])
    elif len(sys.argv) == 1 and os.access(os.environ.get("VTRIAL", ""), os.X_OK):
        run_and_check(os.environ["VTRIAL"])
    else:
        sys.exit(__doc__)
