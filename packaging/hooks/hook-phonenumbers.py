"""phonenumbers with the numbering plans, a module for each region; not its names of places and carriers (40 MB)."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = collect_submodules("phonenumbers.data")
