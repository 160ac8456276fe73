"""Pages go out compressed, files as they are."""

import gzip
from io import BytesIO

from django.http import FileResponse, HttpResponse
from django.test import Client, RequestFactory

from core.middleware import SmallPageMiddleware


def answer(response: HttpResponse | FileResponse) -> HttpResponse | FileResponse:
    asked = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    return SmallPageMiddleware(lambda request: response)(asked)


def test_a_page_is_compressed_for_who_asks_so() -> None:
    page = answer(HttpResponse("Dân vận khéo " * 100))
    assert gzip.decompress(page.content).decode() == "Dân vận khéo " * 100
    assert "Accept-Encoding" in page["Vary"]


def test_a_file_goes_out_as_it_is() -> None:
    assert "Content-Encoding" not in answer(FileResponse(BytesIO(b"a" * 1000), content_type="text/plain"))
    assert "Content-Encoding" not in answer(HttpResponse(b"a" * 1000, content_type="image/jpeg"))


def test_the_portal_compresses_its_pages(db: None) -> None:
    page = Client().get("/login/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert {"Accept-Encoding", "Cookie"} <= {name.strip() for name in page["Vary"].split(",")}
