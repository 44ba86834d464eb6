"""Tests of the sources as text: who includes whom, and whether the language has every public function of the library.

Usage: source_test.py SOURCE [Layers|Completeness]
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))

# ---- Which folder may include which: arrows point one way.

# The rooms of the harness: each may know those before it.
ROOMS = [f"core/lockstep/{room}" for room in ("table", "language", "sides", "report", "oracles", "tags")]

# For each folder, the folders of ours that its files may include besides itself. One that is not here is part of the
# folder it lies in.
MAY_INCLUDE = {
    "core/iov": [],
    "core/model": [],
    **{room: ["core/model", *ROOMS[:i]] for i, room in enumerate(ROOMS)},
    # A source that fills in the table, with the library that it fills it from.
    "core/subjects": ["core/lockstep/table", "core/iov"],
    "core/subjects/seeded": ["core/lockstep/table", "core/subjects"],
    **{f"core/subjects/adapters/{adapter}": ["core/lockstep/table"] for adapter in ("asio", "libevent", "plain_c")},
    "core/command_line": [*ROOMS, "core/subjects"],
    "fuzz": [*ROOMS, "core/subjects", "core/subjects/seeded", "core/command_line"],
    "props": [*ROOMS, "core/subjects", "core/subjects/seeded", "core/command_line", "core/iov"],
}

# And single files that may include more.
EXCEPTIONS = {
    "props/extents_test.cpp": ["core/model"],  # compares the two models
    # The tests of the worked adapters lie beside them.
    "core/subjects/adapters/asio/divergence_test.cpp": ["core/lockstep/language", "core/lockstep/oracles"],
    "core/subjects/adapters/libevent/divergence_test.cpp": ["core/lockstep/language", "core/lockstep/oracles"],
}


def row_of(folder):
    """The folder in MAY_INCLUDE that this one belongs to, or none."""
    return next((str(row) for row in (folder, *folder.parents) if str(row) in MAY_INCLUDE), "")


def violations(file, text):
    """What is wrong with the #include lines of a file that has this text."""
    file = pathlib.Path(file)
    own = row_of(file.parent)
    if not own:
        yield f"{file}: its folder is in no row of MAY_INCLUDE"
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)', line)
        if not match:
            continue
        target = next((path for path in (ROOT / "core" / match[1], (ROOT / file).parent / match[1]) if path.exists()), None)
        folder = row_of(target.resolve().parent.relative_to(ROOT.resolve())) if target else ""
        if folder not in ("", own, *MAY_INCLUDE[own], *EXCEPTIONS.get(str(file), [])):
            yield f"{file}:{number}: {line.strip()}: {own} may not know {folder}"
        if own == "core/model" and match[1] == "sys/uio.h":
            yield f"{file}:{number}: the model knows no iovec"
        if own == "core/iov" and "/" in match[1] and not match[1].startswith(("iov/", "sys/")):
            yield f"{file}:{number}: the library knows the standard library and POSIX only"


# ---- Which operation runs a public function.

# Functions that are not named like an operation, without the prefix they have in C: what runs them, or why nothing does.
# The name of a constructor is its class and its parameters' types, since each does another thing.
COVERED = {
    "IoVector()": "every vector of a program is made by it",
    "IoVector(void*, size_t)": "from_buffer",
    "IoVector(IoVector&&)": "with_capacity, slice, extended: a function's result is moved",
    "IoVector(span<const iovec>)": "assign, in a constructor that only exists with exceptions: iov_test.cpp",
    "IoVector(const IoVector&)": "as copy_vector, into a new object: out_of_memory_test.cpp",
    "~IoVector": "every vector of a program ends with it",
    "operator=": "copy_vector, move_vector",
    "capacity": "how much room there is, is not promised; iov_test.cpp holds it to the few promises",
    "elements": "read after every step",
    "lend": "discard_front, discard_back, undo, copy_in_place",
    "from_buf_full": "from_buf",
    "to_buf_full": "to_buf",
    "memset": "fill",
    "discard_front_undoable": "discard_front",
    "discard_back_undoable": "discard_back",
    "discard_undo": "undo",
    "send_recv": "send, recv; over a descriptor: socket_test.cpp",
    "set_reject_handler": "rejections are told through it; alone: dropin_test.cpp",
    "init": "assign, with_capacity",
    "init_external": "borrow",
    "init_buf": "from_buffer",
    "buf": "from_buffer; its rejection: dropin_test.cpp",
    "init_slice": "slice",
    "init_extended": "extended, extended_without_mid",
    "subvec_niov": "slice_count",
    "concat_iov": "concat",
    "compare": "first_difference",
    "~Transport": "of a class that others derive from",
    "max_elements": "send, recv",
    "ScatterGather(int, size_t)": "takes a descriptor: socket_test.cpp",
    "PieceByPiece(int)": "takes a descriptor: socket_test.cpp",
    "error_category": "names of errors, no behaviour of vectors: iov_test.cpp",
    "make_error_code": "makes every rejection",
    "throw_error": "for the forms that throw; the harness runs those that do not, which they wrap",
}


def types_of(parameters):
    """`void* base, std::size_t length` becomes `void*, size_t`."""
    types = (re.sub(r" \w+$", "", one.split("=")[0].strip()) for one in parameters.replace("std::", "").split(","))
    return ", ".join(types)


def functions(header):
    """The functions that a header declares, each as its name and its declaration."""
    text = re.sub(r"//[^\n]*|^#(?:[^\n]*\\\n)*[^\n]*", "", header, flags=re.M)  # comments and directives
    text = re.sub(r"^ private:.*?^};", "", text, flags=re.M | re.S)
    text = re.sub(r'(namespace|extern "C"|class )[^{};()]*{', ";", text)  # what is inside belongs to the header
    while re.search(r"{[^{}]*}", text):
        text = re.sub(r"{[^{}]*}", ";", text)  # bodies
    for statement in text.split(";"):
        match = re.match(r"[^=(]*?(operator=|~?\w+)\s*\(([^)]*)", statement)
        if not match or "= delete" in statement or re.search(r"\btypedef\b|static_assert", statement):
            continue
        name, parameters = match[1], match[2]
        yield f"{name}({types_of(parameters)})" if name[0].isupper() else name, statement


def operations():
    """The names of the operations in the list of the language."""
    folder = ROOT / "core/lockstep/language"
    structs = "".join(path.read_text() for path in (folder / "operations").glob("*.h"))
    names = dict(re.findall(r'^struct (\w+) {.*?\btraits =\s*Traits\("(\w+)"', structs, flags=re.M | re.S))
    listed = re.search(r"std::variant<([^>]*)>", (folder / "operations.h").read_text())[1]
    return [names[struct.strip()] for struct in listed.split(",")]


class Layers(unittest.TestCase):
    def test_includes_point_one_way(self):
        files = [path for top in ("core", "fuzz", "props") for path in (ROOT / top).rglob("*")
                 if path.suffix in (".h", ".cpp", ".c")]
        self.assertGreater(len(files), 100)
        wrong = [one for path in files for one in violations(path.relative_to(ROOT), path.read_text())]
        self.assertEqual([], wrong, "\n" + "\n".join(wrong))

    def test_what_points_the_other_way_is_seen(self):
        for file, line in [("core/model/model.h", '#include "iov/iov.h"'), ("core/model/model.h", "#include <sys/uio.h>"),
                           ("core/model/model.h", '#  include "../iov/iov.h"  // so'),
                           ("core/iov/iov.h", "#include <gtest/gtest.h>"), ("props/scopes.cpp", '#include "model/model.h"')]:
            self.assertEqual(1, len(list(violations(file, line))), line)
        self.assertEqual([], list(violations("props/scopes.cpp", '#include "scopes.h"\n// #include "model/model.h"')))


class Completeness(unittest.TestCase):
    def setUp(self):
        installed = re.search(r"install\(FILES ([^)]*?)\s+DESTINATION", (ROOT / "core/iov/CMakeLists.txt").read_text())[1]
        self.headers = {header: (ROOT / "core/iov" / header).read_text() for header in installed.split()}
        self.assertGreater(len(self.headers), 3)

    def test_every_public_function_is_in_the_language_or_has_a_reason(self):
        known = operations()
        self.assertGreater(len(known), 30)
        declared = set()
        for header, text in self.headers.items():
            for name, _ in functions(text):
                name = re.sub("^(iov|qemu_iovec)_", "", name)
                declared.add(name)
                self.assertTrue(name in known or name in COVERED, f"{header} declares {name}, which no operation runs: "
                                "add one, or a row with the reason to COVERED")
        self.assertEqual(set(), set(COVERED) - declared, "no header declares these any more")

    def test_what_rejects_by_a_code_throws_nothing(self):
        for header, text in self.headers.items():
            without = re.sub(r"^#if IOV_HAS_EXCEPTIONS.*?^#(endif|else)", "", text, flags=re.M | re.S)
            for name, statement in functions(without) if header != "qemu_iov.h" else ():
                if name != "hexdump" or "FILE" in statement:  # strings and streams may throw
                    self.assertTrue("noexcept" in statement or name[0] == "~", f"{header}: {statement}")

    def test_the_scanner_sees_what_is_declared(self):
        header = ("// int a();\n#define B b()\nnamespace n {\nint c(int x) noexcept;\n/// d()\n"
                  "inline int e() { return f(); }\nstruct G { int h = 0; };\nclass I {\n public:\n"
                  "  explicit I(std::span<const iovec> x) : y(z()) {}\n  I(const I&) = delete;\n  ~I();\n"
                  "  I& operator=(const I&);\n  int k() const { if (l()) { return 1; } return 0; }\n"
                  " private:\n  int m();\n};\nint n();\n}  // namespace n\n")
        self.assertEqual(["c", "e", "I(span<const iovec>)", "~I", "operator=", "k", "n"],
                         [name for name, _ in functions(header)])


if __name__ == "__main__":
    unittest.main()
