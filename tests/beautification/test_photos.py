"""A spot before and after: what is no photo is refused, what is sent twice is kept once, nothing is public at once."""

import io
from collections.abc import Callable
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from beautification.models import Photo, PhotoPair
from tests.beautification import factories as make
from tests.world import World


def picture(size: tuple[int, int] = (2400, 1200)) -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "MayAnhThu"
    Image.new("RGB", size, "green").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("truoc.jpg", out.getvalue(), content_type="image/jpeg")


def sent(**fields: object) -> dict[str, object]:
    return {"moment": "before", "spot": "Đầu ngõ 12", "photo": picture(), "client_id": str(uuid4())} | fields


def test_a_pair_is_taken_shrunk_and_stripped(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), state="open")
    client, url = sign_in(world.head), cleanup.url_of("photo")
    assert client.post(url, sent()).status_code == 302
    pair = PhotoPair.objects.get(cleanup=cleanup)
    assert client.post(url, sent(moment="after", pair=pair.pk, spot="")).status_code == 302
    assert (pair.before.moment, pair.after.moment) == ("before", "after")
    with pair.before.file.open() as stored, Image.open(stored) as kept:
        assert max(kept.size) == 1600
        assert not kept.getexif()
    twice = client.post(url, sent(moment="after", pair=pair.pk, spot=""))
    assert "đã có ảnh" in twice.content.decode()
    small = client.get(f"/streets/photos/{pair.before.pk}/?small")
    with Image.open(io.BytesIO(b"".join(small.streaming_content))) as seen:
        assert max(seen.size) <= 320
    text = client.get(cleanup.get_absolute_url()).content.decode()
    assert "Đầu ngõ 12" in text


def test_the_same_photo_sent_twice_is_one(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), state="open")
    client, key = sign_in(world.head), str(uuid4())
    for _time in range(2):
        client.post(cleanup.url_of("photo"), sent(client_id=key))
    assert (Photo.objects.count(), PhotoPair.objects.count()) == (1, 1)


def test_what_is_no_photo_is_told(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), state="open")
    client = sign_in(world.head)
    for name, body in (("a.jpg", b"no photo"), ("a.pdf", b"%PDF-1.4 x"), ("a.jpg", b"\xff\xd8\xff broken")):
        answer = client.post(cleanup.url_of("photo"), sent(photo=SimpleUploadedFile(name, body)))
        assert answer.status_code == 200
        assert answer.context["form"].errors["photo"], name
        assert "Đầu ngõ 12" in answer.content.decode(), "what was typed stays"
    assert not Photo.objects.exists()


def test_only_the_officer_shows_a_pair_to_everybody_and_it_is_then_kept(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), state="open")
    head, officer = sign_in(world.head), sign_in(world.campaign_officer)
    head.post(cleanup.url_of("photo"), sent())
    pair = PhotoPair.objects.get(cleanup=cleanup)
    clear = f"/streets/pairs/{pair.pk}/clear/"
    assert head.post(clear).status_code == 403
    officer.post(clear)
    pair.refresh_from_db()
    assert pair.cleared_at is None, "one photo is no pair"
    head.post(cleanup.url_of("photo"), sent(moment="after", pair=pair.pk, spot=""))
    officer.post(clear)
    pair.refresh_from_db()
    assert pair.cleared_at is not None
    head.post(f"/streets/pairs/{pair.pk}/remove/")
    assert PhotoPair.objects.filter(pk=pair.pk).exists()
    officer.post(f"/streets/pairs/{pair.pk}/hide/")

    head.post(f"/streets/pairs/{pair.pk}/remove/")
    assert not PhotoPair.objects.filter(pk=pair.pk).exists()
