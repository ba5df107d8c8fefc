"""The part of JSON Schema that the API speaks: one description checks what comes and stands in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mien.api.errors import RefusedError

Schema = Mapping[str, Any]

_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,),
}  # fmt: skip


def checked(value: Any, schema: Schema, where: str) -> Any:
    """The value, if it is as the schema says; what is left out of an object gets its default.

    Understood: type, enum, minimum, maximum, minLength, maxLength, maxItems, items, properties, required, default,
    and additionalProperties as a schema; without it an object has no other keys. Raises RefusedError.
    """
    kind = schema["type"]
    right = isinstance(value, _KINDS[kind]) and (kind == "boolean") == isinstance(value, bool)
    if not right:
        raise _wrong(value, schema, where)
    if kind == "object":
        return _object(value, schema, where)
    if kind == "string":
        return _text(value, schema, where)
    if kind == "array":
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            raise RefusedError(422, where, described(schema), f"{len(value)} of them")
        return [checked(one, schema["items"], f"{where}[{place}]") for place, one in enumerate(value)]
    if kind != "boolean" and not schema.get("minimum", -1e308) <= value <= schema.get("maximum", 1e308):
        raise _wrong(value, schema, where)
    return value


def _object(value: dict[str, Any], schema: Schema, where: str) -> dict[str, Any]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    found = {name: one["default"] for name, one in known.items() if "default" in one}
    if len(value) > 1_000:
        raise RefusedError(422, where, "at most 1000 keys", str(len(value)))
    for name, one in value.items():
        place = f"{where}.{name}" if where else name
        inner = known.get(name, others)
        if inner is None:
            raise RefusedError(422, place[:80], f"one of {', '.join(known)}", "a key that is not known")
        found[name] = checked(one, inner, place)
    for name in schema.get("required", ()):
        if name not in found:
            place = f"{where}.{name}" if where else name
            raise RefusedError(422, place, described(known[name]), "nothing")
    return found


def _text(value: str, schema: Schema, where: str) -> str:
    if "enum" in schema and value not in schema["enum"]:
        raise _wrong(value, schema, where)
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        raise RefusedError(422, where, described(schema), f"{len(value)} characters")
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise RefusedError(422, where, "text of Unicode", "half of a pair of surrogates", "send the whole character")
    return value


def _wrong(value: Any, schema: Schema, where: str) -> RefusedError:
    if isinstance(value, int) and abs(value) > 10**30:  # whose digits alone would be work
        return RefusedError(422, where, described(schema), "a huge number")
    return RefusedError(422, where, described(schema), repr(value)[:80] if not isinstance(value, dict | list) else
                        f"{'an object' if isinstance(value, dict) else 'a list'}")  # fmt: skip


def described(schema: Schema) -> str:
    """A schema in words."""
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum'])) or 'none: the server offers none'}"
    match schema["type"]:
        case "object":
            return f"an object with {', '.join(schema.get('properties', {})) or 'names and values'}"
        case "array":
            return f"a list of {schema.get('minItems', 0)} to {schema.get('maxItems', 'many')}"
        case "boolean":
            return "true or false"
        case "string":
            least, most = schema.get("minLength", 0), schema.get("maxLength")
            return "text" if most is None else f"text of {least} to {most} characters"
        case kind:
            name = "a whole number" if kind == "integer" else "a number"
            return f"{name} in {schema['minimum']}..{schema['maximum']}" if "maximum" in schema else name


def from_query(text: str, schema: Schema, where: str) -> Any:
    """A value of a query string, as its schema says. Raises RefusedError."""
    value: Any = text
    try:
        match schema["type"]:
            case "boolean":
                value = {"true": True, "false": False}[text]
            case "integer":
                value = int(text) if len(text) < 20 else text
            case "number":
                value = float(text)
    except (KeyError, ValueError):
        raise RefusedError(422, where, described(schema), repr(text)[:80]) from None
    return checked(value, schema, where)
