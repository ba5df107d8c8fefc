"""The OpenAPI 3.1 document, made of what the server checks by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mien.api.asking import ERROR
from mien.api.schema import Schema


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What may be asked at one path. body: of JSON; bytes: media types of another body, with a query beside it.

    answer: of JSON; media: types of another answer; neither: an empty one. open: without the token.
    """

    method: str
    path: str
    summary: str
    answering: Callable[[Any], Awaitable[Any]]
    body: Schema | None = None
    answer: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    bytes: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    status: int = 200
    open: bool = False


_ERRORS = {
    400: "no JSON", 401: "without the token", 403: "another host or origin, or no consent", 404: "nothing of this name",
    413: "too large", 415: "of another kind", 422: "not as described", 429: "too often", 503: "no room now",
}  # fmt: skip


def document(endpoints: Sequence[Endpoint], version: str, socket: Schema) -> dict[str, Any]:
    """The document. socket: what a client may say over a session's WebSocket."""
    paths: dict[str, Any] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "mien", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
                 "description": "Text, pictures and sound in, a living face out."},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": ERROR, "SocketMessage": socket},
        },
        "security": [{"token": []}],
    }  # fmt: skip


def _operation(one: Endpoint) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "done"}
    kinds = {"application/json": {"schema": one.answer}} if one.answer is not None else {}
    kinds |= {kind: {"schema": {"type": "string"}} for kind in one.media}
    if kinds:
        good["content"] = kinds
    told = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation: dict[str, Any] = {
        "summary": one.summary,
        "operationId": f"{one.method.lower()}_{one.path.removeprefix('/api/v1/').translate(_PLAIN)}",
        "responses": {
            str(one.status): good,
            **{str(status): {"description": why, "content": told} for status, why in _ERRORS.items()},
        },
    }  # fmt: skip
    parameters = [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in one.query.items()
    ]
    if "{name}" in one.path:
        parameters.insert(0, {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}})
    if parameters:
        operation["parameters"] = parameters
    if one.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": one.body}}}
    if one.bytes:
        operation["requestBody"] = {
            "required": True, "content": {kind: {"schema": {"type": "string"}} for kind in one.bytes}
        }  # fmt: skip
    if one.open:
        operation["security"] = []
    return operation


_PLAIN = str.maketrans({"/": "_", "{": None, "}": None, ".": "_"})
