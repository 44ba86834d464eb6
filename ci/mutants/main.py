# SPDX-License-Identifier: Apache-2.0
"""Breaks the code in thousands of small ways and asks the tests whether they notice.

Mutated are core/iov, core/model and the comparator (what compares two sides; ci/mutants/generate.py names its files), from
clang's syntax tree; ci/mutants/operators.py says how. All mutants are in one set of executables, one is chosen at run time.
Each is run in a child with a limit of time and memory. Proved of each are that it was built (the executable carries its
id) and which tests reach it (a run without mutants leaves a mark at each it passes); tests that do not reach it are not
asked.

Without options, every mutant until the first group of tests kills it; those listed as equivalent are not run. What quick
groups do not kill is asked for under AddressSanitizer, too, and at last by those that take a minute.

Ctrl-C loses nothing: what was asked is kept in build/mutants, and asked again only when something was built anew. So files
can be asked for one after the other, and all at last.

It prints what was killed by file, by whom, and each mutant that survives; how far it is goes to standard error. Write a
better test for what survives; or, if no test can tell it from the original, put the line printed into
ci/mutants/equivalent.txt with the reason. A line there is an error if no mutant fits a part of it, if it
explains another number of mutants than it says, or if a test kills one after all. For programs: build/mutants/results.tsv.

Exit: 0 none survives without a reason, 2 one does or the list is wrong, 1 could not run (so also if a test fails as it is).
"""
import collections
import concurrent.futures
import difflib
import os
import pathlib
import sys

from mutants import generate, killers, results
from shared import PROJECT, CouldNotRun, Kept, Parser, call_lib_sh, end_with, interruptible, number_between

HERE = pathlib.Path(__file__).resolve().parent
WORK = generate.WORK
TARGETS = ['props', 'tester', 'socket_test']
BUILDS = {'optimized': ['-O2'],
          # Some mutants only read what is not theirs, or lose memory: AddressSanitizer sees that.
          'sanitized': ['-O1', '-g1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']}


def progress(*words):
    """How far it is, which is no result."""
    print(*words, file=sys.stderr, flush=True)


def stage(name, *command):
    """Runs a command with its output in a log; ends this program if it fails."""
    call_lib_sh('ci/mutate', 'stage', name, *command, stdout=2)


def build(clang, name, jobs):
    """Builds with all mutants; returns the folder of the executables."""
    folder, flags = (WORK / name).resolve(), BUILDS[name]
    folder.mkdir(parents=True, exist_ok=True)
    linked = folder / 'mutant.o'
    # It is linked with C as well, which has nothing of what some checks look up.
    stage('compile mutant.cpp', clang, *flags, '-fno-sanitize=all', '-std=c++20', '-c', HERE / 'mutant.cpp', '-o', linked)
    # The linker is given the flags too: C is linked with what the sanitizers left in mutant.o.
    stage(f'configure {name} mutants', 'cmake', '-S', '.', '-B', folder, '-G', 'Ninja', f'-DCMAKE_CXX_COMPILER={clang}',
          f'-DCMAKE_CXX_FLAGS={" ".join(flags)} -w -D_GLIBCXX_ASSERTIONS -ivfsoverlay {generate.OVERLAY.resolve()} '
          f'-include {HERE / "mutant.h"}', f'-DCMAKE_EXE_LINKER_FLAGS={linked} {" ".join(flags)}')
    stage(f'build {name} mutants', 'cmake', '--build', folder, '--parallel', jobs, '--target', *TARGETS)
    return folder


def measured(groups, jobs):
    """The groups, of which each passes without a mutant."""
    with interruptible(concurrent.futures.ThreadPoolExecutor(jobs)) as pool:
        for group, seconds in zip(groups, pool.map(killers.Group.measure, groups)):
            progress(f'without a mutant: {group.name:24} passes in {seconds:3.0f} s, reaches {len(group.reaches):5} mutants')
    return groups


def ask(mutant, groups, every):
    """The outcomes of the groups asked, by name."""
    outcomes = {}
    for group in groups:
        if mutant['id'] in group.reaches:
            outcomes[group.name] = group.ask(mutant['id'])
            if outcomes[group.name].verdict == 'timeout' or outcomes[group.name].verdict != 'survived' and not every:
                break  # one that does not end is not asked to do so again
    return outcomes


def judge(asked, groups, jobs, every, folder):
    """Asks for some of the mutants; puts verdict, killer and what every group said into each. Returns
    those that survive."""
    kept = Kept(WORK / 'asked', [folder / name for name in TARGETS], [group.name for group in groups], every)
    known = {mutant: {name: killers.Outcome(*one) for name, one in outcomes.items()} for mutant, outcomes in kept.rows}
    counts = collections.Counter()
    with interruptible(concurrent.futures.ThreadPoolExecutor(jobs)) as pool:
        futures = {pool.submit(lambda of: known.get(of['id']) or ask(of, groups, every), mutant): mutant
                   for mutant in asked}
        for done, future in enumerate(concurrent.futures.as_completed(futures), 1):
            mutant, outcomes = futures[future], future.result()
            if mutant['id'] not in known:
                kept.add(mutant['id'], outcomes)
            results.decide(mutant, outcomes)
            counts[mutant['verdict']] += 1
            if mutant['verdict'] == 'survived':
                progress(f'  survives so far: {results.line_of(mutant)}')
            if done % 100 == 0:
                progress(f'  {done} of {len(asked)}: ' +
                         ', '.join(f'{n} {word}' for word, n in sorted(counts.items())))
    return [mutant for mutant in asked if mutant['verdict'] == 'survived']


def show(mutant, groups):
    """What it changes, and what everybody says."""
    source = pathlib.Path(mutant['file']).read_text(encoding='latin-1')
    text = mutant['text']
    if mutant['mutated'] == '(nothing)':
        text = ';' if source[mutant['end'] - 1] == '}' else ''
    changed = source[:mutant['begin']] + text + source[mutant['end']:]
    print(''.join(difflib.unified_diff(source.splitlines(keepends=True), changed.splitlines(keepends=True),
                                       mutant['file'], f'mutant {mutant["id"]}', n=2)))
    if mutant['unbuildable']:
        print('It does not compile:', mutant['unbuildable'])
    for group in groups:
        said = group.ask(mutant['id']) if mutant['id'] in group.reaches else ['does not reach it']
        print(f'  {group.name:16}{" ".join(said)}')


def parse():
    parser = Parser('ci/mutate', __doc__)
    parser.add_argument('--full', action='store_true', help='asks every group of tests for every mutant, also those listed: '
                        'says who would notice alone')
    parser.add_argument('--again', action='store_true', help='only those that survived when it was run last')
    parser.add_argument('--by', action='append', choices=killers.GROUPS, metavar='GROUP',
                        help=f'asks this group of tests only; several times: these. Groups: {", ".join(killers.GROUPS)}')
    parser.add_argument('--only', action='append', metavar='FILE|FOLDER',
                        help='the mutants of these files or folders: --only core/iov')
    parser.add_argument('--mutant', type=number_between(1, 65535), metavar='N',
                        help='shows one: what it changes, and what every group of tests says')
    parser.add_argument('--jobs', type=number_between(1, 256), default=os.cpu_count(), metavar='N',
                        help='children at once; as many as there are cores if not given')
    return parser.parse_args()


def main():
    options = parse()
    os.chdir(PROJECT)
    call_lib_sh('ci/mutate', './ci/setup', stdout=None)
    clang = call_lib_sh('ci/mutate', 'pick_clang').strip()
    files = generate.wanted_files(options.only)
    if not files:  # a path of the project, wherever the caller stands
        raise CouldNotRun(f'nothing to mutate in {", ".join(options.only)}')
    progress('making mutants')
    mutants = generate.generate(clang, generate.wanted_files(), HERE / 'mutant.h', options.jobs)
    progress(f'building {len(mutants)} mutants into one set of executables')
    folders = {'optimized': build(clang, 'optimized', options.jobs)}
    built = killers.mutants_in(folders['optimized'] / 'props')
    missing = [mutant['id'] for mutant in mutants if not mutant['unbuildable'] and mutant['id'] not in built]
    if missing:
        raise CouldNotRun(f'not in the executable though their sources compile: {missing[:20]}')
    by = options.by or killers.GROUPS
    groups = measured(killers.groups(folders['optimized'], False, by), options.jobs)
    if options.mutant is not None:
        if options.mutant > len(mutants):
            raise CouldNotRun(f'there is no mutant {options.mutant}')
        show(mutants[options.mutant - 1], groups)
        return 0

    reasons, wrong = results.equivalents(HERE / 'equivalent.txt', mutants)
    chosen = [mutant for mutant in mutants if mutant['file'] in files and not mutant['unbuildable']]
    asked = chosen if options.full else [mutant for mutant in chosen if mutant['id'] not in reasons]
    if options.again:
        if not (WORK / 'survivors.txt').exists():
            raise CouldNotRun('--again needs an earlier run')
        survivors = (WORK / 'survivors.txt').read_text(encoding='utf-8').splitlines()
        chosen = asked = [mutant for mutant in asked if results.line_of(mutant) in survivors]
    progress(f'asking for {len(asked)} mutants' + ('' if options.full else ', each until it is killed'))
    for mutant in asked:
        mutant['verdict'] = 'survived'  # until somebody kills it
    rounds = killers.ROUNDS
    if options.full:
        rounds = [('optimized', killers.GROUPS), *(each for each in rounds if each[0] == 'sanitized')]
    for which, names in rounds:
        names = [name for name in names if name in by]
        if not asked or not names:
            continue
        if which not in folders:
            progress(f'building with AddressSanitizer and UndefinedBehaviorSanitizer for {len(asked)} that survived')
            folders[which] = build(clang, which, options.jobs)
        those = [group for group in groups if group.name in names] if which == 'optimized' else \
            measured(killers.groups(folders[which], True, names), options.jobs)
        asked = judge(asked, those, options.jobs, options.full and which == 'optimized', folders[which])
    return results.report(mutants, chosen, reasons, wrong, WORK / ('again.tsv' if options.again else 'results.tsv'),
                          complete=options.full and not options.only)


if __name__ == '__main__':
    end_with('ci/mutate', main)
