"""Build the wheel: the packages `credits`, `billing` and `common`, inside the package `prepaid_credits`.

Their own names are too general for site-packages, where another distribution or the project itself may have
a `common` or a `billing`. So the build writes `prepaid_credits.credits` wherever the code names the module
`credits` (docs/adr/0014-the-wheel-is-one-package.md). Everything else about the distribution is in pyproject.toml.
"""

import re
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
NAMESPACE = "prepaid_credits"
PACKAGES = ("credits", "billing", "common")
PACKAGE_DATA = ("py.typed", "sql/**/*.sql", "templates/**/*.html", "static/**/*.css")

_MODULES = {
    name: sorted({path.stem for path in (HERE / name).iterdir() if path.suffix in ("", ".py")} - {"__init__"})
    for name in PACKAGES
}
# A module of ours, with its dots: in imports, strings and comments.
_DOTTED = re.compile(
    r"(?<![\w./])(?:"
    + "|".join(rf"{name}\.(?:{'|'.join(modules)})" for name, modules in _MODULES.items())
    + r")\b"
)
_IMPORT = re.compile(rf"^(\s*(?:from|import) )(?=(?:{'|'.join(PACKAGES)})(?: |$))", re.MULTILINE)
_APP_NAME = re.compile(rf'^(    name = ")(?=(?:{"|".join(PACKAGES)})"$)', re.MULTILINE)


def namespaced(source: str) -> str:
    """Return a module's source with the names that its packages have in the wheel. Labels of apps stay."""
    source = _DOTTED.sub(lambda found: f"{NAMESPACE}.{found[0]}", source)
    source = _IMPORT.sub(rf"\1{NAMESPACE}.", source)
    return _APP_NAME.sub(rf"\1{NAMESPACE}.", source)


class BuildNamespaced(build_py):
    """Copy the packages into the namespace, and rename them in the copies."""

    def run(self) -> None:
        package = Path(self.build_lib) / NAMESPACE
        shutil.rmtree(package, ignore_errors=True)  # of an earlier build, with files that may be gone
        super().run()
        for module in package.rglob("*.py"):
            module.write_text(namespaced(module.read_text(encoding="utf-8")), encoding="utf-8")
        (package / "__init__.py").write_text('"""Prepaid credits and Stripe subscriptions for Django."""\n')
        (package / "py.typed").touch()


if __name__ == "__main__":
    setup(
        packages=[
            f"{NAMESPACE}.{package}"
            for name in PACKAGES
            for package in (
                name,
                *(f"{name}.{sub}" for sub in find_packages(name, exclude=["tests", "*.tests", "tests.*"])),
            )
        ],
        package_dir={f"{NAMESPACE}.{name}": name for name in PACKAGES},
        package_data={f"{NAMESPACE}.{name}": list(PACKAGE_DATA) for name in PACKAGES},
        include_package_data=False,
        cmdclass={"build_py": BuildNamespaced},
    )
