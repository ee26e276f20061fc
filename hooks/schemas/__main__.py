"""Write the JSON Schemas of the fact files anew: python -m hooks.schemas."""

from hooks.schemas import FOLDER, files


def main() -> None:
    """Write every schema and print its path."""
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")
        print(f"written: {(FOLDER / name).relative_to(FOLDER.parents[1])}")


if __name__ == "__main__":
    main()
