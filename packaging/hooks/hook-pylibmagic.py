"""libmagic and its database side by side under pylibmagic/, where frostbyte.intake.libmagic looks for them."""

from PyInstaller.utils.hooks import collect_data_files

# As data: as a binary the library would be collected a second time at the top.
datas = collect_data_files("pylibmagic", includes=["magic.mgc", "libmagic.so.1"])
