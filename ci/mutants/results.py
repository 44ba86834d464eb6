"""What became of the mutants: verdicts, the list of equivalent ones, the tables and the file for other programs.

A mutant is known by its function and its change, never by its line or number, so what is
written down about it holds until that code changes.
"""
import collections
import hashlib
import json
import pathlib
import threading

import killers

COLUMNS = ['id', 'area', 'file', 'line', 'function', 'operator', 'original', 'mutated', 'verdict', 'killer',
           'milliseconds', 'groups', 'reason']


def decide(mutant, outcomes):
    """Puts together what the groups said; of several that killed, the first one counts."""
    mutant['milliseconds'] = mutant.get('milliseconds', 0) + sum(one.milliseconds for one in outcomes.values())
    killing = next((one for one in outcomes.values() if one.verdict != 'survived'), None)
    mutant['verdict'] = killing.verdict if killing else 'survived'
    mutant['killer'] = killing.by if killing else ''
    mutant.setdefault('groups', {}).update({name: one.verdict for name, one in outcomes.items()})


def replacement(mutant, source):
    """What stands in the source where the mutant was made."""
    if mutant['mutated'] != '(nothing)':
        return mutant['text']
    return '' if source[mutant['end'] - 1] != '}' else ';'


class Known:
    """What was asked before of the same executables, in the same way: a run that was interrupted goes on from there.

    Lines of JSON. The first says how the others were made.
    """

    def __init__(self, path, executables, groups, every):
        made_by = hashlib.sha256(repr(([group.name for group in groups], every)).encode())
        for executable in executables:
            made_by.update(executable.read_bytes())
        first = json.dumps(made_by.hexdigest())
        lines = path.read_text().splitlines() if path.exists() else []
        if not lines or lines[0] != first:
            path.write_text(first + '\n')
            lines = []
        self._outcomes = {}
        for line in lines[1:]:
            number, outcomes = json.loads(line)
            self._outcomes[number] = {name: killers.Outcome(*one) for name, *one in outcomes}
        self._file = open(path, 'a', encoding='utf-8')
        self._lock = threading.Lock()

    def outcomes(self, mutant):
        """By group; None if it was never asked."""
        return self._outcomes.get(mutant['id'])

    def add(self, mutant, outcomes):
        told = [(name, one.verdict, one.by, one.milliseconds) for name, one in outcomes.items()]
        with self._lock:
            print(json.dumps((mutant['id'], told)), file=self._file, flush=True)


class Equivalents:
    """Mutants that no test can kill, by hand and each with the reason.

    A line is `file | function | operator | original -> mutated | number | reason`; the number tells apart what is
    written several times in a function, from 1; `*` is all of them.
    """

    def __init__(self, path, mutants):
        self._reasons = {}
        self.stale = []
        by_key = collections.defaultdict(list)
        for mutant in mutants:
            by_key[key_of(mutant)].append(mutant)
        for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
            if not line.strip() or line.startswith('#'):
                continue
            parts = line.split(' | ')
            if len(parts) < 6:
                raise RuntimeError(f'{path}:{number}: expected file | function | operator | change | number | reason')
            # The change may itself hold the separator.
            file, function, operator = (part.strip() for part in parts[:3])
            change, which, reason = ' | '.join(parts[3:-2]).strip(), parts[-2].strip(), parts[-1].strip()
            found = by_key.get((file, function, operator, change), [])
            if which != '*':
                if not which.isdigit() or int(which) < 1:
                    raise RuntimeError(f'{path}:{number}: expected a number from 1 or *, not {which}')
                found = found[int(which) - 1:int(which)]
            if not found:
                self.stale.append(f'{path}:{number}: no such mutant: {line}')
            for mutant in found:
                self._reasons[mutant['id']] = reason

    def reason(self, mutant):
        return self._reasons.get(mutant['id'])


def key_of(mutant):
    return mutant['file'], mutant['function'], mutant['operator'], f'{mutant["original"]} -> {mutant["mutated"]}'


def line_of(mutant, mutants):
    """As it would stand in the list, without a reason."""
    same = [other['id'] for other in mutants if key_of(other) == key_of(mutant)]
    return ' | '.join([*key_of(mutant), str(same.index(mutant['id']) + 1)])


def lived(path):
    """Those that lived when a report was made last, as lines of the list."""
    if not path.exists():
        raise RuntimeError('--again needs an earlier run')
    return set(path.read_text(encoding='utf-8').splitlines())


def table(log, title, rows):
    """`rows`: of each name its mutants."""
    log(f'\n{title:58}{"mutants":>8}{"killed":>8}{"crashed":>8}{"timeout":>8}{"lived":>7}{"equivalent":>11}{"score":>8}')
    for name, mutants in rows.items():
        counts = collections.Counter(mutant['verdict'] for mutant in mutants)
        dead = counts['killed'] + counts['crashed'] + counts['timeout']
        left = dead + counts['survived']
        score = f'{100 * dead / left:.1f} %' if left else '-'
        log(f'{name:58}{len(mutants):8}{counts["killed"]:8}{counts["crashed"]:8}{counts["timeout"]:8}'
            f'{counts["survived"]:7}{counts["equivalent"]:11}{score:>8}')


def report(mutants, chosen, equivalents, path, log, complete):
    """Writes the file and prints the tables; returns the exit code."""
    wrong = list(equivalents.stale)
    for mutant in chosen:
        reason = equivalents.reason(mutant)
        if reason and mutant.get('verdict', 'survived') == 'survived':
            mutant['verdict'], mutant['reason'] = 'equivalent', reason
        elif reason:
            wrong.append(f'listed as equivalent, but {mutant["verdict"]} by {mutant["killer"]}: '
                         f'{line_of(mutant, mutants)}')
    with open(path, 'w', encoding='utf-8') as out:
        out.write('\t'.join(COLUMNS) + '\n')
        for mutant in mutants:
            if mutant['unbuildable']:
                mutant['verdict'], mutant['reason'] = 'unbuildable', mutant['unbuildable']
            if 'verdict' in mutant:
                groups = ';'.join(f'{name}={verdict}' for name, verdict in mutant.get('groups', {}).items())
                cells = [groups if column == 'groups' else str(mutant.get(column, '')) for column in COLUMNS]
                out.write('\t'.join(' '.join(cell.split()) for cell in cells) + '\n')

    for of in ('file', 'area'):
        rows = collections.OrderedDict()
        for mutant in chosen:
            rows.setdefault(mutant[of], []).append(mutant)
        table(log, f'by {of}', rows)
    log()
    for area, of_area in rows.items():
        counts = collections.Counter(mutant['verdict'] for mutant in of_area)
        log(f'meter\tmutants of {area}\tsome test kills each, or ci/mutants/equivalent.txt says why none can\t'
            f'{counts["killed"] + counts["crashed"] + counts["timeout"]} killed, {counts["survived"]} live, '
            f'{counts["equivalent"]} equivalent')
    by_whom(log, chosen, complete)
    broken = sum(1 for mutant in mutants if mutant['unbuildable'])
    log(f'\n{broken} more do not compile and are none. All of it: {path}')

    survivors = [mutant for mutant in chosen if mutant['verdict'] == 'survived']
    (path.parent / 'lived.txt').write_text(''.join(line_of(mutant, mutants) + '\n' for mutant in survivors),
                                           encoding='utf-8')
    for mutant in survivors:
        reached = 'reached' if mutant.get('groups') else 'never reached'
        log(f'\nmutant {mutant["id"]} lives ({reached}): {mutant["file"]}:{mutant["line"]}\n  {line_of(mutant, mutants)}')
    for line in wrong:
        log(f'\nequivalent.txt is wrong: {line}')
    log(f'\n{len(survivors)} mutants live without a reason.')
    return 2 if survivors or wrong else 0


def by_whom(log, chosen, complete):
    """How many mutants of each area every group kills; whoever comes first where not all were asked."""
    areas = list(dict.fromkeys(mutant['area'] for mutant in chosen))
    counts = collections.defaultdict(collections.Counter)
    for mutant in chosen:
        for group, verdict in mutant.get('groups', {}).items():
            if verdict != 'survived':
                counts[group][mutant['area']] += 1
    title = 'killed by, each asked alone' if complete else 'killed by, the first in this order'
    log(f'\n{title:40}' + ''.join(f'{area:>12}' for area in areas))
    for group, of in counts.items():
        log(f'{group:40}' + ''.join(f'{of[area]:12}' for area in areas))
