"""A second reader, written from docs/vault-format.md alone: it gets the same working files, objects and event hashes."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .making import Place, add, draft

MIB = 1 << 20


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hkdf(key: bytes, salt: bytes | None, *info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, b"\0".join(info)).derive(key)


class Reader:
    def __init__(self, directory: Path, identity: str) -> None:
        import pyrage

        def age(name: str, key: str) -> bytes:
            return bytes(pyrage.decrypt((directory / "keys" / name).read_bytes(), [pyrage.x25519.Identity.from_str(key)]))

        self.directory = directory
        self.about = json.loads((directory / "vault.json").read_bytes())
        tenant_identity = age("identity.age", identity).decode()
        self.key, self.originals_key = (age(name, tenant_identity) for name in ("dek.age", "originals.age"))
        self.vault_id = self.about["vault_id"].encode()
        self.name_key = hkdf(self.key, None, b"frostbyte/names/1", self.vault_id)

    def keyed_name(self, *texts: bytes) -> str:
        return hmac.new(self.name_key, b"\0".join(texts), hashlib.sha256).hexdigest()

    def unseal(self, path: Path, name: str) -> tuple[bytes, str]:
        data = path.read_bytes()
        header, body = data[:40], data[40:]
        assert header[:8] == b"FBSEAL\0\1"
        key = self.originals_key if name.startswith("originals/") else self.key
        cipher = AESGCM(hkdf(key, header[8:], b"frostbyte/sealed-file/1", self.vault_id, name.encode()))
        chunks = [body[at : at + MIB + 16] for at in range(0, len(body), MIB + 16)]
        plain = b"".join(
            cipher.decrypt(n.to_bytes(11, "big") + bytes([n == len(chunks) - 1]), chunk, header) for n, chunk in enumerate(chunks)
        )
        return plain, hashlib.sha256(header + b"".join(chunk[-16:] for chunk in chunks)).hexdigest()

    def working_files(self) -> tuple[dict[str, bytes], dict[str, Any]]:
        seg = self.directory / "seg"
        base = max(path.name for path in seg.glob("base-*"))
        packs = sorted(path.name for path in seg.glob("p-*") if path.name[2:12] > base[5:15])
        files: dict[str, bytes] = {}
        manifest: dict[str, Any] = {}
        previous = None
        for name in [base, *packs]:
            plain, digest = self.unseal(seg / name, "seg/" + name[:-4])
            (length,) = struct.unpack(">I", plain[:4])
            manifest, at = json.loads(plain[4 : 4 + length]), 4 + length
            assert canonical(manifest) == plain[4:at]
            assert (manifest["format"], manifest["kind"]) == (1, "base" if name == base else "pack")
            assert manifest["commit"] == int(name[-14:-4])
            assert previous in (None, manifest["previous"])
            for path in manifest["removed"]:
                files.pop(path, None)
            for piece in manifest["files"]:
                if piece["segment"]:
                    block, seal = self.unseal(seg / piece["segment"], "seg/" + piece["segment"][:-4])
                    assert seal == piece["seal"]
                else:
                    block, at = plain[at : at + piece["size"]], at + piece["size"]
                assert len(block) == piece["size"]
                files[piece["path"]] = files.get(piece["path"], b"")[: piece["offset"]] + block
            assert at == len(plain)
            previous = digest
        return files, manifest


def test_a_reader_made_from_the_published_format_reads_everything(place: Place) -> None:
    with place.open() as vault:
        add(vault, 3, chunks=700)
        vault.maintain()
        add(vault, 4)
        vault.objects.put("raw:x", [b"y" * (MIB + 5)])
        with vault.transaction() as tx:
            tx.append_event(draft(4))
        ram = vault._ram.path
        live = {str(path.relative_to(ram)): path.read_bytes() for path in ram.rglob("*") if path.is_file()}
        listed, _ = vault.catalog.events(descending=False, limit=500)
    reader = Reader(place.directory, place.identity)
    said = {name: value for name, value in reader.about.items() if name != "authentication"}
    assert reader.keyed_name(b"vault.json", canonical(said)) == reader.about["authentication"]
    files, manifest = reader.working_files()
    assert set(live) - set(files) <= {".claim", "vectors/chunks.lance/_versions/latest_version_hint.json"}
    assert files == {name: live[name] for name in files}
    found = [hashlib.sha256(canonical(event.to_json())).digest() for event in listed]
    assert files["audit.witness"] == b"".join(found)
    assert (manifest["head"]["events"], manifest["head"]["event_hash"]) == (len(found), found[-1].hex())
    keyed = reader.keyed_name(b"object", b"raw:x")
    plain, _ = reader.unseal(place.directory / "originals" / keyed[:2] / f"{keyed}.fbo", f"originals/{keyed}")
    assert plain == b"\0\x05raw:x" + b"y" * (MIB + 5)
