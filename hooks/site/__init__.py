"""What the MkDocs hooks do, apart from checking: link stated numbers, keep the last good site, show problems to the editor."""
