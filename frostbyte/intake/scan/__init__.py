"""The malware scan: a file's bytes, and what lies packed in it, against a set of rules, in a keyless fenced child.

>>> with Scanner(shipped()) as scanner:
...     verdict = scanner.scan(descriptor, size)     # a ScanVerdict, or ScanFailed: never clean without a scan
"""
