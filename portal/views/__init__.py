"""Thin views, one file per area: parse the request, ask one selector, render."""
