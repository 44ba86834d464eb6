# SPDX-License-Identifier: Apache-2.0
"""Writes the programs of the corpus, and what each step must do, as one JSON file: for unit tests of any language.

usage: to_json.py TESTER OUTPUT FILE...

TESTER is the executable that shows programs; FILE are programs. docs/corpus-json.md says what the file holds.
"""

import hashlib
import json
import pathlib
import re
import subprocess
import sys

UNITS = {"exact": (8, 1), "large": (4096, 4096)}  # of a base and of a length
MOST_LISTED = 4096  # bytes or elements
LARGEST_EXACT = 2 ** 53 - 1  # of a JSON number in JavaScript
VECTOR = re.compile(r"([abc]) (.*)")
NAMES = {"vec", "into", "other", "record"}
SIZE_MAX = 2 ** 64 - 1
# What a program names, where its effects hold, and what is run to show them.
DIALECTS = {None: (["c++", "c"], "iov"), "c++": (["c++"], "iov"), "c": (["c"], "qemu_iov"), "c10": (["c10"], "qemu_iov_10")}


def number(text):
    """16, 2^31-1 or SIZE_MAX-7, in parentheses or not."""
    value = 0
    for sign, term in re.findall(r"([+-]?)([^+-]+)", text.strip("()")):
        power = re.fullmatch(r"2\^(\d+)", term)
        one = SIZE_MAX if term == "SIZE_MAX" else 2 ** int(power[1]) if power else int(term)
        value += -one if sign == "-" else one
    return value


def plain(value):
    """As JSON holds it: what is too large for a number of JavaScript is a text of decimal digits."""
    return value if abs(value) <= LARGEST_EXACT else str(value)


def element(text, units=(1, 1)):
    """BASE+LENGTH."""
    base, length = re.fullmatch(r"(\([^)]*\)|[^+(]*)\+(.*)", text).groups()
    named = {"null": None, "wild": "wild"}
    return {"base": named[base] if base in named else plain(number(base) * units[0]),
            "length": plain(number(length) * units[1])}


def many(data, count):
    return {"count": count, "sha256": hashlib.sha256(data).hexdigest()}


def elements(text, separator=" ", units=(1, 1)):
    words = [word for word in text.split(separator) if word and word != "none"]
    return [element(one, units) for one in words] if len(words) <= MOST_LISTED else many(text.strip().encode(), len(words))


def operand(name, text, units):
    if name == "elements":
        return elements(text, ",", units)
    if name in ("element", "head", "tail"):
        return element(text, units)
    if name in NAMES:
        return None if text == "none" else text
    if name == "script":
        return [] if text == "none" else [int(call) if call.isdigit() else call for call in text.split(",")]
    return plain(number(text) * (units[0] if name == "buffer" else 1))


def bytes_of(text):
    """A list; of very many, how many and their hash."""
    data = bytes.fromhex(text)
    return list(data) if len(data) <= MOST_LISTED else many(data, len(data))


def text_of(text):
    characters = re.sub(r"[_|]", lambda found: {"_": " ", "|": "\n"}[found[0]], text)
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), characters)


def vector(text):
    """The array, with brackets around the view."""
    before, view, _ = re.fullmatch(r"([^[]*)\[([^]]*)\](.*)", text).groups()
    array = elements(re.sub(r"\s+", " ", text.replace("[", "").replace("]", "")))
    return {"array": array, "start": len(before.split()), "count": len(view.split())}


def effect(text):
    first, *rest = text.split("; ")
    result = {}
    if first.startswith("rejected "):
        result["rejected"] = first.removeprefix("rejected ")
    elif first != "done":
        result["answer"] = plain(number(first))
    for part in rest:
        kind, _, value = part.partition(" ")
        if kind == "bytes":
            result["bytes"] = bytes_of(value)
        elif kind == "elements":
            result["elements"] = elements(value)
        elif kind == "text":
            result["text"] = text_of(value)
        elif kind == "memory":
            changes = [change.split(": ") for change in value.split(", ")]
            result["memory"] = [{"position": int(at), "bytes": bytes_of(new)} for at, new in changes]
        elif VECTOR.fullmatch(part):
            result.setdefault("vectors", {})[kind] = vector(value)
        else:
            raise ValueError(f"no effect: {part}")
    return result


def step(line, shown, units):
    resolved = re.search(r"\((\w+ vec=.*|\w+ into=.*)\)$", line)
    name, *operands = (resolved[1] if resolved else line).split()
    pairs = [word.partition("=")[::2] for word in operands]
    return {"operation": name, "operands": {key: operand(key, value, units) for key, value in pairs}, **effect(shown)}


def program(replay, path):
    text = path.read_text(encoding="utf-8")
    title = text.splitlines()[0].removeprefix("# ")
    dialect = re.search(r"^dialect (\S+)$", text, re.M)
    dialects, judged = DIALECTS[dialect[1] if dialect else None]
    kind, size = re.search(r"^arena (\w+) ?(\d*)", text, re.M).groups()
    units = UNITS.get(kind, (1, 1))
    shown = subprocess.run([*replay, "--whole", "--against", judged, str(path)], check=True,
                           capture_output=True, encoding="utf-8").stdout
    steps = re.findall(r"^step \d+  (.*)\n  should be  (.*)$", shown, re.M)
    return {"name": path.stem, "title": title, "dialects": dialects, "arena": {"kind": kind, "bytes": int(size or 0)},
            "steps": [step(line, should_be, units) for line, should_be in steps]}


def main():
    tester, output, *files = sys.argv[1:]
    programs = [program([tester, "replay"], pathlib.Path(file)) for file in sorted(files)]
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in programs)
    text = f'{{"format": "iov-lockstep corpus", "version": 1, "programs": [\n{lines}\n]}}\n'
    pathlib.Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
