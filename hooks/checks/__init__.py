"""The engine that proves every number a reader sees. It knows pages, facts and calculators, and nothing of MkDocs.

Command line, build hook and pytest all go through `engine`.
"""
