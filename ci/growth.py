# SPDX-License-Identifier: Apache-2.0
"""How the time of operations grows with the number of elements: exponents, a table, a page and a picture of them, for
ci/bench --plot."""

import dataclasses
import math
import statistics
from xml.sax.saxutils import escape

BYTES = 64  # of an element, see n_pieces in core/bench/shapes.h
FITTED = 100  # from so many elements on: below, what a call costs anyway counts too much
GROWTH = {"1": lambda n: 1, "n": lambda n: n, "n log n": lambda n: n * math.log(n)}
FAR = 0.3  # from the exponent expected; for what is less see PAGE
COLOURS = "#000000", "#0072b2", "#c04a00", "#007a5a", "#a03070", "#806000"
DASHES = "none", "8 3", "2 2", "8 3 2 3", "14 4"
PAGE = """# How time grows with the number of elements

![Time of a call over the number of elements, a line for each operation](growth.svg)

`ci/bench --plot` wrote this page, on {machine}.

Vectors have 1 to 1,000,000 elements of 64 bytes. After 2,048 of them they repeat, so that their bytes stay in a cache;
those of shuffled vectors lie in 64 MiB. The table has nanoseconds per element, and per byte where there are most elements.
The picture has the time of a call, in C++. `send` and `recv` have a transport that says to have moved everything, so that no
kernel is measured, and `hexdump` writes to /dev/null.

The exponent is the e for which n^e comes next to the times of n elements, from {fitted} on. What is expected is 0 for an
operation that takes as long for any vector, 1 for a linear one, and for one of n log n what n log n itself has there. More
than {far} away from it is called off. Two things make exponents larger by up to 0.2. The array of elements, 16 bytes each,
and a linear buffer beside it outgrow the caches. And a processor foresees what few elements make it do, as in sorting them.
[library.md](library.md) says what each operation promises.

{table}
"""
LINE = 16  # pixels between two labels
LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT = 70, 620, 60, 700, 960, 760
UNITS = "ns", "µs", "ms", "s"


def exponent(times):
    """Of the power of n that the times, by n, come next to: least squares of their logarithms."""
    fitted = {math.log(n): math.log(time) for n, time in times.items() if n >= FITTED}
    return statistics.linear_regression(list(fitted), list(fitted.values())).slope


@dataclasses.dataclass
class Series:
    operation: str
    growth: str
    interface: str
    times: dict  # nanoseconds of a call, by the number of elements

    @property
    def exponent(self):
        return exponent(self.times)

    @property
    def expected(self):
        return exponent({n: GROWTH[self.growth](n) for n in self.times})

    @property
    def is_off(self):
        return abs(self.exponent - self.expected) > FAR


def table(series):
    """Rows, the head first: nanoseconds per element, in the longest vector also per byte."""
    sizes = list(series[0].times)
    rows = [["ns per element of", "in", *(f"{n:,}" for n in sizes), "per byte", "exponent", "expected"]]
    for one in series:
        per_element = [one.times[n] / n for n in sizes]
        rows.append([one.operation, one.interface, *(f"{time:.3g}" for time in [*per_element, per_element[-1] / BYTES]),
                     f"{one.exponent:z.2f}", f"{one.expected:z.2f}{', off' if one.is_off else ''}"])
    return rows


def page(rows, machine):
    """The table, in Markdown, below the picture."""
    lines = [rows[0], ["---", "---", *["---:"] * (len(rows[0]) - 2)], *rows[1:]]
    return PAGE.format(machine=machine, far=FAR, fitted=FITTED, table="\n".join(f"| {' | '.join(line)} |" for line in lines))


def spread(wanted, gap):
    """Positions next to those wanted, which ascend, and at least a gap apart: those too close share their mean."""
    groups = []  # of how many, and the mean of where their first is wanted
    for index, position in enumerate(wanted):
        groups.append((1, position - index * gap))
        while len(groups) > 1 and groups[-2][1] > groups[-1][1]:
            (many, mean), (more, other) = groups.pop(-2), groups.pop()
            groups.append((many + more, (many * mean + more * other) / (many + more)))
    first = [mean for many, mean in groups for _ in range(many)]
    return [position + index * gap for index, position in enumerate(first)]


def picture(series):
    """An SVG: nanoseconds of a call over elements, both logarithmic. Each line ends at its name and its exponent."""
    sizes = list(series[0].times)
    times = [time for one in series for time in one.times.values()]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def across(n):
        return LEFT + (RIGHT - LEFT) * math.log10(n) / math.log10(sizes[-1])

    def down(time):
        return BOTTOM - (BOTTOM - TOP) * (math.log10(time) - low) / (high - low)

    title = "Time of a call in C++ over the number of elements"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{RIGHT + 50}" y="20" font-size="14">Operation, exponent</text>',
        f'<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 20}" text-anchor="middle">elements of {BYTES} bytes</text>']
    for n in sizes:
        parts += [f'<path d="M{across(n):.1f} {TOP}V{BOTTOM}" stroke="#ddd"/>',
                  f'<text x="{across(n):.1f}" y="{BOTTOM + 18}" text-anchor="middle">{n:,}</text>']
    for decade in range(low, high + 1):
        y, unit = down(10.0 ** decade), max(decade, 0) // 3
        mark = f"{10.0 ** (decade - 3 * unit):g} {UNITS[unit]}"
        parts += [f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#ddd"/>',
                  f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{mark}</text>']
    ordered = sorted(series, key=lambda one: -one.times[sizes[-1]])
    labels = spread([down(one.times[sizes[-1]]) for one in ordered], LINE)
    for index, (one, label) in enumerate(zip(ordered, labels)):
        points = "L".join(f"{across(n):.1f} {down(time):.1f}" for n, time in one.times.items())
        end = f"{RIGHT} {down(one.times[sizes[-1]]):.1f}"
        colour, dashes = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        parts += [f'<g fill="none" stroke="{colour}" stroke-dasharray="{dashes}"><path d="M{points}" stroke-width="1.5"/>'
                  f'<path d="M{end}L{RIGHT + 44} {label:.1f}" stroke-width="0.6"/></g>',
                  f'<text x="{RIGHT + 50}" y="{label + 4:.1f}">{escape(one.operation)}, {one.exponent:z.2f}'
                  f'{" (off)" if one.is_off else ""}</text>']
    return "\n".join([*parts, "</svg>\n"])
