# SPDX-License-Identifier: Apache-2.0
"""Tests of growth.py: cd ci && python3 -B -m unittest test_growth"""

import math
import unittest
import xml.etree.ElementTree

import growth

SIZES = [10 ** power for power in range(7)]


def series(name, expected, time):
    return growth.Series(name, expected, "C++", {n: time(n) for n in SIZES})


class Growth(unittest.TestCase):
    def test_the_exponent_of_a_power_is_its_own(self):
        for power in (0, 0.5, 1, 2):
            self.assertAlmostEqual(growth.exponent({n: 7 * n ** power for n in SIZES}), power)

    def test_the_exponent_leaves_out_what_few_elements_take(self):
        self.assertAlmostEqual(growth.exponent({n: n if n >= growth.FITTED else 1000 for n in SIZES}), 1)

    def test_quadratic_is_off_where_linear_or_n_log_n_is_expected_and_linear_where_constant_is(self):
        is_off = {one.operation: one.is_off for one in (
            series("linear, as expected", "n", lambda n: 20 + 2 * n),
            series("n log n, as expected", "n log n", lambda n: 20 + n * math.log2(n + 1)),
            series("constant, as expected", "1", lambda n: 5),
            series("quadratic, not linear", "n", lambda n: n * n),
            series("quadratic, not n log n", "n log n", lambda n: n * n),
            series("linear, not constant", "1", lambda n: 20 + n))}
        self.assertEqual(is_off, {name: "not" in name for name in is_off})

    def test_the_table_has_times_per_element_and_per_byte(self):
        head, row = growth.table([series("quadratic", "n", lambda n: 64 * n * n)])
        self.assertEqual(head[2:6], ["1", "10", "100", "1,000"])
        self.assertEqual(row, ["quadratic", "C++", "64", "640", "6.4e+03", "6.4e+04", "6.4e+05", "6.4e+06", "6.4e+07", "1e+06",
                               "2.00", "1.00, off"])

    def test_labels_keep_apart_and_stay_where_they_are_wanted_if_they_can(self):
        self.assertEqual(growth.spread([0, 100, 200], 10), [0, 100, 200])
        self.assertEqual(growth.spread([0, 100, 100, 101], 10), [0, 90 + 1 / 3, 100 + 1 / 3, 110 + 1 / 3])

    def test_the_picture_is_xml_with_a_line_and_a_name_for_each_series(self):
        drawn = xml.etree.ElementTree.fromstring(growth.picture([
            series("a < b", "n", lambda n: n), series("c", "1", lambda n: 5)]))
        texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
        self.assertEqual(texts[-2:], ["a < b, 1.00", "c, 0.00"])


if __name__ == "__main__":
    unittest.main()
