"""Frostbyte: documents enter through a gate, are kept sealed in a tenant's vault, and come out as cited passages with proof."""

__version__ = "0.1.0"
