"""The OpenAPI document as a page for people: no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from mien.api.schema import described

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;
max-width:60rem;margin:2rem auto;padding:0 1rem;color:#223;background:#fff}
h2{font-size:1.05rem;margin:2rem 0 .3rem}code,b{font-family:ui-monospace,monospace}table{border-collapse:collapse}
td{padding:.1rem .8rem .1rem 0;vertical-align:top}td:first-child{font-family:ui-monospace,monospace}
@media(prefers-color-scheme:dark){body{color:#dde;background:#151821}a{color:#9cf}}"""

_MANY = 24
"""Names of a table that are shown one by one."""


@dataclass(frozen=True, slots=True)
class Page:
    """html: of the page; policy: the content security policy that it is sent with."""

    html: str
    policy: str


def page(document: dict[str, Any]) -> Page:
    """The page of this document."""
    parts = [f"<h1>{escape(document['info']['title'])} API {escape(document['info']['version'])}</h1>"]
    parts.append(
        "<p>Every request but health, this page and <a href='/api/v1/openapi.json'>the OpenAPI document</a> carries "
        "<code>Authorization: Bearer TOKEN</code>; the server prints its token as it starts. Errors are "
        '<code>{"error": {"where", "expected", "got", "hint"}}</code>.</p>'
    )
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts += _operation(path, method, operation)
    parts.append(f"<h2>WebSocket {escape('/api/v1/sessions/{name}/live')}</h2><p>Subprotocol <code>mien.v1</code>. "
                 "What a client may say:</p>")  # fmt: skip
    parts += _table(document["components"]["schemas"]["SocketMessage"])
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    html = (
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>mien API</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    )
    return Page(html, f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'")


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<h2>{method.upper()} {escape(path)}</h2><p>{escape(operation['summary'])}</p>"
    for parameter in operation.get("parameters", ()):
        yield from _rows([(f"{parameter['name']} ({parameter['in']})", parameter["schema"])], ())
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Send <code>{escape(kind)}</code></p>"
        yield from _table(body["schema"])


def _table(schema: dict[str, Any]) -> Iterator[str]:
    if "properties" in schema:
        yield from _rows(list(schema["properties"].items()), schema.get("required", ()))


def _rows(named: list[tuple[str, dict[str, Any]]], required: Any) -> Iterator[str]:
    yield "<table>"
    for name, schema in named:
        inner = schema.get("properties", {})
        words = schema.get("description", "") if len(inner) > _MANY else described(schema)
        notes = [words, schema.get("description", "") if schema.get("description") != words else ""]
        notes.append("needed" if name in required else "")
        notes.append(f"usually {schema['default']!r}" if schema.get("default") not in (None, "", {}) else "")
        yield f"<tr><td>{escape(name)}</td><td>{escape('; '.join(filter(None, notes)))}</td></tr>"
    yield "</table>"
