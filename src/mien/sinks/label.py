"""The implicit label of generated media: metadata that machines read.

The field `AIGC` and its seven keys are those of GB 45438-2025 (China, in force since 2025-09-01); they
also serve as the machine-readable marking of EU AI Act, article 50. The producer's code is configuration
and never invented here, so without one only `Label` carries a value.
"""

from __future__ import annotations

import json
import struct
import zlib

from mien.face import SettingsError

KEY = "AIGC"
_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"


def label(producer: str = "") -> str:
    """The JSON text of the label. Raises SettingsError on a producer code that the standard forbids."""
    wrong = [char for char in producer if not "!" <= char <= "~" or char in "\"'\\"]
    if wrong:
        raise SettingsError(f"producer: expected printable ASCII without space, quote or backslash, got {wrong[0]!r}")
    fields = {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": "",
        "ReservedCode1": "",
        "ContentPropagator": producer,  # whoever writes the file first is its propagator too
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps(fields, separators=(",", ":"))


def xmp(producer: str = "") -> bytes:
    """The label as an XMP packet, for pictures. Raises SettingsError like `label`."""
    text = label(producer).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:TC260="{_NAMESPACE}"><TC260:{KEY}>{text}</TC260:{KEY}>'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def into_png(png: bytes, producer: str = "") -> bytes:
    """The same PNG file with the label in an XMP text chunk right after its header."""
    body = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + xmp(producer)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


def into_gif(gif: bytes, producer: str = "") -> bytes:
    """The same GIF file with the label in an XMP application extension before its first picture."""
    # Logical screen descriptor: byte 10 tells whether a global colour table follows, and its size.
    table = 3 * 2 ** ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0
    at = 13 + table
    # XMP lies there unchunked; the trailer (0xff down to 0) leads a reader that expects chunks to their end.
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    return gif[:at] + b"\x21\xff\x0bXMP DataXMP" + xmp(producer) + trailer + gif[at:]
