"""How bilibili wants to be asked: the signature of its web pages, and that of its open platform."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from mien.face import PeerError

# In which order the characters of the two keys are taken; the page's script has it (bilibili-API-collect, "WBI").
_ORDER = (
    46, 47, 18, 2, 53, 8, 23, 32, 15, 50, 10, 31, 58, 3, 45, 35, 27, 43, 5, 49, 33, 9, 42, 19, 29, 28, 14, 39, 12, 38,
    41, 13,
)  # fmt: skip
_LEFT_OUT = str.maketrans("", "", "!'()*")


def wbi_key(image: Any, sub: Any) -> str:
    """The key out of the two addresses that bilibili's `nav` gives: parts of the names of two pictures.

    The addresses are only read, never asked. Raises PeerError.
    """
    names = [str(one).rsplit("/", 1)[-1].split(".")[0] for one in (image, sub)]
    both = "".join(names)
    if len(both) < 64 or not both.isalnum():
        raise PeerError(f"bilibili: nav: expected the keys of the day in wbi_img, got {both!r:.80}")
    return "".join(both[place] for place in _ORDER)


def wbi_signed(query: Mapping[str, Any], key: str, seconds: int) -> dict[str, str]:
    """The query with its time, in seconds since 1970, and its signature."""
    told = {name: str(value).translate(_LEFT_OUT) for name, value in {**query, "wts": seconds}.items()}
    told = dict(sorted(told.items()))
    return told | {"w_rid": hashlib.md5(f"{urlencode(told)}{key}".encode()).hexdigest()}


def open_platform_signed(body: bytes, key: str, secret: str, seconds: int, nonce: str) -> dict[str, str]:
    """The headers with which the open platform takes this body. key, secret: of the developer's account.

    Source: open-live.bilibili.com, "签名": HMAC-SHA256 over the x-bili headers in the order of their names.
    """
    headers = {
        "x-bili-accesskeyid": key, "x-bili-content-md5": hashlib.md5(body).hexdigest(),
        "x-bili-signature-method": "HMAC-SHA256", "x-bili-signature-nonce": nonce,
        "x-bili-signature-version": "1.0", "x-bili-timestamp": str(seconds),
    }  # fmt: skip
    told = "\n".join(f"{name}:{value}" for name, value in headers.items())
    return headers | {
        "Authorization": hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest(),
        "Accept": "application/json",
    }
