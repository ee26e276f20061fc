"""The copy in which the wait of an editor is measured: whatever the project is made of, and nothing that git ignores."""

import subprocess

from proof.benchmarks.editing_loop import copy


def test_a_copy_holds_what_git_keeps_and_what_is_new(tmp_path):
    root, folder = tmp_path / "a project", tmp_path / "copy"
    for name in ("docs/index.md", "proof/new.py", "gone.md", "ignored/x.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / ".gitignore").write_text("ignored/\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "docs", "gone.md"], cwd=root, check=True)
    (root / "gone.md").unlink()
    (root / "docs/index.md").write_text("edited")
    copy(root, folder)
    found = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert found == {"docs/index.md": "edited", "proof/new.py": "proof/new.py", ".gitignore": "ignored/\n"}
