"""A package, so that its helpers can be imported and its file names need not be unique among all rooms."""
