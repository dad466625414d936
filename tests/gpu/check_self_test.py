"""check.py finds what differs on a GPU: its checks against a program that pretends to have one."""
import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check  # noqa: E402

SIZE = 288
ROWS = bytes(i % 251 for i in range(SIZE)) * check.COMPARED


class Pretender:
    """A vtrial whose GPU does as told."""

    def __init__(self, rows=ROWS, runs_on="cuda", **changed):
        self.rows, self.runs_on, self.changed, self.ran = rows, runs_on, changed, 0

    def result(self, backend):
        changed = self.changed if backend == "cuda" else {}
        return {"plan_hash": "p", "content_hash": "c" * 64, "provenance": {"backend": self.runs_on}, **changed}

    def run_with_records(self, scenario, backend, patients):
        return self.result(backend), self.rows if backend == "cuda" else ROWS

    def on(self, gpu):
        return Pretender(**self.gpus[gpu])

    def run(self, scenario, backend, patients):
        self.ran += 1
        return {"content_hash": "c" if self.ran < 3 else self.changed.get("third", "c")}


class Sanitizer:
    """A tool that prints a text and leaves with a code; also a program in a place."""

    def __init__(self, folder, text, code=0):
        self.place = pathlib.Path(folder)
        (self.place / "said").write_text(text, encoding="utf-8")
        self.path = self.place / "tool"
        self.path.write_text(f"#!/bin/sh\ncat {self.place}/said\nexit {code}\n", encoding="utf-8")
        self.path.chmod(0o755)

    def command(self, *arguments):
        return ["vtrial", *map(str, arguments)]


class CheckTest(unittest.TestCase):
    def same_as_cpu(self, *arguments, **options):
        return check.same_as_cpu(Pretender(*arguments, **options), check.TOPS)

    def test_same_bytes_pass(self):
        self.assertIn(f"{check.COMPARED} records of {SIZE} bytes", self.same_as_cpu())

    def test_one_bit_is_found_at_its_patient_and_word(self):
        place = 1234 * SIZE + 8 * 5 + 3
        changed = ROWS[:place] + bytes([ROWS[place] ^ 1]) + ROWS[place + 1:]
        with self.assertRaisesRegex(check.Failed, r"^1 of 20000 records differ; the first is patient 1234, words \[5\]$"):
            self.same_as_cpu(changed)

    def test_missing_rows_other_hashes_and_a_silent_cpu_are_found(self):
        for arguments, options, says in [((ROWS[:-1],), {}, "bytes of records"), ((b"",), {}, "bytes of records"),
                                         ((), {"content_hash": "d" * 64}, "content_hash is not"),
                                         ((), {"plan_hash": "q"}, "plan_hash is not"), ((), {"runs_on": "cpu"}, "ran on cpu")]:
            with self.subTest(says), self.assertRaisesRegex(check.Failed, says):
                self.same_as_cpu(*arguments, **options)

    def test_of_several_gpus_the_one_that_differs_is_found(self):
        devices = [{"index": i, "name": "G", "uuid": f"GPU-{i}", "usable": i != 1} for i in range(3)]
        program = Pretender()
        program.gpus = {"GPU-0": {}, "GPU-2": {}}
        self.assertIn("2 GPUs", check.same_on_each(program, devices))
        program.gpus["GPU-2"] = {"content_hash": "d"}
        with self.assertRaisesRegex(check.Failed, r"^GPU 2 \(G\): .*content_hash is not"):
            check.same_on_each(program, devices)
        with self.assertRaises(check.Skipped):
            check.same_on_each(program, devices[:2])

    def test_a_program_on_one_gpu_sees_that_one_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "bin" / "vtrial"
            path.parent.mkdir()
            path.write_text('#!/bin/sh\necho "{\\"runs\\": [\\"$CUDA_VISIBLE_DEVICES\\"]}"\n', encoding="utf-8")
            path.chmod(0o755)
            program = check.Program(pathlib.Path(folder), pathlib.Path(folder))
            self.assertEqual(program.on("GPU-7").run(check.TOPS, "cuda", 1), "GPU-7")
            self.assertEqual(program.run(check.TOPS, "cuda", 1), os.environ.get("CUDA_VISIBLE_DEVICES", ""))

    def test_a_run_that_differs_from_the_one_before_is_found(self):
        self.assertIn("one content hash", check.same_again(Pretender()))
        with self.assertRaisesRegex(check.Failed, "2 content hashes from 3 runs"):
            check.same_again(Pretender(third="d"))

    def test_small_cells_are_timed_beside_one_large_one(self):
        class Timed:
            def run(self, scenario, backend, patients, *more):
                replicates = int(more[1].split("=")[1])
                assert patients * replicates == check.TIMED
                return {"provenance": {"simulate_seconds": 0.2 if replicates == 1 else 0.25}}
        self.assertIn("0.250 s, one of 1000000 0.200 s: 1.25 times", check.small_cells(Timed()))

    def sanitized(self, text, code=0):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            program = Sanitizer(folder, text, code)
            with mock.patch.object(check, "tool", lambda name: program.path):
                return check.sanitized(program, "memcheck")

    def test_sanitizers_must_have_counted_nothing(self):
        self.assertIn("0 errors", self.sanitized("========= ERROR SUMMARY: 0 errors\n"))
        self.assertIn("0 hazards", self.sanitized("========= RACECHECK SUMMARY: 0 hazards displayed (0 errors, 0 warnings)\n"))
        for text, code in [("========= ERROR SUMMARY: 3 errors\n", 9), ("========= ERROR SUMMARY: 3 errors\n", 0), ("", 0),
                           ("========= ERROR SUMMARY: 0 errors\n", 1), ("========= RACECHECK SUMMARY: 1 hazard displayed\n", 0)]:
            with self.subTest(text), self.assertRaises(check.Failed):
                self.sanitized(text, code)

    def test_kernel_time_is_read_from_either_tool(self):
        nsys = 'Time (%),Total Time (ns),Instances,Name\n90.0,81500000,1,"void simulate_patients<0>"\n10.0,9,1,"other"\n'
        ncu = '==PROF== ...\n"ID","Kernel Name","Metric Value"\n"0","simulate_patients","40,000,000"\n"1","simulate_patients","1,500,000"\n'
        for name, text, expected in [("nsys", nsys, 81.5), ("ncu", ncu, 41.5)]:
            def only(wanted, name=name):
                if wanted != name:
                    raise check.Skipped("not here")
                return self.made.path
            with self.subTest(name), tempfile.TemporaryDirectory() as folder, mock.patch.object(check, "tool", only):
                self.made = Sanitizer(folder, text)
                (self.made.place / "trace").write_text(text, encoding="utf-8")
                self.assertEqual(check.kernel_ms(self.made, ["vtrial"]), (expected, name))


if __name__ == "__main__":
    unittest.main()
