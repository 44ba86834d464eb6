"""What ci/mutate runs; see there."""
import argparse
import collections
import concurrent.futures
import difflib
import os
import pathlib
import subprocess
import sys

import generate
import killers
import results

HERE = pathlib.Path(__file__).resolve().parent
WORK = pathlib.Path('build/mutants')
TARGETS = ['props', 'random_tester', 'enumerate', 'socket_test']


def log(*words):
    print(*words, flush=True)


def progress(*words):
    """How far it is, which is no result."""
    print(*words, file=sys.stderr, flush=True)


def run_logged(name, command):
    """Runs a command with its output in a file; ends this program if it fails."""
    path = pathlib.Path('build/log') / f'mutants-{name}.log'
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'w', encoding='utf-8') as output:
        ended = subprocess.run([str(word) for word in command], stdout=output, stderr=subprocess.STDOUT, check=False)
    if ended.returncode != 0:
        sys.stderr.write(''.join(path.read_text(errors='replace').splitlines(keepends=True)[-30:]))
        raise RuntimeError(f'could not {name}; all of its output is in {path}')


def build(clang, name, flags, jobs):
    """Builds the mutated tree; returns the folder of the executables."""
    folder = (WORK / name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for file in ('mutant.h', 'mutant.cpp'):
        generate.write_if_changed(WORK / file, (HERE / file).read_text())
    linked = folder / 'mutant.o'
    # It is linked with C as well, which has nothing of what some checks look up.
    run_logged('compile', [clang, *flags, '-fno-sanitize=all', '-std=c++20', '-c', WORK / 'mutant.cpp', '-o', linked])
    header = (WORK / 'mutant.h').resolve()
    # The linker is given the flags too: C is linked with what the sanitizers left in mutant.o.
    run_logged(f'configure-{name}', [
        'cmake', '-S', generate.TREE, '-B', folder, '-G', 'Ninja', f'-DCMAKE_CXX_COMPILER={clang}',
        f'-DCMAKE_CXX_FLAGS={" ".join(flags)} -w -D_GLIBCXX_ASSERTIONS -include {header}',
        f'-DCMAKE_EXE_LINKER_FLAGS={linked} {" ".join(flags)}'])
    run_logged(f'build-{name}', ['cmake', '--build', folder, '--parallel', jobs, '--target', *TARGETS])
    return folder


def measure(groups):
    """Says who passes without a mutant, and how many mutants it reaches."""
    for group in groups:
        group.measure()
        progress(f'without a mutant: {group.name:24} passes, reaches {len(group.reaches):5} mutants')


def ask(mutant, groups, every, known):
    """The outcomes of the groups asked, by name."""
    if (before := known.outcomes(mutant)) is not None:
        return before
    outcomes = {}
    for group in groups:
        if mutant['id'] not in group.reaches:
            continue
        outcomes[group.name] = group.ask(mutant['id'])
        if outcomes[group.name].verdict == 'timeout' or outcomes[group.name].verdict != 'survived' and not every:
            break  # one that does not end is not asked to do so again
    known.add(mutant, outcomes)
    return outcomes


def judge(asked, mutants, groups, jobs, every, folder):
    """Asks for some of the mutants; puts verdict, killer, milliseconds and what every group said into each. Returns
    those that live."""
    if not asked or not groups:
        return asked
    known = results.Known(WORK / f'known-{groups[0].name.replace(" ", "-")}.jsonl', [folder / name for name in TARGETS],
                          groups, every)
    done = 0
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(ask, mutant, groups, every, known): mutant for mutant in asked}
        for future in concurrent.futures.as_completed(futures):
            results.decide(futures[future], future.result())
            counts[futures[future]['verdict']] += 1
            done += 1
            if futures[future]['verdict'] == 'survived':
                progress(f'  lives so far: {results.line_of(futures[future], mutants)}')
            if done % 100 == 0:
                progress(f'  {done} of {len(asked)}: ' +
                         ', '.join(f'{n} {word}' for word, n in sorted(counts.items())))
    return [mutant for mutant in asked if mutant['verdict'] == 'survived']


def show(mutants, number, groups):
    """One mutant: what it changes, and what everybody says."""
    mutant = next((mutant for mutant in mutants if mutant['id'] == number), None)
    if mutant is None:
        raise RuntimeError(f'there is no mutant {number}')
    source = pathlib.Path(mutant['file']).read_text(encoding='latin-1')
    changed = source[:mutant['begin']] + results.replacement(mutant, source) + source[mutant['end']:]
    log(''.join(difflib.unified_diff(source.splitlines(keepends=True), changed.splitlines(keepends=True),
                                     mutant['file'], f'mutant {number}', n=2)))
    if mutant['unbuildable']:
        log('It does not compile:', mutant['unbuildable'])
    for group in groups:
        if number not in group.reaches:
            log(f'  {group.name:16}does not reach it')
            continue
        outcome = group.ask(number)
        log(f'  {group.name:16}{outcome.verdict} {outcome.by}')


class Options(argparse.ArgumentParser):
    """As argparse has them, but 2 is for mutants that live: what is asked wrongly ends with 1."""

    def error(self, message):
        self.exit(1, f'{self.prog}: {message}\n')


def main():
    parser = Options(prog='ci/mutate')
    parser.add_argument('--full', action='store_true')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--again', action='store_true')
    parser.add_argument('--only', action='append', default=[])
    parser.add_argument('--by', action='append', default=[], choices=killers.ORDER)
    parser.add_argument('--mutant', type=int)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--compiler', required=True)
    options = parser.parse_args()
    files = generate.wanted_files(options.only)
    if not files:
        raise RuntimeError(f'nothing to mutate in {", ".join(options.only)}')
    every_file = generate.wanted_files()
    progress('making mutants')
    mutants = generate.generate(options.compiler, every_file, HERE / 'mutant.h', options.jobs)
    progress(f'building {len(mutants)} mutants into one set of executables')
    folder = build(options.compiler, 'build', ['-O2'], options.jobs)
    built = killers.built(folder / 'props')
    missing = [mutant['id'] for mutant in mutants if not mutant['unbuildable'] and mutant['id'] not in built]
    if missing:
        raise RuntimeError(f'not in the executable though their sources compile: {missing[:20]}')
    groups = [group for group in killers.groups(folder) if not options.by or group.name in options.by]
    measure(groups)
    if options.mutant is not None:
        show(mutants, options.mutant, groups)
        return 0

    equivalents = results.Equivalents(HERE / 'equivalent.txt', mutants)
    chosen = [mutant for mutant in mutants if mutant['file'] in files and not mutant['unbuildable']]
    asked = chosen if options.full else [mutant for mutant in chosen if not equivalents.reason(mutant)]
    if options.again:
        lived = results.lived(WORK / 'lived.txt')
        chosen = asked = [mutant for mutant in asked if results.line_of(mutant, mutants) in lived]
    progress(f'asking for {len(asked)} mutants' + ('' if options.full else ', each until it is killed'))
    for mutant in asked:
        mutant['verdict'] = 'survived'  # until somebody kills it
    if options.full:
        survivors = judge(asked, mutants, groups, options.jobs, True, folder)
        rounds = [('sanitized', [name for which, names in killers.ROUNDS if which == 'sanitized' for name in names])]
    else:
        survivors = asked
        rounds = killers.ROUNDS
    sanitized = None
    for which, names in rounds:
        names = [name for name in names if not options.by or name in options.by]
        if which == 'build':
            chosen_groups, where = [group for group in groups if group.name in names], folder
        elif options.quick or not survivors or not names:
            continue
        else:
            sanitized = sanitized or build_sanitized(options, len(survivors))
            chosen_groups, where = sanitized_groups(sanitized, names), sanitized
        survivors = judge(survivors, mutants, chosen_groups, options.jobs, False, where)
    return results.report(mutants, chosen, equivalents, WORK / ('again.tsv' if options.again else 'results.tsv'), log,
                          complete=options.full and not options.only)


def build_sanitized(options, survivors):
    """Some mutants only read what is not theirs, or lose memory: AddressSanitizer sees that."""
    progress(f'building with AddressSanitizer and UndefinedBehaviorSanitizer for {survivors} that lived')
    return build(options.compiler, 'sanitized',
                 ['-O1', '-g1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'], options.jobs)


def sanitized_groups(folder, names):
    """Those of that build, measured."""
    groups = [group for group in killers.groups(folder) if group.name in names]
    for group in groups:
        group.name += ' (sanitized)'
        group.memory = 0
        group.environment = {'ASAN_OPTIONS': 'exitcode=99:hard_rss_limit_mb=2048:detect_leaks=1',
                             'UBSAN_OPTIONS': 'exitcode=99:halt_on_error=1'}
    measure(groups)
    return groups


if __name__ == '__main__':
    try:
        sys.exit(main())
    except RuntimeError as error:
        print(f'ci/mutate: {error}', file=sys.stderr)
        sys.exit(1)
