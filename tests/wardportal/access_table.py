from tests.access_rules import Line

EVERYBODY = {"administrator", "leadership", "campaign_officer", "head", "field_member", "superior_viewer", "stranger"}
LINES = [
    Line("landing", may=EVERYBODY, code=302, why="sends each role to its first page"),
    Line("menu", may=EVERYBODY),
    Line("help_list", may=EVERYBODY),
    Line("help_detail", args=lambda world: ["give-a-task"], may=EVERYBODY, public=True, why="of no ward"),
    Line("whats_new", may=EVERYBODY),
    Line("pointers_away", method="post", may=EVERYBODY, code=302),
]
