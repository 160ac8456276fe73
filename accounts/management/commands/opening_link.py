from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from accounts import actions


class Command(BaseCommand):
    help = "Print the link by which the first administrator opens the ward. It works once, for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        if actions.is_opened():
            raise CommandError(
                "Somebody has an account here already: sign in.\nCổng đã có người có tài khoản: hãy đăng nhập."
            )
        self.stdout.write(settings.BASE_URL + actions.opening_address())
