# SPDX-License-Identifier: Apache-2.0
"""Reads corpus.json as a test in another language would: programs of what is easily said in it, judged by their outcomes.

usage: corpus_json_test.py TESTER PROJECT
"""

import json
import pathlib
import subprocess
import sys
import tempfile

STEPS_JUDGED = 150  # at least; so many that the test means something


class Skip(Exception):
    """The program has something that is not said here."""


class Vector:
    def __init__(self):
        self.array, self.start, self.count = [], 0, 0

    def become(self, array):
        self.array, self.start, self.count = [dict(one) for one in array], 0, len(array)

    def view(self):
        return self.array[self.start:self.start + self.count]

    def positions(self):
        return [element["base"] + i for element in self.view() for i in range(element["length"])]

    def size(self):
        return len(self.positions())

    def discard_front(self, count):
        left = min(count, self.size())
        gone = left
        while self.count > 0 and self.array[self.start]["length"] <= left:
            left -= self.array[self.start]["length"]
            self.start, self.count = self.start + 1, self.count - 1
        if self.count > 0 and left > 0:
            self.array[self.start]["base"] += left
            self.array[self.start]["length"] -= left
        return gone


def run(step, number, vectors, memory):
    """The outcome of a step, as corpus.json tells it, without the vectors that changed."""
    what, operands = step["operation"], step["operands"]
    v = vectors[operands["vec"]]
    if what == "assign":
        v.become(operands["elements"])
        return {}
    if what == "add":
        v.become(v.array + [operands["element"]])
        return {}
    if what == "size":
        return {"answer": v.size()}
    if what == "discard_front":
        return {"answer": v.discard_front(int(operands["bytes"]))}
    if what not in ("to_buf", "from_buf", "fill"):
        raise Skip
    offset = int(operands["offset"])  # what is large is a text
    if offset > v.size():
        return {"rejected": "out_of_range"}
    positions = v.positions()[offset:offset + int(operands["bytes"])]
    outcome = {"answer": len(positions)}
    if what == "to_buf":
        return {**outcome, **({"bytes": [memory[at] for at in positions]} if positions else {})}
    before = list(memory)
    for i, position in enumerate(positions):
        memory[position] = operands["value"] if what == "fill" else (0x80 + 16 * number + i) % 251
    changed = [(at, new) for at, (old, new) in enumerate(zip(before, memory)) if old != new]
    runs = []
    for at, new in changed:
        if runs and runs[-1]["position"] + len(runs[-1]["bytes"]) == at:
            runs[-1]["bytes"].append(new)
        else:
            runs.append({"position": at, "bytes": [new]})
    return {**outcome, **({"memory": runs} if runs else {})}


def judge(program):
    """How many steps agree; the first that does not is an error."""
    if "c++" not in program["dialects"] or program["arena"]["kind"] != "shared":
        return 0
    vectors = {name: Vector() for name in "abc"}
    memory = [at % 251 for at in range(program["arena"]["bytes"])]
    for number, step in enumerate(program["steps"]):
        try:
            outcome = run(step, number, vectors, memory)
        except Skip:
            return number
        expected = {key: value for key, value in step.items() if key in ("answer", "rejected", "bytes", "memory")}
        assert outcome == expected, f"{program['name']}, step {number + 1}: {outcome} is not {expected}"
        for name, state in step.get("vectors", {}).items():
            v = vectors[name]
            actual = {"array": v.array, "start": v.start, "count": v.count}
            assert actual == state, f"{program['name']}, step {number + 1}, {name}: {actual} is not {state}"
    return len(program["steps"])


def main():
    tester, project = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder, "corpus.json")
        programs = sorted(project.glob("corpus/*/*.iov"))
        subprocess.run([sys.executable, "-B", project / "corpus/to_json.py", tester, output, *programs], check=True)
        corpus = json.loads(output.read_text(encoding="utf-8"))
    assert len(corpus["programs"]) == len(programs), len(corpus["programs"])
    assert all(program["steps"] and program["title"] for program in corpus["programs"])
    judged = sum(map(judge, corpus["programs"]))
    print(f"{judged} steps of {len(programs)} programs are judged, and agree")
    assert judged >= STEPS_JUDGED, judged


if __name__ == "__main__":
    main()
