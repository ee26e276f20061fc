"""Second opinions: what other packages compute for the same models, beside ours, with every difference explained.

`make compare` installs those packages into an environment of their own. Nothing else needs them.
"""
