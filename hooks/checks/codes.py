"""Every problem code and what it means, in one line each. The table of the documentation is made from here."""

CODES: dict[str, str] = {
    # Numbers in pages
    "unbound-number": "a number that no fact, calculation, measurement, audit entry or assumption stands behind",
    "unknown-name": "a word with digits that is no name of the fact base or of hooks/checks/names.toml",
    "unlisted-name": "a name, date, reference or code with digits that its section does not bind and the page does not list",
    "list-order": "an item of a numbered list with another number than its place",
    "quantity-in-code": "a quantity in code, where nothing checks it",
    "number-in-notebook": "a number in the text of a notebook, which may state numbers only by running a cell",
    # Stated numbers
    "claim-drift": "the text states another number than the fact or calculation behind it",
    "claim-unit": "the text states another kind of quantity than the fact or calculation behind it",
    "claim-qualifier": "a peak that the word beside it calls dense and its fact sparse, or the other way round",
    "claim-text": "a link text that is not one number with its unit, or not the words of the fact",
    "claim-unknown": "a fact, measurement or audit entry that does not exist, or holds no number",
    "claim-call": "a calculation that cannot be made: unknown calculator, output or input, or a refused value",
    "claim-cycle": "a calculation that needs its own result",
    # Links
    "link-scheme": "a link whose scheme is not known",
    "link-name": "a link to the page of one record that names another",
    "link-broken": "a stated number that Markdown does not read as a link",
    "label-unknown": "a link to a label that the page does not define",
    "label-unused": "a stated number that is defined but never used",
    "label-twice": "a label that is defined twice",
    # Assumptions of a page
    "front-matter": "front matter that cannot be read",
    "given-invalid": "an assumption without value or note, or with a value that is no quantity",
    "given-unknown": "an assumption that the page does not declare",
    "given-unused": "an assumption that the page declares but never uses",
    "given-drift": "the text states another number than the assumption it names",
    # Code in pages
    "code-failed": "code in a page that does not run, parse or pass the checks",
    "code-output-drift": "output or an excerpt in a page that is not what the code prints or the file holds",
    "code-language": "a code block in a language that nothing checks",
    # The vocabulary
    "name-order": "an entry of names.toml out of order, twice, or already known from the fact base",
    "name-unused": "an entry of names.toml that no page uses",
    # The fact base
    "fact-syntax": "a fact file that is not TOML",
    "fact-record": "a record without its name, short name or vendor",
    "fact-key": "a section or key that is not in the vocabulary",
    "fact-shape": "a fact without value, or with a field that means nothing",
    "fact-value": "a value of the wrong kind",
    "fact-unit": "a unit that does not measure what the key means",
    "fact-twice": "a source, document, measurement or audit entry whose name has an entry already",
    "fact-source": "a source that is unknown or incomplete, or a fact without the place where it was read",
    "fact-qualifier": "a missing, unknown or contradictory qualifier",
    "fact-basis": "a rate or clock that does not say whether it was read or derived",
    "fact-measurement": "a measurement without what ran where",
    "fact-price": "a price without its hardware, terms, date or place, or with a word that is not in the list",
    "fact-reference": "a published worked number without its document, place or output, or with one that does not exist",
    "fact-audit": "an audit entry without what was said, the verdict, what is right, or what that is bound to",
    "fact-unconfirmed": "a value of one of the most important records that was changed in one place only",
    "fact-disagreement": "two sources that differ by more than rounding, without an explanation",
    "fact-disagreement-stale": "an explanation of a disagreement that is none",
    "fact-identity": "facts of one record that contradict each other",
    # The audit
    "audit-subject": "an audit entry about something that is no record and no word of the list",
    "audit-said": "an audit entry with another number than the one in its statement",
    "audit-bound": "an audit entry bound to a fact or calculation that does not exist or cannot be made",
    "audit-figure": "an audit entry that states another right figure than the fact or calculation it is bound to",
    "audit-verdict": "an audit entry whose verdict the fact or calculation it is bound to contradicts",
}  # fmt: skip
