"""Fact files (TOML) into records: one module for each kind of file, every problem kept with its file and line."""
