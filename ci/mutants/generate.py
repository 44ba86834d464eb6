# SPDX-License-Identifier: Apache-2.0
"""Makes the mutated sources: every mutant is in them, and is chosen at run time.

`a < b` becomes `(MUTANT(7)?bool(a <= b):MUTANT(8)?bool(!(a < b)):bool(a < b))`; see mutant.h. They stand beside the
project's own, and an overlay shows them to the compiler in the place of these.

What does not compile is left out and listed, so each other mutant is really built.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess

from mutants import operators, syntax_tree
from shared import CouldNotRun, interruptible

# What is mutated: for each area its files, and the names that clang is asked for, one after the other. "The comparator" is
# what compares two sides and judges: the loop over the steps, the two pairs that it runs, and what examples expect.
AREAS = {
    'iov': (['core/iov/*.cpp', 'core/iov/*.h'], ['iov', '(anonymous namespace)']),
    'model': (['core/model/*.cpp', 'core/model/*.h'], ['model::']),
    'comparator': ([f'core/lockstep/oracles/{file}' for file in (
        'steps.h', 'model_oracle.cpp', 'resegmentation.cpp', 'expectations.cpp')], ['lockstep::']),
}
# Of the comparator's files, what only tells about a difference found.
REPORTING = re.compile(r'(^|::)(name_of|add)$')
WORK = pathlib.Path('build/mutants')
SOURCES = WORK / 'sources'
OVERLAY = WORK / 'overlay.yaml'
FLAGS = ['-std=c++20', '-Icore', '-D_GLIBCXX_ASSERTIONS']
API_LEVELS = ['-DIOV_QEMU_API=6', '-DIOV_QEMU_API=10']  # each compiles functions that the other does not


def shown(text, most=100):
    """As one line, and not too long: the same text always looks the same."""
    line = ' '.join(text.split())
    return line if len(line) <= most else line[:most * 2 // 3] + ' ... ' + line[-most // 4:]


def shown_change(original, text):
    """Both as one line; where they are long, what they have in common is left out."""
    both = [' '.join(each.split()) for each in (original, text)]
    if max(map(len, both)) > 90:
        start = len(os.path.commonprefix(both))
        end = len(os.path.commonprefix([line[start:][::-1] for line in both]))
        start, end = max(0, start - 25), max(0, end - 10)
        both = [('... ' if start else '') + line[start:len(line) - end] + (' ...' if end else '') for line in both]
    return [shown(line) for line in both]


class Mutated:
    """The new text of a file. Each of its mutants begins a line, so that a compiler's error says whose it is."""

    def __init__(self, source, sites):
        self._source = source
        self.text = ''
        self.owners = [None]  # of each line: a site and the alternative, or None for what it holds by itself
        self._put_range(0, len(source), sites, None)

    def _put(self, text, owner):
        self.text += text
        self.owners += [owner] * text.count('\n')

    def _put_range(self, position, end, sites, owner):
        """The source with these sites, of which those that hold others come first."""
        while sites:
            site = sites[0]
            inside = [other for other in sites[1:] if other.end <= site.end]
            sites = [other for other in sites[1:] if other.end > site.end]
            if any(other.begin < site.end for other in sites):
                raise CouldNotRun(f'{site.file}:{site.line}: ranges of mutants overlap')
            is_statement = site.wrap == 'statement'
            cast = '' if is_statement or not site.wrap else f'({site.wrap})'
            self._put(self._source[position:site.begin] + ('' if is_statement else '('), owner)
            for alternative in site.alternatives:
                chosen = f'MUTANT({alternative.id})'
                self._put(f'\nif({chosen}){{{alternative.text}}}else ' if is_statement else
                          f'\n{chosen}?{cast}({alternative.text}):', (site, alternative))
            self._put('\n' if is_statement else f'\n{cast}(', (site, None))
            self._put_range(site.begin, site.end, inside, (site, None))
            self._put('\n' if is_statement else '\n))', owner)
            position = site.end
        self._put(self._source[position:end], owner)


def wanted_files(only=None):
    """The files to mutate, by area; `only` names files or folders."""
    return {str(path): area for area, (patterns, _) in AREAS.items() for pattern in patterns
            for path in sorted(pathlib.Path('.').glob(pattern))
            if not only or any(path.is_relative_to(name) for name in only)}


def sites_of(clang, source, area, text_of, level):
    """The sites of one source and of the headers it includes."""
    flags = [*FLAGS, level]
    finder = operators.Finder(text_of)
    if area == 'comparator':  # enumerations of the model, too
        for document in syntax_tree.read(clang, source, flags, 'model::'):
            finder.learn(document)
    for names in AREAS[area][1]:
        finder.add_tree(syntax_tree.read(clang, source, flags, names))
    return finder.sites


def levels_of(file):
    """At which levels a source is compiled."""
    return API_LEVELS if pathlib.Path(file).name.startswith('qemu_') else API_LEVELS[:1]


def find_sites(clang, files, text_of, jobs):
    """All sites of the files, in order; those of a header once."""
    found = {}
    ends_at_once = (signal.SIGINT, signal.SIG_DFL)
    with interruptible(concurrent.futures.ProcessPoolExecutor(jobs, initializer=signal.signal, initargs=ends_at_once)) as pool:
        futures = [pool.submit(sites_of, clang, file, area, text_of, level)
                   for file, area in files.items() if file.endswith('.cpp') for level in levels_of(file)]
        for future in futures:
            found = future.result() | found
    sites = [site for site in found.values()
             if files[site.file] != 'comparator' or not REPORTING.search(site.function)]
    return sorted(sites, key=lambda site: (site.file, site.begin, -site.end, site.wrap != 'statement'))


def compile_errors(clang, sources, header):
    """Of each error the places that the compiler names for it: [(path, line, message), ...]."""
    errors = []
    running = [subprocess.Popen([clang, *FLAGS, level, '-w', '-fsyntax-only', '-ferror-limit=0', '-fno-caret-diagnostics',
                                 '-ivfsoverlay', OVERLAY, '-include', header, source], stderr=subprocess.PIPE, text=True)
               for source in sources for level in levels_of(source)]
    for process in running:
        for line in process.communicate()[1].splitlines():
            if match := re.match(r'(.+?):(\d+):\d+: (error|fatal error|note): (.*)', line):
                path, number, kind, message = match.groups()
                if kind != 'note':
                    errors.append([])
                path = os.path.relpath(path).removeprefix(f'{SOURCES}/')
                if errors:
                    errors[-1].append((path, int(number), message))
    return errors


def write_if_changed(path, text):
    """So that little is built again."""
    data = text.encode('latin-1')
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def leave_out_broken(clang, text_of, sites, header):
    """Writes the mutated sources without what does not compile; returns {id: message} of that."""
    overlay = [{'type': 'file', 'name': str(pathlib.Path(file).absolute()),
                'external-contents': str((SOURCES / file).absolute())} for file in text_of]
    write_if_changed(OVERLAY, json.dumps({'version': 0, 'roots': overlay}))
    broken = {}
    for _ in range(20):
        mutated = {}
        for file, text in text_of.items():
            mutated[file] = Mutated(text, [site for site in sites if site.file == file and site.alternatives])
            write_if_changed(SOURCES / file, mutated[file].text)
        errors = compile_errors(clang, [file for file in text_of if file.endswith('.cpp')], header)
        if not errors:
            return broken
        # One that is told of a mutated file itself is cause enough: what is told elsewhere may only follow from it.
        for error in [error[:1] for error in errors if error[0][0] in mutated] or errors:
            owners = (mutated[path].owners[line - 1] for path, line, _ in error if path in mutated)
            site, alternative = next(filter(None, owners), (None, None))
            if site is None:
                raise CouldNotRun(f'the mutated sources do not compile, and no mutant is to blame: {error}')
            for culprit in list(site.alternatives) if alternative is None else [alternative]:
                if culprit in site.alternatives:
                    site.alternatives.remove(culprit)
                broken[culprit.id] = error[0][2]
    raise CouldNotRun('the mutated sources do not compile')


def generate(clang, files, header, jobs):
    """Writes the mutated sources and returns the list of mutants, in the order of their ids."""
    text_of = {file: pathlib.Path(file).read_text(encoding='latin-1') for file in files}
    sites = find_sites(clang, files, text_of, jobs)
    mutants = []
    alike = collections.Counter()
    for site in sites:
        for alternative in site.alternatives:
            alternative.id = len(mutants) + 1
            original, text = shown_change(text_of[site.file][site.begin:site.end], alternative.text)
            if site.wrap == 'statement' and not alternative.text or alternative.text == '(void)0':
                text = '(nothing)'
            line = ' | '.join([site.file, site.function, alternative.operator, f'{original} -> {text}'])
            alike[line] += 1
            mutants.append({
                'id': alternative.id, 'area': files[site.file], 'file': site.file, 'line': site.line,
                'function': site.function, 'operator': alternative.operator, 'original': original, 'mutated': text,
                'begin': site.begin, 'end': site.end, 'text': alternative.text, 'number': alike[line]})
    broken = leave_out_broken(clang, text_of, sites, header)
    for mutant in mutants:
        mutant['unbuildable'] = broken.get(mutant['id'])
    return mutants
