"""What stands at the head of a row: on lists, in messages, on papers and in calendars that go out of the portal."""

from core.personal import no_personal_number
from core.secrecy import refuse_secret

TITLE = [refuse_secret, no_personal_number]
