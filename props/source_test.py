# SPDX-License-Identifier: Apache-2.0
"""Tests of the sources as text: who includes whom, whether the language has every public function of the library, whether
docs/found.md shows what is run, and whether every source says its licence.

Usage: source_test.py SOURCE [Layers|Completeness|Exceptions|Found|Licences]
"""

import pathlib
import re
import shutil
import subprocess
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
    "core/bench": ["core/iov"],
    "core/model": [],
    **{room: ["core/model", *ROOMS[:i]] for i, room in enumerate(ROOMS)},
    # A source that fills in the table, with the library that it fills it from.
    "core/subjects": ["core/lockstep/table", "core/iov"],
    "core/subjects/seeded": ["core/lockstep/table", "core/subjects"],
    **{f"core/subjects/adapters/{folder.name}": ["core/lockstep/table"]
       for folder in (ROOT / "core/subjects/adapters").iterdir()},
    "core/command_line": [*ROOMS, "core/subjects"],
    "fuzz": [*ROOMS, "core/subjects", "core/subjects/seeded", "core/command_line"],
    "props": [*ROOMS, "core/subjects", "core/subjects/seeded", "core/command_line", "core/iov"],
}

# And single files that may include more.
EXCEPTIONS = {
    "props/extents_test.cpp": ["core/model"],  # compares the two models
    "props/list_test.cpp": ["core/model"],
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


# ---- What runs a public function.

# The implementations that run the library: of the interface in C, and of the one in C++.
SUBJECTS = {"c": "core/subjects/qemu_iov.cpp", "cpp": "core/subjects/iov.cpp"}

# Public functions that neither of them names: the entries of the table that run it, or the test that does, and why.
# The name of a constructor is its class and its parameters' types, since each does another thing.
COVERED = {
    "IoVector::IoVector()": "create",
    "IoVector::IoVector(void*, size_t)": "from_buffer",
    "IoVector::IoVector(IoVector&&)": "with_capacity, slice, extended: a function's result is moved",
    "IoVector::IoVector(span<const iovec>)": "iov_test.cpp: exists with exceptions only",
    "IoVector::IoVector(const IoVector&)": "out_of_memory_test.cpp: as copy_vector, into a new object",
    "IoVector::~IoVector": "destroy",
    "IoVector::operator=": "copy_vector, move_vector",
    "IoVector::capacity": "iov_test.cpp: how much room there is, is not promised but for what it tests",
    "Transport::~Transport": "send, recv",
    "Transport::max_elements": "send, recv",
    "Transport::send": "send",
    "Transport::recv": "recv",
    "ScatterGather::ScatterGather(int, size_t, int)": "socket_test.cpp: takes a descriptor",
    "PieceByPiece::PieceByPiece(int)": "socket_test.cpp: takes a descriptor",
    **{f"{transport}::{function}": "socket_test.cpp" for transport in ("ScatterGather", "PieceByPiece")
       for function in ("max_elements", "send", "recv")},
    "error_category": "iov_test.cpp",
    "make_error_code": "iov_test.cpp: makes every rejection",
    "throw_error": "iov_test.cpp: for the forms that throw; the table has those that do not, which they wrap",
    "iov_pass_blocks_": "discard_front, discard_back: vectors of many elements",
    "iov_advance_": "wide_test.cpp: and all that moves bytes",
    "iov_copy_element_": "discard_front, discard_back, undo: saves and restores the one that is trimmed",
    "iov_end_": "discard_front, discard_back: what these are made of",
    "iov_discard_": "discard_front, discard_back: what these are made of",
    "discard": "discard_front, discard_back: what these are made of",
    "inline_range": "wide_test.cpp: only where the compiler knows a number of bytes",
    "tell": "iov_test.cpp: the end of every form that takes a code",
    "throw_if": "iov_test.cpp: the end of every form that throws",
    "iov_from_buf_full": "from_buf: the short name calls it",
    "iov_to_buf_full": "to_buf: the short name calls it",
    "iov_send_recv": "socket_test.cpp: takes a descriptor; its inside is send and recv",
    "iov_send_recv_with_flags": "dropin_10_test.cpp: takes a descriptor; otherwise as iov_send_recv",
    "qemu_iovec_from_buf": "dropin_test.cpp: calls iov_from_buf_full",
    "qemu_iovec_to_buf": "dropin_test.cpp: calls iov_to_buf_full",
    "qemu_iovec_memset": "dropin_test.cpp: calls iov_memset",
}


def types_of(parameters):
    """`void* base, std::size_t length` becomes `void*, size_t`."""
    types = (re.sub(r" \w+$", "", one.split("=")[0].strip()) for one in parameters.replace("std::", "").split(","))
    return ", ".join(types)


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def functions(header, scope=""):
    """The public functions that a header declares, each as its name and its declaration."""
    text = re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", "", without_comments(header), flags=re.M)
    for name, body in re.findall(r"^class (\w+)[^;{]*{(.*?)^};", text, flags=re.M | re.S):
        yield from functions(re.sub(r"^ private:.*?(?=^ \w+:|\Z)", "", body, flags=re.M | re.S), f"{name}::")
    text = re.sub(r"^class \w+[^;{]*{.*?^};", ";", text, flags=re.M | re.S)
    text = re.sub(r'(namespace|extern "C")[^{};()]*{', ";", text)  # what is inside belongs to the header
    while re.search(r"{[^{}]*}", text):
        text = re.sub(r"{[^{}]*}", ";", text)  # bodies
    for statement in text.split(";"):
        match = re.match(r"[^=(]*?(operator=|~?\w+)\s*\(([^)]*)", statement)
        if not match or "= delete" in statement or re.search(r"\btypedef\b|static_assert", statement):
            continue
        name, parameters = match[1], match[2]
        yield scope + (f"{name}({types_of(parameters)})" if name[0].isupper() else name), statement


def is_called(name, subject):
    """Whether an implementation calls this function, by its text."""
    if name.startswith(("iov_", "qemu_iovec_")):
        return re.search(rf"\b{name}\b", subject)
    own, _, member = name.rpartition("::")
    return re.search(rf"(\)\.|\b{own}::){member}\(" if own else rf"\biov::{name}\b", subject)


def entries_of(dialect):
    """The entries of the table that the operations in the list of the language run in a dialect."""
    folder = ROOT / "core/lockstep/language"
    structs = "".join(path.read_text() for path in (folder / "operations").glob("*.h"))
    found = re.findall(r"^struct (\w+) {.*?\bDialects::(\w+)\).*?\bentry = &Implementation::(\w+)", structs,
                       flags=re.M | re.S)
    listed = re.search(r"std::variant<([^>]*)>", (folder / "operations.h").read_text())[1]
    assert len(found) == listed.count(",") + 1, "each struct is in the list, or none of another name"
    listed = [struct.strip() for struct in listed.split(",")]
    return {entry for struct, dialects, entry in found if struct in listed and dialects in ("both", dialect)}


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


def public_headers():
    installed = re.search(r"install\(FILES ([^)]*?)\s+DESTINATION", (ROOT / "core/iov/CMakeLists.txt").read_text())[1]
    return {header: (ROOT / "core/iov" / header).read_text() for header in installed.split()}


class Completeness(unittest.TestCase):
    def setUp(self):
        self.headers = public_headers()
        self.assertGreater(len(self.headers), 3)
        self.subjects = {dialect: without_comments((ROOT / file).read_text()) for dialect, file in SUBJECTS.items()}

    def test_every_public_function_is_run(self):
        table = re.findall(r"\(\*(\w+)\)\(", (ROOT / "core/lockstep/table/implementation.h").read_text())
        self.assertGreater(len(table), 30)
        declared = set()
        for header, text in self.headers.items():
            dialect = "c" if header == "qemu_iov.h" else "cpp"
            for name, _ in functions(text):
                declared.add(name)
                self.assertTrue(bool(is_called(name, self.subjects[dialect])) != (name in COVERED),
                                f"{header} declares {name}, which is to be called in {SUBJECTS[dialect]} or, with what "
                                "runs it, to be in COVERED")
        self.assertEqual(set(), set(COVERED) - declared, "no header declares these any more")
        for name, runs in COVERED.items():
            for one in runs.split(":")[0].split(", "):
                self.assertTrue(one in table or one.endswith(".cpp") and (ROOT / "props" / one).exists(), f"{name}: {one}")

    def test_operations_run_every_entry_and_only_these(self):
        needed = {"name", "dialect", "takes_unbacked", "create", "destroy", "elements", "look"}  # by every program
        for dialect, subject in self.subjects.items():
            entries = entries_of(dialect)
            self.assertGreater(len(entries), 25)
            self.assertEqual(entries, set(re.findall(r"\btable\.(\w+) =", subject)) - needed,
                             f"those that operations run, and those that {SUBJECTS[dialect]} fills in")

    def test_the_scanner_sees_what_is_declared(self):
        header = ("// int a();\n#define B b()\nnamespace n {\nint c(int x) noexcept;\n/// d()\n"
                  "inline int e() { return f(); }\nstruct G { int h = 0; };\nclass I {\n public:\n"
                  "  explicit I(std::span<const iovec> x) : y(z()) {}\n  I(const I&) = delete;\n  ~I();\n"
                  "  I& operator=(const I&);\n  int k() const { if (l()) { return 1; } return 0; }\n"
                  " private:\n  int m();\n public:\n  int o();\n};\nint n();\n}  // namespace n\n")
        self.assertEqual(["I::I(span<const iovec>)", "I::~I", "I::operator=", "I::k", "I::o", "c", "e", "n"],
                         [name for name, _ in functions(header)])

    def test_a_call_is_of_the_function_itself(self):
        subject = "iov::fill(); v.k(); f(v).assign(); iov_size(); I::make(); iov::g<h>;"
        for name in ("fill", "I::assign", "iov_size", "I::make", "g"):
            self.assertTrue(is_called(name, subject), name)
        for name in ("I::fill", "iov_fill", "assign", "iov_siz", "size", "I::g"):
            self.assertFalse(is_called(name, subject), name)


class Exceptions(unittest.TestCase):
    def test_what_rejects_by_a_code_throws_nothing(self):
        for header, text in public_headers().items():
            without = re.sub(r"^#if IOV_HAS_EXCEPTIONS.*?^#(endif|else)", "", text, flags=re.M | re.S)
            for name, statement in functions(without) if header not in ("inline.h", "qemu_iov.h") else ():  # C
                if name != "hexdump" or "FILE" in statement:  # strings and streams may throw
                    self.assertTrue("noexcept" in statement or "~" in name, f"{header}: {statement}")


class Found(unittest.TestCase):
    def test_what_the_page_shows_is_what_the_adapters_run(self):
        def stripped(text):
            return "\n".join(line.strip() for line in text.splitlines())
        files = [path for path in (ROOT / "core/subjects/adapters").rglob("*") if path.suffix in (".c", ".cpp", ".iov")]
        run = [stripped(path.read_text()) for path in files]
        shown = stripped((ROOT / "docs/found.md").read_text()).split("\n```")[1::2]
        self.assertGreater(len(shown), 5)
        for block in shown:
            code = block.partition("\n")[2]
            self.assertTrue(any(code in text for text in run), f"no file of an adapter has\n{code}")


class Licences(unittest.TestCase):
    def test_every_source_says_its_licence_in_its_first_lines(self):
        if not (ROOT / ".git").exists() or not shutil.which("git"):
            self.skipTest("only git knows the files, and here is none")
        listed = subprocess.run(["git", "-c", "safe.directory=*", "-c", "core.quotePath=off", "ls-files", "--cached",
                                 "--others", "--exclude-standard"], cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE)
        files = [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
        heads = {file: file.read_bytes()[:200].decode(errors="replace").splitlines()[:2] for file in files}
        sources = [file for file, head in heads.items() if (head and head[0].startswith("#!")) or re.search(
            r"(\.(h|c|cpp|rs|py|sh|cjs|cmake)|CMakeLists\.txt)$", file.name)]
        self.assertGreater(len(sources), 250)
        without = [str(file.relative_to(ROOT)) for file in sources
                   if not any(re.fullmatch(r"(//|#) SPDX-License-Identifier: Apache-2\.0", line) for line in heads[file])]
        self.assertEqual([], without, "\n" + "\n".join(without))


if __name__ == "__main__":
    unittest.main()
