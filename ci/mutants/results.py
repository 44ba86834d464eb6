"""What became of the mutants: verdicts, the list of equivalent ones, the tables and the file for other programs.

A mutant is known by its function and its change, never by its line or number, so what is
written down about it holds until that code changes.
"""
import collections
import fnmatch
import hashlib
import json

from mutants import killers
from shared import CouldNotRun

COLUMNS = ['id', 'area', 'file', 'line', 'function', 'operator', 'original', 'mutated', 'verdict', 'killer',
           'milliseconds', 'groups', 'reason']


def decide(mutant, outcomes):
    """Puts together what the groups said; of several that killed, the first one counts."""
    mutant['milliseconds'] = mutant.get('milliseconds', 0) + sum(one.milliseconds for one in outcomes.values())
    mutant['verdict'], mutant['killer'] = next(
        ((one.verdict, one.by) for one in outcomes.values() if one.verdict != 'survived'), ('survived', ''))
    mutant.setdefault('groups', {}).update({name: one.verdict for name, one in outcomes.items()})


class Known:
    """What was asked before of the same executables, in the same way: a run that was interrupted goes on from there."""

    def __init__(self, folder, executables, groups, every):
        made_by = hashlib.sha256(repr(([group.name for group in groups], every)).encode())
        for executable in executables:
            made_by.update(executable.read_bytes())
        # A line of JSON for each: the id, and the outcomes by group.
        self._file = open(folder / f'known-{made_by.hexdigest()[:16]}.jsonl', 'a+', encoding='utf-8')
        self._file.seek(0)
        self.outcomes = {number: {name: killers.Outcome(*one) for name, one in outcomes.items()}
                         for number, outcomes in map(json.loads, self._file)}

    def add(self, number, outcomes):
        print(json.dumps((number, outcomes)), file=self._file, flush=True)


def line_of(mutant):
    """As it would stand in the list of equivalent ones, without a reason."""
    return (f'{mutant["file"]} | {mutant["function"]} | {mutant["operator"]} | {mutant["original"]} -> {mutant["mutated"]} '
            f'| {mutant["number"]}')


def fits(text, pattern):
    return fnmatch.fnmatchcase(text, pattern.replace('[', '[[]'))  # which is not special here


def equivalents(path, mutants):
    """The reasons by id, and what is wrong with the list; its head says what a line is."""
    reasons, wrong = {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith('#'):
            continue
        parts = line.split(' | ')
        if len(parts) < 6:
            raise CouldNotRun(f'{path}:{number}: expected file | functions | operators | changes | numbers | reason')
        # A change may itself hold the separator.
        file, functions, operators, *changes, numbers, reason = parts
        for function in functions.split(', '):
            for change in ' | '.join(changes).split(' ; '):
                found = [mutant['id'] for mutant in mutants if mutant['function'] == function
                         and mutant['operator'] in operators.split(', ') and str(mutant['number']) in numbers.split(', ')
                         and fits(mutant['file'], file) and fits(f'{mutant["original"]} -> {mutant["mutated"]}', change)]
                reasons |= dict.fromkeys(found, reason)
                if not found:
                    wrong.append(f'{path}:{number}: no such mutant of {function}: {change}')
    return reasons, wrong


def tally(mutants):
    """How many of them were killed in any way, live, and are listed."""
    counts = collections.Counter(mutant['verdict'] for mutant in mutants)
    counts['dead'] = counts['killed'] + counts['crashed'] + counts['timeout']
    return counts


def table(of, chosen):
    """A line for each file or area."""
    columns = ('killed', 'crashed', 'timeout', 'survived', 'equivalent')
    print(f'\n{"by " + of:58}{"mutants":>8}{"killed":>8}{"crashed":>8}{"timeout":>8}{"lived":>7}{"equivalent":>11}{"score":>8}')
    for name in dict.fromkeys(mutant[of] for mutant in chosen):
        counts = tally(mutant for mutant in chosen if mutant[of] == name)
        left = counts['dead'] + counts['survived']
        score = f'{100 * counts["dead"] / left:.1f} %' if left else '-'
        cells = [sum(counts[column] for column in columns), *(counts[column] for column in columns), score]
        print(f'{name:58}' + ''.join(f'{cell:>{width}}' for cell, width in zip(cells, (8, 8, 8, 8, 7, 11, 8))))


def report(mutants, chosen, reasons, wrong, path, complete):
    """Writes the file and prints the tables; returns the exit code."""
    for mutant in mutants:
        if mutant['unbuildable']:
            mutant['verdict'], mutant['reason'] = 'unbuildable', mutant['unbuildable']
    for mutant in chosen:
        reason = reasons.get(mutant['id'])
        if reason and mutant.get('verdict', 'survived') == 'survived':
            mutant['verdict'], mutant['reason'] = 'equivalent', reason
        elif reason:
            wrong.append(f'listed as equivalent, but {mutant["verdict"]} by {mutant["killer"]}: {line_of(mutant)}')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\t'.join(COLUMNS) + '\n')
        for mutant in mutants:
            if 'verdict' in mutant:
                groups = ';'.join(f'{name}={verdict}' for name, verdict in mutant.get('groups', {}).items())
                cells = [str((mutant | {'groups': groups}).get(column, '')) for column in COLUMNS]
                file.write('\t'.join(' '.join(cell.split()) for cell in cells) + '\n')

    table('file', chosen)
    table('area', chosen)
    print()
    areas = list(dict.fromkeys(mutant['area'] for mutant in chosen))
    for area in areas:
        counts = tally(mutant for mutant in chosen if mutant['area'] == area)
        print(f'meter\tmutants of {area}\tsome test kills each, or ci/mutants/equivalent.txt says why none can\t'
              f'{counts["dead"]} killed, {counts["survived"]} live, {counts["equivalent"]} equivalent')
    killed = collections.Counter((group, mutant['area']) for mutant in chosen
                                 for group, verdict in mutant.get('groups', {}).items() if verdict != 'survived')
    title = 'killed by, each asked alone' if complete else 'killed by, the first in this order'
    print(f'\n{title:40}' + ''.join(f'{area:>12}' for area in areas))
    for group in dict.fromkeys(group for group, _ in killed):
        print(f'{group:40}' + ''.join(f'{killed[group, area]:12}' for area in areas))
    broken = sum(1 for mutant in mutants if mutant['unbuildable'])
    print(f'\n{broken} more do not compile and are none. All of it: {path}')

    survivors = [mutant for mutant in chosen if mutant['verdict'] == 'survived']
    (path.parent / 'lived.txt').write_text(''.join(line_of(mutant) + '\n' for mutant in survivors), encoding='utf-8')
    for mutant in survivors:
        reached = 'reached' if mutant.get('groups') else 'never reached'
        print(f'\nmutant {mutant["id"]} lives ({reached}): {mutant["file"]}:{mutant["line"]}\n  {line_of(mutant)}')
    for line in wrong:
        print(f'\nequivalent.txt is wrong: {line}')
    print(f'\n{len(survivors)} mutants live without a reason.')
    return 2 if survivors or wrong else 0
