# SPDX-License-Identifier: Apache-2.0
"""Reports that machines read: are they as their published schemas say?

SARIF as ci/fuzz writes it, and JUnit as ci/test does, of a small project. What validators or schemas are missing for is
skipped: ci/setup --reports takes them. Ends with 77 if anything was.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

from fuzzing import sarif
from fuzzing.findings import Result
from shared import PROJECT, call_lib_sh

SCHEMAS = PROJECT / "build/schemas"
SKIPPED = 77
SMALL = """cmake_minimum_required(VERSION 3.25)
project(small NONE)
enable_testing()
add_test(NAME Passes COMMAND sh -c "echo '<&>'")
add_test(NAME Fails COMMAND false)
add_test(NAME IsSkipped COMMAND sh -c "exit 77")
set_tests_properties(IsSkipped PROPERTIES SKIP_RETURN_CODE 77)
"""


class Sarif(unittest.TestCase):
    def setUp(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("there is no jsonschema of Python")
        schema = SCHEMAS / "sarif-2.1.0.json"
        if not schema.exists():
            self.skipTest(f"there is no {schema}")
        self.validator = jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))

    def errors(self, document):
        return [error.message for error in self.validator.iter_errors(document)]

    def test_findings_are_as_the_schema_says(self):
        project = pathlib.Path("/a project")
        kept = project / "build/findings/undo.iov"
        command = "build/fuzz/tester replay"
        for findings in ([], [Result("undo: array", "two\nlines", kept, command, "iov", kept.with_suffix(".html")),
                              Result("undo: crash", "", pathlib.Path("/else/where <&>"), command)]):
            document = sarif.document(findings, project)
            self.assertEqual(self.errors(document), [])
            self.assertEqual(len(document["runs"][0]["results"]), len(findings))
        results = document["runs"][0]["results"]
        places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in results]
        self.assertEqual([place["uri"] for place in places], ["build/findings/undo.iov", "file:///else/where%20%3C%26%3E"])
        results[0].pop("message")
        self.assertEqual(self.errors(document), ["'message' is a required property"])


class Junit(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        (folder / "CMakeLists.txt").write_text(SMALL, encoding="utf-8")
        self.report = folder / "small.xml"
        subprocess.run(["cmake", "-S", folder, "-B", folder / "build"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["ctest", "--test-dir", folder / "build", "--output-junit", self.report], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        call_lib_sh("ci/test", "name_suite", self.report, "small")

    def test_the_suite_is_named_and_its_sums_are_those_of_its_tests(self):
        suite = ElementTree.parse(self.report).getroot()
        self.assertEqual({name: suite.get(name) for name in ("name", "tests", "failures", "skipped")},
                         {"name": "small", "tests": "3", "failures": "1", "skipped": "1"})
        others = ("system-out", "properties")  # the latter of newer ones
        cases = {case.get("name"): [child.tag for child in case if child.tag not in others] for case in suite}
        self.assertEqual(cases, {"Passes": [], "Fails": ["failure"], "IsSkipped": ["skipped"]})
        self.assertIn("<&>", suite.find("testcase").findtext("system-out"))

    def test_it_is_as_the_schema_says(self):
        schema = SCHEMAS / "jenkins-junit.xsd"
        if not schema.exists() or not shutil.which("xmllint"):
            self.skipTest(f"there is no {schema}, or no xmllint")
        # The schema, of 2010, does not know yet that a skipped test says why.
        text = re.sub(r"<skipped message=.*?/>", "<skipped/>", self.report.read_text(encoding="utf-8"))
        for report, code in ((text, 0), (text.replace("tests=", "test="), 3)):
            self.report.write_text(report, encoding="utf-8")
            ended = subprocess.run(["xmllint", "--noout", "--schema", schema, self.report], check=False, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual(ended.returncode, code, ended.stdout)


if __name__ == "__main__":
    run = unittest.main(exit=False, verbosity=2).result
    sys.exit(1 if not run.wasSuccessful() else SKIPPED if run.skipped else 0)
