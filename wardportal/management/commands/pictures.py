from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.choices import Role
from campaigns.models import Campaign
from wardportal.demonstration import PASSWORD, PEOPLE

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
# Picture, who looks, address, window.
PICTURES: list[tuple[str, Any, str, Any]] = [
    ("sign-in", None, "/login/", DESKTOP),
    ("overview", Role.CAMPAIGN_OFFICER, "/?year={open}", DESKTOP),
    ("overview-2022", Role.CAMPAIGN_OFFICER, "/?year=2022&on=2022-04-12", DESKTOP),
    ("unit-phone", Role.UNIT_HEAD, "/landing/?year={open}", PHONE),
    ("tasks", Role.CAMPAIGN_OFFICER, "/tasks/?year={open}", DESKTOP),
    ("model", Role.CAMPAIGN_OFFICER, "/models/MH-{open}-01/?year={open}", DESKTOP),
    ("clearance", Role.CLEARANCE_OFFICER, "/clearance/projects/mo-rong-duong-cau-vong/?year={open}", DESKTOP),
    ("visit-phone", Role.FIELD_MEMBER, "/clearance/projects/mo-rong-duong-cau-vong/households/8/visits/new/", PHONE),
    ("street", Role.CAMPAIGN_OFFICER, "/streets/pho-hoa-sua/?year={open}", DESKTOP),
    ("report", Role.CAMPAIGN_OFFICER, "/reports/1/?year=2022", DESKTOP),
]


class Command(BaseCommand):
    help = "Take the README's pictures from the running demonstration portal (needs ./run test once, for the browser)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.BASE_URL, help="where the portal runs")
        parser.add_argument("--out", type=Path, default=settings.ROOT / "docs" / "pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from playwright.sync_api import sync_playwright
        except ImportError as error:
            raise CommandError("Playwright is not installed: ./run test sets it up.") from error
        options["out"].mkdir(parents=True, exist_ok=True)
        year = Campaign.objects.open().values_list("year", flat=True).get()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for name, role, path, size in PICTURES:
                page = browser.new_context(viewport=size, locale="vi-VN").new_page()
                self._sign_in(page, options["address"], role)
                page.goto(options["address"] + path.format(open=year), wait_until="networkidle")
                page.screenshot(path=options["out"] / f"{name}.png")
                self.stdout.write(f"{name}.png")

    def _sign_in(self, page: Any, address: str, role: str | None) -> None:
        if role is None:
            return
        page.goto(f"{address}/login/")
        page.fill("[name=login]", PEOPLE[Role(role)][0])
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state("networkidle")
