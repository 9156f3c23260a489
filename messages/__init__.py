"""What players read, as data alone: a folder for each language, in it a file for each area (gettext's PO format)."""
