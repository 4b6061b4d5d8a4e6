"""The documented fields of a work; `harvester.items` is the only source of the text."""

from collections.abc import Iterator
from typing import Any

from itemadapter import ItemAdapter

from harvester.items import Work


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a work, made of the declarations and the texts below them."""
    made = ItemAdapter.get_json_schema(Work)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Work", **made}


def described() -> Iterator[tuple[str, str]]:
    """Yield each field, nested ones with their path, and its text."""
    yield from _described(ItemAdapter.get_json_schema(Work), "")


def _described(node: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, each in node.get("properties", {}).items():
        yield path + name, " ".join(each.get("description", "").split())
        items = each.get("items", {})
        yield from _described(items, f"{path}{name}[].")
