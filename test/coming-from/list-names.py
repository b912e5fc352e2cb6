"""Lists the public names of the packages that docs/coming-from.md leads away from.

Run by hand when the table is to follow a newer release, outside of the repository:

    pip download --no-deps gitlab_runner_api==1.0.4 && unzip gitlab_runner_api-*.whl -d seed
    pip install --target site python-gitlab==8.4.0
    cargo download gitlab-runner==0.3.2, or unpack the crate's archive
    python3 list-names.py seed site gitlab-runner-0.3.2 NAMES_FOLDER
"""

import ast
import inspect
import pathlib
import re
import sys

seed, site, crate, names = map(pathlib.Path, sys.argv[1:5])

# What Python itself gives to every class, and what only other code of the package calls.
SPECIAL = {"__eq__": "==", "__repr__": "repr()", "__iadd__": "+=", "__add__": "+", "__len__": "len()", "__str__": "str()"}
FOREIGN_OBJECT = {"asdict", "attributes", "encoded_id", "get_id", "pformat", "pprint", "to_json", "parent_attrs", "path"}


def write(file, found):
    found = list(dict.fromkeys(found))
    (names / file).write_text("".join(f"{name}\n" for name in found))
    print(file, len(found))


def members(node):
    for member in node.body:
        if isinstance(member, ast.FunctionDef):
            if member.name == "__init__":
                yield "(…)"
            elif member.name in SPECIAL:
                yield " " + SPECIAL[member.name]
            elif not member.name.startswith("_"):
                yield "." + member.name


def python_names(folder):
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text())
        module = ".".join(file.relative_to(folder).with_suffix("").parts)
        module = re.sub(r"\.?__init__$", "", module)
        inside = module if module in ("testing", "testing.job", "testing.runner", "testing.utils", "cli", "utils", "utils.ansi", "failure_reasons", "logging", "version") else ""
        prefix = f"{inside}." if inside else ""
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{prefix}{node.name}()"
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield f"{prefix}{node.name}"
                if inside != "failure_reasons":
                    yield from (f"{prefix}{node.name}{member}" for member in members(node))
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if not name.startswith("_") and name != "handler":
                    yield f"{prefix}{name}"
                if name == "__all__" and inside == "testing":
                    yield from (f"{prefix}{each}" for each in ast.literal_eval(node.value))


def manager_names():
    sys.path.insert(0, str(site))
    import gitlab.v4.objects.runners as runners
    import gitlab.v4.objects.users as users

    classes = [getattr(runners, name) for name in runners.__all__]
    for cls in classes + [users.CurrentUserRunner, users.CurrentUserRunnerManager]:
        yield cls.__name__
        for name, _ in inspect.getmembers(cls):
            if not name.startswith("_") and name not in FOREIGN_OBJECT:
                yield f"{cls.__name__}.{name}"
    yield "Runner.jobs"


def crate_names():
    for name in ("lib", "job", "artifact", "uploader"):
        owner = ""
        prefix = "" if name == "lib" else f"{name}::"
        text = (crate / "src" / f"{name}.rs").read_text().split("#[cfg(test)]")[0]
        for line in text.splitlines():
            if found := re.match(r"(?:pub )?(?:impl(?:<[^>]*>)?(?: .* for)?|pub struct|pub trait) (\w+)", line):
                owner = found[1]
            if found := re.match(r"pub (?:struct|trait|type) (\w+)", line):
                yield prefix + found[1]
            if found := re.match(r"macro_rules! (\w+)", line):
                yield f"{found[1]}!"
            if re.match(r"pub use (client|logging)::", line):
                yield re.search(r"::(\w+);", line)[1]
            if re.match(r"impl .*Display for Variable", line):
                yield f"{prefix}Variable Display"
            if found := re.match(r"    pub (?:async )?fn (\w+)", line):
                yield f"{prefix}{owner}::{found[1]}"
            if owner in ("UploadableFile", "CancellableJobHandler", "JobHandler") and (found := re.match(r"    (?:async )?(?:fn|type) (\w+)", line)):
                yield f"{owner}::{found[1]}"
    yield from ("Phase::Script", "Phase::AfterScript", "GitlabLayer::new")


write("gitlab_runner_api.txt", python_names(seed / "gitlab_runner_api"))
write("python-gitlab.txt", manager_names())
write("gitlab-runner.txt", crate_names())
