"""The contract with integrators: tests/api/openapi.json as it was promised, and the tables of docs/api.md made from the code.

What was promised is kept: a description that takes something away, or demands something more, is not written;
such a change needs a new version of the API (/api/v2) beside the old one.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROMISED = ROOT / "tests" / "api" / "openapi.json"
GUIDE = ROOT / "docs" / "api.md"

Schema = Mapping[str, Any]


def description() -> dict[str, Any]:
    """The API as it is now."""
    from derbes.faces.api.root import api

    return json.loads(json.dumps(api.get_openapi_schema(), default=str))  # type: ignore[no-any-return]


def written(schema: Schema) -> str:
    """A description as its file holds it."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def broken(old: Schema, new: Schema) -> list[str]:
    """What of `old` does not hold in `new`, each with its place."""
    return list(_operations(old, new))


def _operations(old: Schema, new: Schema) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            place = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{place}: gone"
                continue
            yield from _parameters(before, after, place)
            sent = [one.get("requestBody", {}) for one in (before, after)]
            yield from _bodies(sent, (old, new), f"{place} takes", sends=True)
            for status in before["responses"]:
                if status not in after["responses"]:
                    yield f"{place}: answers no more with {status}"
                    continue
                told = [_whole(one["responses"][status], all_) for one, all_ in ((before, old), (after, new))]
                yield from _bodies(told, (old, new), f"{place} answers {status}", sends=False)
            if before.get("x-scope") != after.get("x-scope"):
                yield f"{place}: another scope"


def _parameters(before: Schema, after: Schema, place: str) -> Iterator[str]:
    was = {one["name"]: one for one in before.get("parameters", [])}
    now = {one["name"]: one for one in after.get("parameters", [])}
    yield from (f"{place}: parameter {name} is gone" for name in was.keys() - now.keys())
    for name, one in now.items():
        if one.get("required") and not was.get(name, {}).get("required"):
            yield f"{place}: parameter {name} is demanded now"


def _bodies(pair: list[Schema], wholes: tuple[Schema, Schema], place: str, *, sends: bool) -> Iterator[str]:
    before, after = (one.get("content", {}) for one in pair)
    for media, body in before.items():
        if media not in after:
            yield f"{place}: no {media} any more"
            continue
        yield from _shapes(body["schema"], after[media]["schema"], wholes, place, sends=sends, seen=set())
    if sends and after and not before:
        yield f"{place}: a body now"


def _shapes(
    before: Schema, after: Schema, wholes: tuple[Schema, Schema], place: str, *, sends: bool, seen: set[str]
) -> Iterator[str]:
    """What is sent may not be narrowed, what is answered may not be widened or lose a part."""
    if (reference := before.get("$ref", "")) and reference in seen:
        return
    seen = seen | {reference}
    old, new = _whole(before, wholes[0]), _whole(after, wholes[1])
    if old.get("type") != new.get("type"):
        yield f"{place}: {old.get('type')} became {new.get('type')}"
    yield from _choices(old, new, place, sends=sends)
    yield from _limits(old, new, place, sends=sends)
    was, now = old.get("properties", {}), new.get("properties", {})
    yield from (f"{place}.{name}: gone" for name in was.keys() - now.keys())
    demanded, before_that = set(new.get("required", ())), set(old.get("required", ()))
    changed = demanded - before_that if sends else before_that - demanded
    yield from (f"{place}.{name}: demanded otherwise" for name in sorted(changed))
    for name in was.keys() & now.keys():
        yield from _shapes(was[name], now[name], wholes, f"{place}.{name}", sends=sends, seen=seen)
    if "items" in old and "items" in new:
        yield from _shapes(old["items"], new["items"], wholes, f"{place}[]", sends=sends, seen=seen)


def _choices(old: Schema, new: Schema, place: str, *, sends: bool) -> Iterator[str]:
    was, now = (
        set(map(str, one.get("enum", [one["const"]] if "const" in one else ()))) for one in (old, new)
    )
    lost = (was - now if now else set()) if sends else (now - was if was else set())
    if lost or (sends and now and not was):
        yield f"{place}: other choices"


def _limits(old: Schema, new: Schema, place: str, *, sends: bool) -> Iterator[str]:
    if not sends:
        return
    for key in ("maxLength", "maxItems", "maxProperties"):
        if key in new and new[key] < old.get(key, sys.maxsize):
            yield f"{place}: {key} is narrower"
    for key in ("minLength", "minItems"):
        if new.get(key, 0) > old.get(key, 0):
            yield f"{place}: {key} is narrower"
    if new.get("pattern") != old.get("pattern") and "pattern" in new:
        yield f"{place}: another pattern"


def _whole(one: Schema, schema: Schema) -> Schema:
    """What a reference leads to."""
    while "$ref" in one:
        found: Any = schema
        for step in one["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        one = found
    return one


def tables(schema: Schema) -> dict[str, str]:
    """The tables of the guide, by name: operations, and problems."""
    from derbes.faces.api.problems import KINDS

    operations = ["| Operation | Address | Scope | Says |", "|---|---|---|---|"]
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            says = one["description"].partition("\n")[0]
            scope = f"`{one['x-scope']}`" if one["x-scope"] else "any"
            operations.append(f"| {one['operationId']} | `{method.upper()} {path}` | {scope} | {says} |")
    problems = ["| Problem | Status | What it means | What to do |", "|---|---:|---|---|"]
    problems += [
        f"| [`{code}`](#problems) | {kind.status} | {kind.title} | {kind.todo} |"
        for code, kind in KINDS.items()
    ]
    return {"operations": "\n".join(operations), "problems": "\n".join(problems)}


def guide(schema: Schema) -> str:
    """The guide with its tables as the code is now."""
    text = GUIDE.read_text(encoding="utf-8")
    for name, table in tables(schema).items():
        marked = re.compile(f"(<!-- {name} -->\n)(?:(?!<!--).)*(\n<!-- end -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: found[1] + table + found[2], text)  # type: ignore[misc]
    return text


def main() -> int:
    """Write both, unless a promise would be broken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
    import django

    django.setup()
    now = description()
    if PROMISED.exists() and (lost := broken(json.loads(PROMISED.read_text(encoding="utf-8")), now)):
        sys.stderr.write("This breaks what was promised to integrators:\n" + "\n".join(lost) + "\n")
        return 1
    PROMISED.write_text(written(now), encoding="utf-8")
    GUIDE.write_text(guide(now), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
