from notifications.gateways.base import Letter


class Portal:
    """The message page of the portal itself: marking the row as sent is all there is to do."""

    takes_key = True

    def send(self, letter: Letter) -> str:
        return f"portal:{letter.message.pk}"

    def close(self) -> None:
        """Nothing is open."""
