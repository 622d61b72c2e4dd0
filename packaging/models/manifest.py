"""Write a model pack's `pack.toml` (format: frostbyte/embed/pack.py) over the files already in its folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

FIELDS = ("name", "version", "licence", "origin", "dimensions", "max_tokens", "window")
ROLES = ("model", "tokenizer", "output", "pooling")
PREFIXES = ("query_prefix", "document_prefix")


def write(directory: Path, comment: str, **fields: str | int) -> None:
    """`fields` are FIELDS, ROLES and, where the model wants them, PREFIXES. Every file in the folder is named with its digest."""
    fields = {**dict.fromkeys(PREFIXES, ""), **fields}
    lines = [f"# {line}" for line in comment.splitlines()] + ['format = "frostbyte-model-pack/1"']
    # A JSON string without control characters is a TOML basic string.
    lines += [f"{key} = {json.dumps(fields[key], ensure_ascii=False)}" for key in (*FIELDS, *ROLES, *PREFIXES)]
    lines += ["", "[files]"]
    for path in sorted(directory.iterdir()):
        if path.name != "pack.toml":
            data = path.read_bytes()
            lines.append(f'"{path.name}" = {{ bytes = {len(data)}, sha256 = "{hashlib.sha256(data).hexdigest()}" }}')
    (directory / "pack.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
