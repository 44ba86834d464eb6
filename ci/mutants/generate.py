"""Makes the mutated copy of the project: one set of sources in which every mutant is there, and is chosen at run time.

`a < b` becomes `(MUTANT(7)?bool(a <= b):MUTANT(8)?bool(!(a < b)):bool(a < b))`; see mutant.h. Everything else of the
project is copied as it is, and built by the same CMakeLists.txt.

What does not compile is left out and listed, so each other mutant is really built.
"""
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess

import operators
import syntax_tree

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
# And what is drawn: other values are another segmentation, not another judgement.
DRAWN = re.compile(r'\b(below|one_in)\(')  # calls, whose arguments are left alone
COPIED = ['CMakeLists.txt', 'CMakePresets.json', 'core', 'fuzz', 'props', 'corpus', 'ci', 'README.md', 'docs']
FLAGS = ['-std=c++20', '-Icore', '-D_GLIBCXX_ASSERTIONS']


def shown(text, most=100):
    """As one line, and not too long: the same text always looks the same."""
    line = ' '.join(text.split())
    return line if len(line) <= most else line[:most * 2 // 3] + ' ... ' + line[-most // 4:]


def shown_change(original, text):
    """Both as one line; where they are long, what they have in common is left out."""
    one, other = ' '.join(original.split()), ' '.join(text.split())
    if max(len(one), len(other)) > 90:
        start = 0
        while start < min(len(one), len(other)) and one[start] == other[start]:
            start += 1
        end = 0
        while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
            end += 1
        start, end = max(0, start - 25), max(0, end - 10)

        def cut(line):
            return ('... ' if start else '') + line[start:len(line) - end] + (' ...' if end else '')

        one, other = cut(one), cut(other)
    return shown(one), shown(other)


class Mutated:
    """A file with its mutants inside, and where in the new text each of them stands."""

    def __init__(self, text, sites):
        self.spans = []  # (begin, end, site, alternative or None)
        self._source = text
        order = sorted(sites, key=lambda site: (site.begin, -site.end, site.wrap != 'statement'))
        self.text = self._render(0, len(text), order, 0)
        self._lines = [0]
        for line in self.text.split('\n'):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def _render(self, begin, end, sites, at):
        """The text of [begin, end) with the sites inside it; `at` is where it will stand."""
        out = []
        length = 0

        def put(piece):
            nonlocal length
            out.append(piece)
            length += len(piece)

        position = begin
        while sites:
            site = sites[0]
            inside = [other for other in sites[1:] if other.end <= site.end]
            sites = [other for other in sites[1:] if other.end > site.end]
            if any(other.begin < site.end for other in sites):
                raise RuntimeError(f'{site.file}:{site.line}: ranges of mutants overlap')
            put(self._source[position:site.begin])
            opened = length
            statement = site.wrap == 'statement'
            cast = {None: '', 'void': '(void)', 'statement': ''}.get(site.wrap, f'({site.wrap})')
            put('' if statement else '(')
            for alternative in site.alternatives:
                start = length
                text = ' '.join(f'MUTANT({alternative.id})'.split())
                put(f'if({text}){{{alternative.text}}}else ' if statement else f'{text}?{cast}({alternative.text}):')
                self.spans.append((at + start, at + length, site, alternative))
            put('' if statement else cast + '(')
            put(self._render(site.begin, site.end, inside, at + length))
            put('' if statement else '))')
            self.spans.append((at + opened, at + length, site, None))
            position = site.end
        put(self._source[position:end])
        return ''.join(out)

    def at(self, line, column):
        """The span that a place of the new text belongs to, or None."""
        if line > len(self._lines):
            return None
        place = self._lines[line - 1] + column - 1
        hits = [span for span in self.spans if span[0] <= place < span[1]]
        if not hits:  # what is wrong with an operand may be told of its operator: the nearest one of the line
            hits = [span for span in self.spans if self._lines[line - 1] <= span[0] < self._lines[line]]
            return min(hits, key=lambda span: abs(span[0] - place), default=None)
        return min(hits, key=lambda span: span[1] - span[0])


def wanted_files(only=None):
    """The files to mutate, by area; `only` names files or folders."""
    found = {}
    for area, (patterns, _) in AREAS.items():
        for pattern in patterns:
            for path in sorted(pathlib.Path('.').glob(pattern)):
                if not only or any(str(path) == name or str(path).startswith(name.rstrip('/') + '/') for name in only):
                    found.setdefault(str(path), area)
    return found


def sites_of(clang, source, area, text_of):
    """The sites of one source and of the headers it includes."""
    finder = operators.Finder(text_of)
    if area == 'comparator':  # enumerations of the model, too
        for document in syntax_tree.read(clang, source, FLAGS, 'model::'):
            finder.learn(document)
    for names in AREAS[area][1]:
        finder.add_tree(syntax_tree.read(clang, source, FLAGS, names))
    return finder.sites


def drawn_in(text):
    """Where the arguments of calls that draw are, as (begin, end)."""
    found = []
    for call in DRAWN.finditer(text):
        depth, end = 1, call.end()
        while depth > 0:
            depth += {'(': 1, ')': -1}.get(text[end], 0)
            end += 1
        found.append((call.end(), end - 1))
    return found


def find_sites(clang, files, jobs):
    """All sites of the files, in order; those of a header once."""
    text_of = {file: pathlib.Path(file).read_text(encoding='latin-1') for file in files}
    found = {}
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(sites_of, clang, file, area, text_of)
                   for file, area in files.items() if file.endswith('.cpp')]
        for future in futures:
            for key, site in future.result().items():
                found.setdefault(key, site)
    drawn = {file: drawn_in(text) for file, text in text_of.items()}
    sites = [site for site in found.values()
             if files[site.file] != 'comparator' or not (
                 REPORTING.search(site.function) or
                 any(begin <= site.begin and site.end <= end for begin, end in drawn[site.file]))]
    return text_of, sorted(sites, key=lambda site: (site.file, site.begin, -site.end, site.wrap != 'statement'))


def compile_errors(clang, sources, header):
    """Of each error the places that the compiler names for it: [(path, line, column), ...]."""
    errors = []
    running = [subprocess.Popen([clang, *FLAGS, '-w', '-fsyntax-only', '-ferror-limit=0', '-fno-caret-diagnostics',
                                 '-include', str(header), source], stderr=subprocess.PIPE, text=True, cwd=TREE)
               for source in sources]
    for process in running:
        for line in process.communicate()[1].splitlines():
            match = re.match(r'(.+?):(\d+):(\d+): (error|fatal error|note): (.*)', line)
            if match and match.group(4) != 'note':
                errors.append([])
            if match and errors:
                errors[-1].append((match.group(1), int(match.group(2)), int(match.group(3)), match.group(5)))
    return errors


TREE = pathlib.Path('build/mutants/tree')


def write_if_changed(path, text):
    data = text.encode('latin-1')
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_project(mutated):
    """Everything but what is mutated, and only what has changed, so that little is built again."""
    kept = set(mutated)
    for name in COPIED:
        root = pathlib.Path(name)
        for path in [root] if root.is_file() else sorted(root.rglob('*')):
            if path.is_file() and '__pycache__' not in path.parts:
                kept.add(str(path))
                if str(path) not in mutated:
                    target = TREE / path
                    if not target.exists() or target.read_bytes() != path.read_bytes():
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(path, target)
    for path in list(TREE.rglob('*')):
        if path.is_file() and str(path.relative_to(TREE)) not in kept:
            path.unlink()


def generate(clang, files, header, jobs):
    """Writes the tree and returns the list of mutants, in the order of their ids."""
    text_of, sites = find_sites(clang, files, jobs)
    next_id = 1
    for site in sites:
        for alternative in site.alternatives:
            alternative.id = next_id
            next_id += 1
    copy_project(text_of)
    unbuildable = {}
    sources = [file for file in files if file.endswith('.cpp')]
    for _ in range(20):
        mutated = {file: Mutated(text, [site for site in sites if site.file == file and site.alternatives])
                   for file, text in text_of.items()}
        for file, made in mutated.items():
            write_if_changed(TREE / file, made.text)
        errors = compile_errors(clang, sources, header)
        if not errors:
            break
        # One that is told of a mutated file itself is cause enough: what is told elsewhere may only follow from it.
        direct = [error[:1] for error in errors if error[0][0].removeprefix('./') in mutated]
        for error in direct or errors:
            spans = [mutated[path.removeprefix('./')].at(line, column) for path, line, column, _ in error
                     if path.removeprefix('./') in mutated]
            span = next((span for span in spans if span is not None), None)
            if span is None:
                raise RuntimeError(f'the mutated sources do not compile, and no mutant is to blame: {error}')
            _, _, site, alternative = span
            for culprit in list(site.alternatives) if alternative is None else [alternative]:
                if culprit in site.alternatives:
                    site.alternatives.remove(culprit)
                unbuildable[culprit.id] = (site, culprit, error[0][3])
    else:
        raise RuntimeError('the mutated sources do not compile')

    mutants = []
    for site in sites:
        for alternative in site.alternatives + [its for of, its, _ in unbuildable.values() if of is site]:
            original, text = shown_change(text_of[site.file][site.begin:site.end], alternative.text)
            if site.wrap == 'statement' and not alternative.text or alternative.text == '(void)0':
                text = '(nothing)'
            mutants.append({
                'id': alternative.id, 'area': files[site.file], 'file': site.file, 'line': site.line,
                'function': site.function, 'operator': alternative.operator, 'original': original, 'mutated': text,
                'begin': site.begin, 'end': site.end, 'text': alternative.text,
                'unbuildable': unbuildable[alternative.id][2] if alternative.id in unbuildable else None})
    mutants.sort(key=lambda mutant: mutant['id'])
    (TREE.parent / 'mutants.json').write_text(json.dumps(mutants, indent=0))
    return mutants
