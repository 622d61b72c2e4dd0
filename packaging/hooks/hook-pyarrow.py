"""pyarrow without headers, Cython sources and tests; its libraries are found through the extension modules that need them."""

_PARTS = ("_compute", "_acero", "_fs", "_dataset", "_parquet", "_csv", "_json", "vendored.version")

hiddenimports = [f"pyarrow.{name}" for name in _PARTS]
datas: list[tuple[str, str]] = []
