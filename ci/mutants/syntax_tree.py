# SPDX-License-Identifier: Apache-2.0
"""What clang says about a source file: its syntax tree, with every node's place in the text."""
import json
import re
import subprocess

from shared import CouldNotRun

BUILTIN_TYPES = {
    'bool', 'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned int', 'long',
    'unsigned long', 'long long', 'unsigned long long', 'unsigned __int128'}


class Node:
    """A node of the tree.

    `begin` and `end` are offsets into the text of `file`, or None where there is no such text. What a macro stands for
    has the place of the macro's name; `is_macro` says that the whole node is that.
    """

    def __init__(self, raw):
        self.raw = raw
        self.kind = raw.get('kind', '')
        self.children = [Node(child) for child in raw.get('inner', [])]
        self.file = self.begin = self.end = self.line = None
        ends = [raw.get('range', {}).get(key, {}) for key in ('begin', 'end')]
        begin, end = (place.get('expansionLoc', place) for place in ends)
        begins_in_macro, self.ends_in_macro = ('expansionLoc' in place for place in ends)
        if 'offset' in begin and 'offset' in end and begin['file'] == end['file']:
            self.file, self.begin, self.line = begin['file'], begin['offset'], begin['line']
            self.end = end['offset'] + end['tokLen']
        self.is_macro = begins_in_macro and self.ends_in_macro and begin['offset'] == end['offset']

    def type(self):
        """The type without sugar and qualifiers."""
        kind = self.raw.get('type', {})
        name = kind.get('desugaredQualType', kind.get('qualType', ''))
        return name.removeprefix('const ').removeprefix('volatile ')


def read(clang, source, flags, names):
    """The declarations of `source` and its headers whose qualified names contain `names`."""
    command = [clang, *flags, '-fsyntax-only', '-Xclang', '-ast-dump=json', '-Xclang', f'-ast-dump-filter={names}', source]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise CouldNotRun(f'{" ".join(command)} failed:\n{ended.stderr}')
    last = {'file': None, 'line': None}

    def fill_in(raw):
        """Clang leaves out a file or line that has not changed since the last one it wrote."""
        if 'offset' in raw:
            for key in last:
                last[key] = raw.setdefault(key, last[key])
        return raw

    decoder = json.JSONDecoder(object_hook=fill_in)
    documents, at = [], 0
    while opening := re.compile(r'\S').search(ended.stdout, at):
        raw, at = decoder.raw_decode(ended.stdout, opening.start())
        documents.append(Node(raw))
    return documents
