from tests.access_rules import Line

LINES: list[Line] = []
