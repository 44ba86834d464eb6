# SPDX-License-Identifier: Apache-2.0
"""The places of a source file that can be changed, found in clang's tree of it."""
from dataclasses import dataclass, field

from mutants.syntax_tree import BUILTIN_TYPES

UNSEEN = {'ImplicitCastExpr', 'ParenExpr', 'ExprWithCleanups'}  # of no effect on what the text means
WRAPPERS = UNSEEN | {'CXXConstructExpr', 'MaterializeTemporaryExpr', 'CXXBindTemporaryExpr'}
# Nothing inside these is code that runs, or it is somebody else's.
SKIPPED = {'ConstantExpr', 'StaticAssertDecl', 'EnumDecl', 'TypeAliasDecl', 'TypedefDecl', 'CXXDefaultArgExpr',
           'CXXDefaultInitExpr', 'UnaryExprOrTypeTraitExpr', 'CXXNoexceptExpr', 'TypeTraitExpr', 'RequiresExpr',
           'ParmVarDecl', 'ClassTemplateSpecializationDecl', 'FullComment', 'ConceptDecl', 'ImplicitValueInitExpr',
           'LoopHintAttr'}
FUNCTIONS = {'FunctionDecl', 'CXXMethodDecl', 'CXXConstructorDecl', 'CXXDestructorDecl', 'CXXConversionDecl'}
RANK = {None: 0, 'bool': 2, 'void': 3, 'statement': 4}  # of other types 1


@dataclass
class Alternative:
    """One mutant: `text` instead of what the site holds."""

    operator: str
    text: str
    id: int = 0


@dataclass
class Site:
    """A range of a file and its mutants. `wrap` is the type that all of them are cast to, 'statement', or None."""

    file: str
    begin: int
    end: int
    line: int
    function: str
    wrap: str | None = None
    alternatives: list[Alternative] = field(default_factory=list)


class TreeWalker:
    """Collects the sites of the wanted files from any number of trees; headers that several include count once."""

    def __init__(self, text_of):
        self.text_of = text_of  # by file, for those that are to be mutated
        self.function = ''      # that is walked
        self.sites = {}         # by (file, begin, end, whether it is a statement)
        self.records = {}       # names of classes, by clang's ids
        self.constants = set()  # clang's ids of numbers that are constexpr
        self.enumerators = {}   # the one that follows, by the enumeration's name and its own

    def add_tree(self, documents):
        self.records, self.constants = {}, set()  # ids are those of one run of clang
        for document in documents:
            self.learn(document)
        for document in documents:
            self._declaration(document, [])

    def learn(self, node):
        """What names stand for."""
        raw = node.raw
        if node.kind == 'CXXRecordDecl':
            self.records[raw['id']] = raw.get('name', '')
        elif node.kind == 'EnumDecl':
            names = [child.raw for child in node.children if child.kind == 'EnumConstantDecl']
            for name, following in zip(names, names[1:] + names[:1]):
                self.enumerators[raw.get('name'), name['name']] = following['name']
        elif node.kind == 'VarDecl' and raw.get('constexpr') and node.type() in BUILTIN_TYPES:
            self.constants.add(raw['id'])
        for child in node.children:
            self.learn(child)

    def _declaration(self, node, scope):
        """Down to the functions."""
        raw, children = node.raw, node.children
        if node.kind in SKIPPED or raw.get('isImplicit') or raw.get('constexpr'):
            return
        if node.kind in FUNCTIONS or node.kind in ('FieldDecl', 'VarDecl'):
            owner = self.records.get(raw.get('parentDeclContextId')) if node.kind in FUNCTIONS and not scope else None
            self.function = '::'.join([*filter(None, [owner, *scope]), raw.get('name', '')])
            for child in children:
                self._walk(child)
            return
        if node.kind == 'FunctionTemplateDecl':  # the pattern; what follows it are its instantiations
            children = [child for child in children if child.kind in FUNCTIONS][:1]
        inner = scope + [raw['name']] if node.kind == 'CXXRecordDecl' and 'name' in raw else scope
        for child in children:
            self._declaration(child, inner)

    def _text(self, node):
        """The node's text, or None if it has none of its own in a wanted file."""
        if node.begin is None or node.file not in self.text_of:
            return None
        source = self.text_of[node.file]
        if node.ends_in_macro and source[node.end:node.end + 1] == '(':
            return None
        return source[node.begin:node.end]

    def _between(self, left, right):
        """The text between two operands, or None."""
        if self._text(left) is None or self._text(right) is None or left.end > right.begin:
            return None
        return self.text_of[left.file][left.end:right.begin]

    def _add(self, node, operator, text, wrap=None):
        original = self._text(node)
        if original is None or ''.join(text.split()) == ''.join(original.split()):
            return
        if wrap not in BUILTIN_TYPES | RANK.keys():
            wrap = None
        key = (node.file, node.begin, node.end, wrap == 'statement')
        site = self.sites.setdefault(key, Site(node.file, node.begin, node.end, node.line, self.function))
        if all(other.text != text for other in site.alternatives):
            site.alternatives.append(Alternative(operator, text))
        site.wrap = max(site.wrap, wrap, key=lambda each: RANK.get(each, 1))

    def _walk(self, node, cast=None, unused=False):
        """`cast` is the type that implicit casts around the node give it, `unused` that its value is not used."""
        if node.kind in SKIPPED or not node.kind or node.raw.get('constexpr'):
            return
        if node.kind == 'ImplicitCastExpr' and cast is None and node.type() in BUILTIN_TYPES:
            cast = node.type()
        elif cast is None or node.kind not in UNSEEN:
            self._leaf(node, cast or node.type())
            cast = None
        if node.is_macro:
            return
        if unused:
            self._deletion(node)
        method = getattr(self, '_' + node.kind, None)
        if method is not None and method(node, unused):
            return
        for child in node.children:
            self._walk(child, cast if node.kind in UNSEEN else None, unused and node.kind == 'ExprWithCleanups')

    def _core(self, node):
        """What the node holds, without what the compiler wraps around the same text."""
        while node.kind in WRAPPERS and node.type() not in BUILTIN_TYPES and len(node.children) == 1 and \
                (node.children[0].begin, node.children[0].end) == (node.begin, node.end):
            node = node.children[0]
        return node
