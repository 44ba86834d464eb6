"""What clang says about a source file: its syntax tree, with every node's place in the text.

Clang leaves out a file or line that has not changed since the last one it wrote, so places
are resolved by going through its whole output in order.
"""
import json
import subprocess

BUILTIN_TYPES = {
    'bool', 'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned int', 'long',
    'unsigned long', 'long long', 'unsigned long long', 'unsigned __int128'}


class Node:
    """A node of the tree.

    `begin` and `end` are offsets into the text of `file`, or None where there is no such text. What a macro stands for
    has the place of the macro's name; `is_macro` says that the whole node is that.
    """

    __slots__ = ('kind', 'raw', 'children', 'file', 'begin', 'end', 'line', 'is_macro', 'ends_in_macro')

    def __init__(self, raw):
        self.raw = raw
        self.kind = raw.get('kind', '')
        self.children = []
        self.file = self.begin = self.end = self.line = None
        self.is_macro = self.ends_in_macro = False

    def type(self):
        """The type without sugar and qualifiers."""
        kind = self.raw.get('type', {})
        name = kind.get('desugaredQualType', kind.get('qualType', ''))
        for qualifier in ('const ', 'volatile '):
            name = name.replace(qualifier, '') if name.startswith(qualifier) else name
        return name


class _Places:
    """Resolves places in the order in which clang wrote them."""

    def __init__(self):
        self.file = None
        self.line = None

    def bare(self, raw):
        if 'offset' not in raw:
            return None
        self.file = raw.get('file', self.file)
        self.line = raw.get('line', self.line)
        return self.file, raw['offset'], raw['offset'] + raw['tokLen'], self.line, False

    def place(self, raw):
        if 'expansionLoc' not in raw and 'spellingLoc' not in raw:
            return self.bare(raw)
        resolved = {key: self.bare(value) for key, value in raw.items() if key in ('spellingLoc', 'expansionLoc')}
        expansion = resolved.get('expansionLoc')
        return None if expansion is None else expansion[:4] + (True,)

    def node(self, raw):
        node = Node(raw)
        for key, value in raw.items():
            if key == 'loc':
                place = self.place(value)
                if place is not None:
                    node.line = place[3]
            elif key == 'range':
                self._range(node, value)
            elif key == 'inner':
                node.children = [self.node(child) for child in value]
        return node

    def _range(self, node, raw):
        begin, end = (self.place(raw.get(key, {})) for key in ('begin', 'end'))
        if begin is None or end is None or begin[0] != end[0]:
            return
        node.file, node.begin, node.end, node.line = begin[0], begin[1], end[2], begin[3]
        node.is_macro = begin[4] and end[4] and begin[1] == end[1]
        node.ends_in_macro = end[4]


def read(clang, source, flags, names):
    """The declarations of `source` and its headers whose qualified names contain `names`."""
    command = [clang, *flags, '-fsyntax-only', '-Xclang', '-ast-dump=json', '-Xclang', f'-ast-dump-filter={names}',
               str(source)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise RuntimeError(f'{" ".join(command)} failed:\n{ended.stderr}')
    decoder = json.JSONDecoder()
    places = _Places()
    documents = []
    at = 0
    while True:
        while at < len(ended.stdout) and ended.stdout[at].isspace():
            at += 1
        if at == len(ended.stdout):
            return documents
        raw, at = decoder.raw_decode(ended.stdout, at)
        documents.append(places.node(raw))
