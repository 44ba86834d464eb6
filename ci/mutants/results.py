# SPDX-License-Identifier: Apache-2.0
"""What became of the mutants: verdicts, the list of equivalent ones, the tables and the file for other programs.

A mutant is known by its function and its change, never by its line or number, so what is
written down about it holds until that code changes.
"""
import collections
import fnmatch

from shared import CouldNotRun, write_table

COLUMNS = ['id', 'area', 'file', 'line', 'function', 'operator', 'original', 'mutated', 'verdict', 'killer', 'groups', 'reason']


def decide(mutant, outcomes):
    """Puts together what the groups said; of several that killed, the first one counts."""
    mutant['verdict'], mutant['killer'] = next(
        ((one.verdict, one.by) for one in outcomes.values() if one.verdict != 'survived'), ('survived', ''))
    mutant.setdefault('groups', {}).update({name: one.verdict for name, one in outcomes.items()})


def line_of(mutant):
    """As it would stand in the list of equivalent ones, without a reason."""
    return (f'{mutant["file"]} | {mutant["function"]} | {mutant["operator"]} | {mutant["original"]} -> {mutant["mutated"]} '
            f'| {mutant["number"]}')


def fits(text, pattern):
    return fnmatch.fnmatchcase(text, pattern.replace('[', '[[]'))  # which is not special here


def equivalents(path, mutants):
    """The reasons by id, and what is wrong with the list; its head says what a line is."""
    reasons, wrong = {}, []
    for at, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        if not line.strip() or line.startswith('#'):
            continue
        parts = line.split(' | ')
        if len(parts) < 6:
            raise CouldNotRun(f'{path}:{at}: expected file | functions | operators | changes | numbers | reason')
        # A change may itself hold the separator.
        file, *lists, numbers, reason = parts
        numbers, _, expected = numbers.partition(': ')
        functions, operators, numbers = (each.split(', ') for each in (lists[0], lists[1], numbers))
        changes = ' | '.join(lists[2:]).split(' ; ')
        found, fitting = {}, set()  # what of the line some mutant fits
        for mutant in mutants:
            function, operator, number = mutant['function'], mutant['operator'], str(mutant['number'])
            if function in functions and operator in operators and number in numbers and fits(mutant['file'], file):
                for change in changes:
                    if fits(f'{mutant["original"]} -> {mutant["mutated"]}', change):
                        found[mutant['id']] = reason
                        fitting |= {operator, f'number {number}', f'{function}: {change}'}
        named = [*operators, *(f'number {number}' for number in numbers),
                 *(f'{function}: {change}' for function in functions for change in changes)]
        wrong += [f'{path}:{at}: no such mutant: {what}' for what in named if what not in fitting]
        if '*' in file + ''.join(changes) and expected != str(len(found)):
            wrong.append(f'{path}:{at}: explains {len(found)} mutants, not {expected or "any number"}')
        reasons |= found
    return reasons, wrong


def tally(mutants):
    """How many of them have each verdict, and how many were killed in any way."""
    counts = collections.Counter(mutant['verdict'] for mutant in mutants)
    counts['dead'] = counts['killed'] + counts['crashed'] + counts['timeout']
    return counts


def print_by_file(chosen):
    columns = ('killed', 'crashed', 'timeout', 'survived', 'equivalent')
    print(f'\n{"by file":58}{"mutants":>8}' + ''.join(f'{column:>11}' for column in columns) + f'{"score":>8}')
    for name in dict.fromkeys(mutant['file'] for mutant in chosen):
        counts = tally(mutant for mutant in chosen if mutant['file'] == name)
        asked = counts['dead'] + counts['survived']
        score = f'{100 * counts["dead"] / asked:.1f} %' if asked else '-'
        print(f'{name:58}{asked + counts["equivalent"]:8}' + ''.join(f'{counts[column]:11}' for column in columns)
              + f'{score:>8}')


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
    rows = [COLUMNS]
    for mutant in mutants:
        if 'verdict' in mutant:
            groups = ';'.join(f'{name}={verdict}' for name, verdict in mutant.get('groups', {}).items())
            rows.append([' '.join(str((mutant | {'groups': groups}).get(column, '')).split()) for column in COLUMNS])
    write_table(path, rows)

    print_by_file(chosen)
    print()
    areas = list(dict.fromkeys(mutant['area'] for mutant in chosen))
    for area in areas:
        counts = tally(mutant for mutant in chosen if mutant['area'] == area)
        print(f'meter\tmutants of {area}\tsome test kills each, or ci/mutants/equivalent.txt says why none can\t'
              f'{counts["dead"]} killed, {counts["survived"]} survive, {counts["equivalent"]} equivalent')
    killed = collections.Counter((group, mutant['area']) for mutant in chosen
                                 for group, verdict in mutant.get('groups', {}).items() if verdict != 'survived')
    title = 'killed by, each asked alone' if complete else 'killed by, the first in this order'
    print(f'\n{title:40}' + ''.join(f'{area:>12}' for area in areas))
    for group in dict.fromkeys(group for group, _ in killed):
        print(f'{group:40}' + ''.join(f'{killed[group, area]:12}' for area in areas))
    broken = sum(1 for mutant in mutants if mutant['unbuildable'])
    print(f'\n{broken} more do not compile and are none. All of it: {path}')

    survivors = [mutant for mutant in chosen if mutant['verdict'] == 'survived']
    (path.parent / 'survivors.txt').write_text(''.join(line_of(mutant) + '\n' for mutant in survivors), encoding='utf-8')
    for mutant in survivors:
        reached = 'reached' if mutant.get('groups') else 'never reached'
        print(f'\nmutant {mutant["id"]} survives ({reached}): {mutant["file"]}:{mutant["line"]}\n  {line_of(mutant)}')
    for line in wrong:
        print(f'\nequivalent.txt is wrong: {line}')
    print(f'\n{len(survivors)} mutants survive without a reason.')
    return 2 if survivors or wrong else 0
