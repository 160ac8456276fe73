"""An address as a QR code, drawn here: no stranger's service is asked."""

from django.utils.safestring import SafeString, mark_safe


def drawn(url: str) -> SafeString:
    """An SVG picture of the address. The library comes in where one is drawn."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    return mark_safe(qrcode.make(url, image_factory=SvgPathImage, border=0).to_string(encoding="unicode"))
