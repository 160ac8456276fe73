from tests.access_rules import Line

LINES = [
    Line("favicon", public=True, why="a picture"),
    Line("styleguide", may={"administrator"}, denied={"campaign_officer", "head", "superior_viewer"}),
]
