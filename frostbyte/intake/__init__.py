"""Intake: untrusted bytes to a verdict per file. Knows no vault; reads only what the operator points it at.

>>> drop = load(Path("stick"), "tenant_abc", config=config)
>>> for entry in drop.manifest.files:
...     admission = admit(entry, drop.files[entry.file_id], config, root=drop.root)
"""

from frostbyte.intake.admit import Admission, AdmissionWarning, SourceChanged, admit
from frostbyte.intake.drop import Drop, load

__all__ = ["Admission", "AdmissionWarning", "Drop", "SourceChanged", "admit", "load"]
