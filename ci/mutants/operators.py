# SPDX-License-Identifier: Apache-2.0
"""What is changed: the operators of mutation, applied to clang's tree of a source file.

A mutant is other text for one range of the source, and of two that would be the same text for
the same range only one is made.

Left alone: constants of the compiler (case labels, template arguments, array bounds, constexpr, static_assert), what
macros such as assert stand for, and arguments of min, max and checked sums, whose order changes nothing.
"""
import re

from mutants.syntax_tree import BUILTIN_TYPES
from mutants.tree_walk import TreeWalker, UNSEEN

RELATIONAL = {'<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'], '==': ['!='], '!=': ['==']}
ARITHMETIC = {'+': '-', '-': '+', '*': '+', '/': '*', '%': '/', '<<': '>>', '>>': '<<', '&': '|', '|': '&', '^': '&'}
ASSIGNING = {f'{one}=': f'{other}=' for one, other in ARITHMETIC.items()}
NEGATIONS = {'<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '=='}
SIBLINGS = dict([pair for one, other in (('min', 'max'), ('front', 'back'), ('lower_bound', 'upper_bound'),
                                         ('__builtin_add_overflow', '__builtin_sub_overflow'))
                 for pair in ((one, other), (other, one))])
COMMUTATIVE = {'min', 'max', '__builtin_add_overflow', '__builtin_mul_overflow'}
ABOUT_CONSTANTS = {'inline_range'}  # with a mutant in it, no argument is a constant any more
CALLS = {'CallExpr', 'CXXMemberCallExpr', 'CXXOperatorCallExpr'}
# Of each kind of statement the part that is a condition.
CONDITIONS = {'CompoundStmt': None, 'CaseStmt': None, 'DefaultStmt': None, 'IfStmt': 0, 'WhileStmt': 0, 'DoStmt': 1,
              'ForStmt': 2}


class Finder(TreeWalker):
    """Applies the operators to each node: a method `_Kind` for the kinds that have some of their own. It answers with True
    if it has walked what is in the node.
    """

    def _leaf(self, node, cast):
        text = self._text(node)
        if text is None:
            return
        if node.is_macro:
            inner = node
            while inner.kind in UNSEEN:
                inner = inner.children[0]
            if inner.kind == 'IntegerLiteral' and cast in BUILTIN_TYPES:  # such as SIZE_MAX
                self._add(node, 'constant', f'{text} - 1', cast)
        elif node.kind == 'IntegerLiteral':
            value = int(node.raw['value'])
            for other in [1] if value == 0 else [value - 1, value + 1]:
                self._add(node, 'constant', str(other) + ('u' if other >= 2**63 else ''), cast)
        elif node.kind == 'CharacterLiteral':
            self._add(node, 'constant', f'{text} + 1', cast)
        elif node.kind == 'CXXBoolLiteralExpr':
            self._add(node, 'constant', 'false' if text == 'true' else 'true', 'bool')
        elif node.kind == 'StringLiteral' and text != '""':
            self._add(node, 'constant', '""', None)
        elif node.kind == 'DeclRefExpr':
            named = node.raw.get('referencedDecl', {})
            if named.get('kind') == 'EnumConstantDecl':
                following = self.enumerators.get((node.type().split('::')[-1], named.get('name')))
                if following is None and node.type() == 'std::errc':
                    following = 'operation_not_supported'
                if following is not None:
                    self._add(node, 'constant', re.sub(r'\w+$', following, text), None)
            elif named.get('id') in self.constants and cast in BUILTIN_TYPES:
                for change in ('+ 1', '- 1'):
                    self._add(node, 'constant', f'{text} {change}', cast)

    def _condition(self, node):
        text, core, inner = self._text(node), self._core(node), None
        if text is None:
            return
        if core.kind == 'UnaryOperator' and core.raw['opcode'] == '!' and self._text(core) == text:
            inner = self._text(core.children[0])
        self._add(node, 'negation', inner or f'!({text})', 'bool')
        for always in ('true', 'false'):
            self._add(node, 'condition', always, 'bool')

    def _deletion(self, node):
        core, text = node, self._text(node)
        while core.kind == 'ExprWithCleanups':
            core = core.children[0]
        if text is None or node.is_macro:
            return
        if core.kind in CALLS or core.kind in ('CompoundAssignOperator', 'CXXThrowExpr') or \
                core.kind in ('BinaryOperator', 'UnaryOperator') and core.raw['opcode'] in ('=', '++', '--') or \
                core.kind == 'CXXStaticCastExpr' and '(' in text.split('>', 1)[-1].strip('()'):
            self._add(node, 'deletion', '(void)0', 'void')

    def _statements(self, children):
        for child in children:
            self._walk(child, unused=True)
        return True

    def _statement(self, node, _):
        """All parts but the condition are statements."""
        children, condition = list(node.children), CONDITIONS[node.kind]
        for part in ('hasInit', 'hasVar'):  # come first, and the condition then only asks for the variable
            if node.raw.get(part):
                self._walk(children.pop(0))
        if condition is not None:
            condition = children.pop(condition)
            if condition.kind and not node.raw.get('hasVar') and not node.raw.get('isConstexpr'):
                self._condition(condition)
                self._walk(condition)
        return self._statements(children)

    _CompoundStmt = _CaseStmt = _DefaultStmt = _IfStmt = _WhileStmt = _DoStmt = _ForStmt = _statement

    def _CXXForRangeStmt(self, node, _):
        self._add(node, 'deletion', '', 'statement')
        over = node.children[1].children  # auto&& __range = ...
        for child in over[0].children if over else []:
            self._walk(child)
        return self._statements(node.children[-1:])

    def _BreakStmt(self, node, _):
        self._add(node, 'deletion', '', 'statement')
        return True

    _ContinueStmt = _BreakStmt

    def _ReturnStmt(self, node, _):
        if not node.children:
            return self._BreakStmt(node, _)
        value = node.children[0]
        core = self._core(value)
        text, kind = self._text(core), core.type()
        if text is None or core.kind in ('IntegerLiteral', 'CXXBoolLiteralExpr') or core.is_macro:
            return
        if kind == 'bool':
            self._condition(core)
        elif kind in BUILTIN_TYPES:
            self._add(core, 'return', '0', kind)
            self._add(core, 'return', f'({text}) + 1', kind)
        elif kind.endswith('*') and text != 'nullptr':
            self._add(core, 'return', 'nullptr', None)
        elif value.raw.get('valueCategory') == 'lvalue':
            pass  # a reference: to what else could it be?
        elif 'dependent' not in kind and kind != 'void' and text not in ('{}', '{0}', '""', 'nullptr', 'std::nullopt') \
                and not text.endswith('Reason::none'):
            self._add(node, 'return', 'return {};', 'statement')

    def _LambdaExpr(self, node, _):
        body = node.children[-1]
        if body.kind == 'CompoundStmt':
            self._walk(body)
        return True

    def _ConditionalOperator(self, node, _):
        self._condition(node.children[0])

    def _UnaryOperator(self, node, unused):
        operand, opcode = node.children[0], node.raw['opcode']
        text, inner = self._text(node), self._text(operand)
        if text is None or inner is None:
            return
        if opcode == '!':
            self._add(node, 'negation', inner, 'bool')
        elif opcode in ('-', '~') and node.type() in BUILTIN_TYPES:
            self._add(node, 'arithmetic', inner, node.type())
        elif opcode in ('++', '--'):
            other = '--' if opcode == '++' else '++'
            changed = text.replace(opcode, other, 1) if text.startswith(opcode) else inner + other
            self._add(node, 'arithmetic', changed)
            if not unused:
                self._add(node, 'deletion', inner)
                if text.endswith(opcode):
                    self._add(node, 'arithmetic', opcode + inner)

    def _BinaryOperator(self, node, unused):
        left, right = node.children
        opcode, between = node.raw['opcode'], self._between(left, right)
        text, one, other = self._text(node), self._text(left), self._text(right)
        if opcode == ',':
            self._walk(right, unused=unused)
            return self._statements([left])
        if between is None or between.count(opcode) != 1:
            return

        def changed(to):
            return one + between.replace(opcode, to) + other

        if opcode in RELATIONAL:
            for to in RELATIONAL[opcode]:
                self._add(node, 'relational', f'!({text})' if to == NEGATIONS[opcode] else changed(to), 'bool')
        elif opcode in ('&&', '||'):
            self._add(node, 'logical', changed('||' if opcode == '&&' else '&&'), 'bool')
            for operand, alone in ((left, one), (right, other)):
                self._add(node, 'logical', alone, 'bool')
                if self._core(operand).kind not in ('BinaryOperator', 'UnaryOperator', 'CXXRewrittenBinaryOperator'):
                    self._add(operand, 'negation', f'!({alone})', 'bool')
        elif opcode in ARITHMETIC:
            pointers = [side.type().endswith('*') for side in (left, right)]
            if not all(pointers):
                self._add(node, 'arithmetic', changed(ARITHMETIC[opcode]), node.type())
                if opcode in ('+', '-'):
                    self._add(node, 'deletion', one, node.type())
                    if opcode == '+' and not pointers[0]:
                        self._add(node, 'deletion', other, node.type())

    def _CompoundAssignOperator(self, node, _):
        left, right = node.children
        opcode, between = node.raw['opcode'], self._between(left, right)
        if between is not None and between.count(opcode) == 1:
            self._add(node, 'arithmetic',
                      self._text(left) + between.replace(opcode, ASSIGNING[opcode]) + self._text(right))

    def _CXXRewrittenBinaryOperator(self, node, _):
        text = self._text(node)
        if text is not None:
            self._add(node, 'negation', f'!({text})', 'bool')
        written = node
        while written.kind != 'CXXOperatorCallExpr' and written.children:
            written = written.children[0]
        for operand in written.children[1:]:
            self._walk(operand)
        return True

    def _CXXOperatorCallExpr(self, node, _):
        operands = node.children[1:]
        if len(operands) == 2 and node.type() == 'bool':
            between = (self._between(*operands) or '').strip()
            if between in RELATIONAL:
                self._add(node, 'negation', f'!({self._text(node)})', 'bool')
        for operand in operands:
            self._walk(operand)
        return True

    def _CallExpr(self, node, _):
        callee, arguments = node.children[0], node.children[1:]
        text, name = self._text(node), self._text(callee)
        if text is None or name is None:
            return
        match = re.search(r'(\w+)(<[^()]*>)?$', name)  # perhaps with template arguments
        short = match.group(1) if match else ''
        if short in SIBLINGS and callee.begin == node.begin:
            changed = name[:match.start(1)] + SIBLINGS[short] + name[match.end(1):]
            self._add(node, 'call', changed + text[callee.end - node.begin:], node.type())
        if short not in COMMUTATIVE | ABOUT_CONSTANTS:
            self._swaps(node, arguments)

    _CXXMemberCallExpr = _CallExpr

    def _CXXTemporaryObjectExpr(self, node, _):
        self._swaps(node, node.children)

    def _swaps(self, node, arguments):
        text = self._text(node)
        written = [argument for argument in arguments
                   if argument.kind != 'CXXDefaultArgExpr' and self._text(argument) is not None]
        for i, first in enumerate(written):
            for second in written[i + 1:]:
                same = self._plain(first) == self._plain(second)
                if not same or first.end > second.begin or first.begin < node.begin or second.end > node.end:
                    continue
                at = node.begin
                swapped = text[:first.begin - at] + self._text(second) + text[first.end - at:second.begin - at] + \
                    self._text(first) + text[second.end - at:]
                self._add(node, 'swap', swapped, node.type())

    @staticmethod
    def _plain(node):
        return node.type().replace('const ', '').replace(' &', '').replace(' *', '*')
