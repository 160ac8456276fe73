"""A photo as a phone sends it."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo(name: str = "giấy mời.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
