# SPDX-License-Identifier: Apache-2.0
"""Tests of ci/builds: what its table names is there, and what differs is found: cd ci && python3 -B -m unittest test_builds"""

import json
import pathlib
import tempfile
import unittest

import builds
from builds_table import QUICK, REFERENCES, ROWS
from shared import PROJECT, CouldNotRun

HERE = pathlib.Path(__file__).parent


class TheTable(unittest.TestCase):
    def test_names_presets_that_there_are(self):
        presets = {preset["name"] for preset in json.loads((PROJECT / "CMakePresets.json").read_text())["configurePresets"]}
        self.assertLessEqual({row.preset for row in ROWS}, presets)

    def test_names_targets_that_there_are(self):
        cmake = "".join((PROJECT / folder / "CMakeLists.txt").read_text() for folder in ("fuzz", "props", "core/iov"))
        for target in {target for row in ROWS for target in (*row.targets, row.compiled_as)}:
            self.assertRegex(cmake, rf"add_(executable|library)\({target}\b|foreach\(test .*\b{target.removesuffix('_test')}\b")

    def test_names_sources_and_every_planted_one(self):
        planted = {source for row in ROWS for source, _ in row.planted}
        self.assertEqual(planted, {path.name for path in (HERE / "planted").glob("*.cpp")})
        for source in {row.linked for row in ROWS if row.linked} | {row.before for row in ROWS if row.before}:
            self.assertTrue((PROJECT / source).is_file(), source)

    def test_names_seeded_bugs_that_there_are(self):
        seeded = "".join(path.read_text() for path in (PROJECT / "core/subjects/seeded").glob("*.cpp"))
        for canary in {canary for row in ROWS for canary, _ in row.canaries}:
            self.assertIn(f'{{"{canary}"', seeded)

    def test_has_a_name_and_something_to_be_seen_in_every_row(self):
        names = [row.name for row in ROWS]
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual({*QUICK, *REFERENCES.values()}, set(names))
        self.assertEqual([row.name for row in ROWS if not row.canaries + row.planted], [])


class TracesOfPrograms(unittest.TestCase):
    def setUp(self):
        self.traces = builds.Traces()
        self.traces.unbacked = {"program 1"}
        self.compare("gcc", {"program 0": ["a"], "program 1": ["b"]})

    def compare(self, name, seen):
        return self.traces.compare(next(row for row in ROWS if row.name == name), seen)

    def test_that_are_equal_are_counted(self):
        self.assertEqual(self.compare("clang19", {"program 0": ["a"], "program 1": ["b"]}), 2)

    def test_that_differ_are_named(self):
        for seen in ({"program 0": ["a"], "program 1": ["c"]}, {"program 0": ["a"]}):
            self.assertRaisesRegex(builds.Found, "^program 1: .* gcc$", self.compare, "clang19", seen)

    def test_that_are_more_are_found(self):
        self.assertRaises(builds.Found, self.compare, "memcheck", {"program 2": ["a"]})

    def test_may_be_fewer_where_the_table_says_so(self):
        self.assertEqual(self.compare("memcheck", {"program 0": ["a"]}), 1)

    def test_cannot_be_compared_with_none(self):
        self.assertRaises(CouldNotRun, self.compare, "armhf", {})

    def test_without_memory_are_compared_among_those_of_32_bits(self):
        of_32_bits = {"program 0": ["a"], "program 1": ["c"]}
        self.assertRaisesRegex(builds.Found, "^program 0: .* gcc$", self.compare, "i386", {**of_32_bits, "program 0": ["x"]})
        self.compare("i386", of_32_bits)
        self.assertEqual(self.compare("armhf", of_32_bits), 2)
        self.assertRaisesRegex(builds.Found, "^program 1: .* i386$", self.compare, "armhf", {**of_32_bits, "program 1": ["b"]})


class ACommand(unittest.TestCase):
    def run_one(self, line):
        with tempfile.TemporaryDirectory() as scratch:
            return builds.Log(pathlib.Path(scratch, "log")).must("it", "sh", "-c", line)

    def test_that_ends_with_0_tells_what_it_printed(self):
        self.assertEqual(self.run_one("echo seen"), "seen\n")

    def test_that_ends_with_1_could_not_run(self):
        self.assertRaises(CouldNotRun, self.run_one, "exit 1")

    def test_that_ends_otherwise_has_found_something(self):
        for line in ("exit 2", "exit 99", "kill -ABRT $$"):
            self.assertRaises(builds.Found, self.run_one, line)


if __name__ == "__main__":
    unittest.main()
