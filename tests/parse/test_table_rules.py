"""Rules sorted into nets and stacks."""

from __future__ import annotations

from frostbyte.parse import table_rules
from frostbyte.parse.pdf_page import Rule


def box(x0: float, y0: float, x1: float, y1: float, *, fill: bool = False) -> list[Rule]:
    return [
        Rule(x0, y0, x1, y0, fill),
        Rule(x0, y1, x1, y1, fill),
        Rule(x0, y0, x0, y1, fill),
        Rule(x1, y0, x1, y1, fill),
    ]


def test_rules_that_touch_are_one_net_and_those_that_do_not_are_two() -> None:
    nets, stacks = table_rules.nets_and_stacks([*box(0, 0, 50, 20), *box(50, 0, 100, 20), *box(300, 0, 350, 20)])
    assert sorted(net.xs for net in nets) == [[0, 50, 100], [300, 350]]
    assert stacks == []


def test_level_rules_of_one_width_are_a_stack_and_short_ones_underline_a_word() -> None:
    short = [Rule(0, 50, 40, 50), Rule(0, 60, 40, 60)]
    nets, stacks = table_rules.nets_and_stacks([*(Rule(0, y, 200, y) for y in (0, 20, 90)), *short])
    assert nets == []
    assert [[r.y0 for r in stack] for stack in stacks] == [[0, 20, 90]]


def test_the_backgrounds_of_two_rows_are_no_table() -> None:
    (net,), stacks = table_rules.nets_and_stacks([*box(0, 0, 100, 20, fill=True), *box(0, 20, 100, 40, fill=True)])
    assert not net.is_table
    assert stacks == []
    drawn = table_rules.nets_and_stacks([*box(0, 0, 100, 20), *box(0, 20, 100, 40)])[0][0]
    assert drawn.is_table


def test_a_cell_without_a_rule_to_its_neighbour_is_merged_with_it() -> None:
    rules = [*box(0, 0, 100, 40), Rule(0, 20, 100, 20), Rule(50, 20, 50, 40)]
    net = table_rules.nets_and_stacks(rules)[0][0]
    assert (net.first(0, 1), net.first(1, 1)) == ((0, 0), (1, 1))
    assert net.regularity == 0.75


def test_squared_paper_and_a_page_of_lines_to_write_on_are_no_tables() -> None:
    paper = [Rule(0, 4 * i, 600, 4 * i) for i in range(200)] + [Rule(4 * i, 0, 4 * i, 800) for i in range(150)]
    ((net,), _) = table_rules.nets_and_stacks(paper)
    assert not net.is_table
    pairs = [Rule(10 * i, y, 10 * i + 130, y) for i in range(table_rules.MAX_STACKS + 1) for y in (8 * i, 8 * i + 4)]
    assert table_rules.nets_and_stacks(pairs)[1] == []
    assert len(table_rules.nets_and_stacks(pairs[2:])[1]) == table_rules.MAX_STACKS
