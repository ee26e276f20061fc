"""The memory of Python that a reader's browser keeps in files: whether it is whole, what it holds, and ways to damage it."""

from playwright.sync_api import Page

_FILES = """
  const files = [];
  for await (const folder of (await navigator.storage.getDirectory()).values())
    for await (const file of folder.values()) files.push(file);
"""
_WHOLE = f"""async (number) => {{{_FILES}
  const ends = files.map((file) => file.getFile().then((whole) => whole.slice(-4).text()).catch(() => "being written"));
  return (await Promise.all(ends)).filter((end) => end === "1mem").length === number;
}}"""  # they end with a mark
_CHANGE = f"""async ({{ length, zeros }}) => {{{_FILES}
  for (const file of files) {{
    const writable = await file.createWritable({{ keepExistingData: true }});
    if (length) await writable.truncate(length);
    if (zeros) await writable.write({{ type: "write", position: 0, data: new Uint8Array(zeros) }});
    await writable.close();
  }}
  return files.length;
}}"""
_HOLD = f"""async (words) => {{{_FILES}
  const texts = files.map(async (file) => new TextDecoder("latin1").decode(await (await file.getFile()).arrayBuffer()));
  return (await Promise.all(texts)).some((text) => text.includes(words));
}}"""


def wait_until_kept(page: Page, number: int = 1) -> None:
    """Wait until there are so many whole memories, and no more."""
    page.wait_for_function(_WHOLE, arg=number)


def cut(page: Page) -> None:
    """Leave the beginning of every memory."""
    assert page.evaluate(_CHANGE, {"length": 20_000_000})


def spoil(page: Page) -> None:
    """Put zeros in place of the beginning of every memory."""
    assert page.evaluate(_CHANGE, {"zeros": 2**20})


def hold(page: Page, words: str) -> bool:
    """Whether these words are in any memory."""
    return page.evaluate(_HOLD, words)
