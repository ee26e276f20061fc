"""Texts that nobody means as an input, and what could become of them."""

# What a page or an interpreter might take for code.
MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><iframe src=//x>",
    "&lt;b&gt;&#60;",
    "{{7*7}}",
    "${7*7}",
    "%3Cscript%3E",
    "'; DROP TABLE gpus;--",
    "__import__('os').system('x')",
)
# Names that lead somewhere else than to a record.
NAMES = (
    *(
        "__proto__",
        "constructor",
        "toString",
        "__class__",
        "../../etc/passwd",
        "..",
        "l4/__class__.__name__",
        "l4/memory.__dict__",
    ),
    *("a/b.c", "/", "null", "undefined", "true", "None", "NaN.NaN", "[]", "{}", "()", "h100-sxm5-80gb\x00", "%00", "\ud800"),
)
# Numbers that are none, or too large, too small, too long, in the wrong script, or dressed up.
NUMBERS = (
    *("nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e308", "1e309", "-1e308", "1e999", "1e-999", "1e5000", "-0", "-1", "0"),
    *("1e", "e5", "0x10", "1_000", "1.000,5", "1,0", "--5", "5 5", "+-1", "１２", "٣", "²", "½", "Ⅻ", "∞", "1\u202f00"),
    *(str(10**60), str(10**400), "9" * 63, "0." + "0" * 60 + "1", "1" * 100_000, "1e+308 GB", "1e308 PB"),
)
# Units without end.
UNITS = (
    *(
        "1 GB^999999999",
        "1 GB^9",
        "1 GB^9*GB^9*GB^9*GB^9",
        "1 s^-3",
        "1 " + "GB/" * 20,
        "1 " + "PB*" * 19 + "PB",
        "$",
        "%",
        "5 %%",
    ),
    *("1 per per per s", "$-5", "$nan", "1 <b>GB</b>", "1 GB\x00"),
)
# Signs that are not seen, or turn around what stands next to them.
SIGNS = (
    "\u200f12",
    "12\u200f",
    "\u202e21",
    "\u2066l4\u2069",
    "\ufeff1",
    "1\u00ad0",
    "\x00",
    "1\x00",
    "\x1b[31m1",
    "1\r\n2",
    "😀" * 20,
)
# Configurations: pasted where a model is chosen.
CONFIGURATIONS = (
    '{"model_type":"llama"}',
    '{"model_type":"' + "x" * 200_000 + '"}',
    '{"model_type":"<img src=x onerror=alert(1)>"}',
    '{"model_type":"llama","hidden_size":1e308,"num_hidden_layers":NaN,"num_attention_heads":-1,"vocab_size":1e999}',
    '{"a":' * 20_000,
    "{" * 50_000,
    '{"x":' + "9" * 10_000 + "}",
    '{"model_type":["llama"],"text_config":{"model_type":{}}}',
    "A" * 300_000,
)
TABLE = (*MARKUP, *NAMES, *NUMBERS, *UNITS, *SIGNS, *CONFIGURATIONS)
