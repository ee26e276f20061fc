"""The Content-Security-Policy of a built site: worked out from its pages, written into each of them and into `_headers`.

All pages have the same policy: with instant navigation the policy of the first page stays in force on all that follow. A page
that needs more than the policy allows stops the build.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.exceptions import PluginError

# A worker follows the policy that it is served with, not that of the page.
WORKER = "assets/calculators/worker.js"
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script\s*>", re.S | re.I)
_DATA = re.compile(r"""\btype\s*=\s*["']?application/(?:ld\+)?json\b""", re.I)
_STYLE = re.compile(r"<style\b[^>]*>", re.I)
_ATTRIBUTE = re.compile(r"""<[a-z][^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*?\s(?P<name>style|on[a-z]+)\s*=""", re.I)
_LINK_TO_CODE = re.compile(r"""\b(?:href|src|action)\s*=\s*["']?\s*javascript:""", re.I)
_CHARSET = re.compile(r"<meta charset=[^>]*>")


def apply(site: Path, site_url: str) -> None:
    """Give every page of the site its policy, and write the same as headers for hosts that read `_headers`."""
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    refused = [f"{path.relative_to(site)}: {reason}" for path, text in pages.items() for reason in refusals(text)]
    if refused:
        raise PluginError("\n".join(["what the Content-Security-Policy does not allow:", *refused]))
    hashes = {digest(script) for text in pages.values() for script in inline_scripts(text)}
    for path, text in pages.items():
        path.write_text(with_policy(text, policy(hashes)), "utf-8")
    (site / "_headers").write_text(headers(policy(hashes), urlsplit(site_url).path or "/"), "utf-8")


def policy(hashes: set[str]) -> str:
    """The policy of a page: its own origin, and of inline scripts only those with these hashes."""
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *sorted(hashes), "'wasm-unsafe-eval'"]),
            "style-src 'self'",
            "img-src 'self' data: blob:",  # the theme's icons; a chart that is saved as a picture
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-src 'none'",
        ]
    )


def headers(policy: str, root: str) -> str:
    """The rules of `_headers`. What a page cannot say of itself, that no other page may frame it, is added here."""
    return (
        f"{root}*\n"
        f"  Content-Security-Policy: {policy}; frame-ancestors 'none'\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
        "  X-Content-Type-Options: nosniff\n"
        f"{root}{WORKER}\n"
        f"  Content-Security-Policy: {WORKER_POLICY}\n"
    )


def inline_scripts(html: str) -> list[str]:
    """The scripts written in a page; data in a script element is not run."""
    return [
        match["text"]
        for match in _SCRIPT.finditer(html)
        if not re.search(r"\bsrc\s*=", match["attributes"], re.I) and not _DATA.search(match["attributes"])
    ]


def digest(script: str) -> str:
    """The hash by which a policy names an inline script."""
    read = script.replace("\r\n", "\n").replace("\r", "\n")  # as a browser reads it
    return f"'sha256-{base64.b64encode(hashlib.sha256(read.encode()).digest()).decode()}'"


def refusals(html: str) -> list[str]:
    """What in a page the policy cannot allow, in words."""
    body = _SCRIPT.sub("", html)
    found = [f"an element {match[0]}" for match in _STYLE.finditer(body)]
    if re.search(r"\s(?:style|on[a-z]+)\s*=", body, re.I):  # seldom true, and quick to see
        found += [f"an attribute {match['name']}, in {match[0][:60]}" for match in _ATTRIBUTE.finditer(body)]
    if _LINK_TO_CODE.search(body):
        found.append("an address that is code (javascript:)")
    return found


def with_policy(html: str, policy: str) -> str:
    """The page with its policy before anything that the policy is about."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page, places = _CHARSET.subn(lambda charset: f"{charset[0]}\n      {meta}", html, count=1)
    if not places:
        raise PluginError("a page without <meta charset> has no place for its Content-Security-Policy")
    return page
