"""pypdf's reader, bounded in what it may do: every read is counted, and so is all that is looked up and unpacked.

pypdf is written in Python and can loop or be quadratic on a broken file. A file in memory whose objects are written plainly is
read by `pdf_objects` instead, which is quicker; that is counted too. What pypdf is asked by names of its own (`_known_objects`
and the like) holds for the version in packaging/requirements.lock; tests/parse/test_pdf_reader.py notices another.
"""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject, NameObject, NullObject, NumberObject, StreamObject

from frostbyte.parse import pdf_objects

READ = 100
"""What a read costs beside its bytes: pypdf reads most of a file one byte at a time."""
PLAIN, TOKEN = 30, 200
"""What a byte costs that `pdf_objects` reads, and what each token costs, which is an object in memory."""
UNPACKED = 100
"""What a byte of unpacked objects costs, each time that it is read."""
UNREADABLE = 10_000_000
"""What objects cost that cannot be unpacked, which may be seen after most of the work."""
LOOK_UP = 1000
"""What asking for an object costs."""


class GaveUp(BaseException):
    """The work is used up. Not an Exception, so that no handler inside pypdf keeps it."""


class Work:
    """What is `left` of the work that may be done, counted in bytes passed over at once."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise GaveUp


class Counted(io.BufferedReader):
    """A file of which every read is counted. It hands out no view of its buffer, which could be searched uncounted."""

    def __init__(self, raw: Any, work: Work) -> None:
        super().__init__(raw)
        self._work = work

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        work = self._work
        work.left -= len(data) + READ  # `take`, without a call of its own: pypdf reads byte by byte
        if work.left < 0:
            raise GaveUp
        return data


class Reader(PdfReader):
    """Counts what is asked for, and what is unpacked for it: each time, where pypdf unpacks it each time.

    `data` is the whole file where that is in memory, else nothing. What pypdf reads while it opens the file, it reads alone.
    """

    def __init__(self, file: Counted, data: bytes, work: Work) -> None:
        self._file, self._data, self._work = file, data, work
        self._names: dict[bytes, Any] = {}
        self._opened = self._decrypted = False
        super().__init__(file, strict=False)
        self._opened = True

    def read_object_header(self, stream: Any) -> tuple[int, int]:
        start = stream.tell()
        found = pdf_objects.header(self._data, start) if stream is self._file else None
        if found is None:
            return super().read_object_header(stream)
        number, generation, end = found
        self._work.take(PLAIN * (end - start))
        stream.seek(end)
        return number, generation

    def get_object(self, indirect_reference: Any) -> Any:
        work = self._work
        work.take(LOOK_UP)
        number = getattr(indirect_reference, "idnum", indirect_reference)
        generation = getattr(indirect_reference, "generation", 0)
        key = (generation, number)
        if key in self.resolved_objects:
            return self.resolved_objects[key]
        packed = generation == 0 and number in self.xref_objStm
        found = self._plain(number, generation) if self._opened and not packed else None
        return super().get_object(indirect_reference) if found is None else found

    def _get_object_from_stream(self, indirect_reference: Any) -> Any:
        number = indirect_reference.idnum
        container = self.xref_objStm[number][0]
        if number in self._object_stream_resolution_stack:
            return super()._get_object_from_stream(indirect_reference)
        self._object_stream_resolution_stack.append(number)
        try:
            stream: Any = IndirectObject(container, 0, self).get_object()
            data = self._unpacked(stream)
        finally:
            self._object_stream_resolution_stack.pop()
        if data is None or not self._plain_packed(container, stream, data):
            return super()._get_object_from_stream(indirect_reference)
        found = self.resolved_objects.get((0, number))
        return NullObject() if found is None else found

    def _unpacked(self, stream: Any) -> bytes | None:
        if not isinstance(stream, StreamObject):
            return None
        try:
            data = stream.get_data()
        except Exception:
            self._work.take(UNREADABLE)
            raise
        self._work.take(UNPACKED * len(data))
        return data

    def _plain(self, number: int, generation: int) -> Any:
        """The object if it is a plain one, kept as pypdf keeps what it has read; None where pypdf has to read it."""
        start = self.xref.get(generation, {}).get(number, -1)
        free = self.xref_free_entry.get(generation, {}).get(number, False)
        locked = self._encryption is not None and not self._encryption.is_decrypted()
        if free or locked or (number, generation) in self._known_objects:
            return None
        found = pdf_objects.header(self._data, start)
        if found is None or found[:2] != (number, generation):
            return None
        encryption = self._encryption
        made, end, tokens, strings = pdf_objects.read(self._data, found[2], self, self._names, encrypted=encryption is not None)
        self._work.take(TOKEN * tokens + PLAIN * (end - start + (pdf_objects.LOOKED_AHEAD if made is None else 0)))
        if made is None:
            return None
        if encryption is not None and (strings or not self._decrypted):  # without strings only whether it can be
            made = encryption.decrypt_object(made, number, generation, strict=False)
            self._decrypted = True
        return self.cache_indirect_object(generation, number, made)

    def _plain_packed(self, container: int, stream: Any, data: bytes) -> bool:
        """Keep the objects of the stream that is object `container`; False where pypdf has to read them."""
        kind, count, first = stream.get("/Type"), stream.get("/N"), stream.get("/First")
        if not (type(kind) is NameObject and kind == "/ObjStm" and type(count) is type(first) is NumberObject):
            return False
        if not 0 <= first <= len(data) or not 0 <= count <= len(data) // 3:
            return False
        found = pdf_objects.packed(data, first, count, self._is_known, self, self._names)
        for number, value in found or ():
            if not self._is_known(number) and self.xref_objStm.get(number, (None,))[0] == container:
                self.cache_indirect_object(0, number, value)
        return found is not None

    def _is_known(self, number: int) -> bool:
        return self.resolved_objects.get((0, number)) is not None
