from tests.access_rules import Line

LINES = [
    Line("favicon", public=True, why="a picture"),
    Line("healthz", public=True, why="a watchdog asks without signing in; it says yes or no and nothing else"),
    Line("styleguide", may={"administrator"}, denied={"campaign_officer", "head", "superior_viewer"}),
]
