"""Text and tables as they come: how often encodings and dialects are told right, beside other programs."""
