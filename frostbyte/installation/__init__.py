"""The program on a machine: what is placed under a prefix, what is taken away again, and whether its own files are whole.

placing   files of one installation and the record by which they, and nothing else, are removed
tree      the unpacked program against the digests inside it; the single file against a release's list
"""
