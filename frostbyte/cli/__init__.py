"""The command line: click, one file per command group, and the one place where errors become exit codes."""
