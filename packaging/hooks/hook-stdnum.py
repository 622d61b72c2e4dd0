"""stdnum with what is imported of it; the standard hook would bring the number formats of a hundred countries."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("stdnum", includes=["iban.dat"])
