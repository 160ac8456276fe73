from tests.access_rules import Line

EVERYBODY = {"administrator", "leadership", "campaign_officer", "head", "field_member", "superior_viewer", "stranger"}
LINES = [
    Line("landing", may=EVERYBODY, code=302, why="sends each role to its first page"),
    Line("menu", may=EVERYBODY),
]
