"""One rule file read into rules: keys common to all kinds here, the rest by the kind's module."""

from __future__ import annotations

import re

from healthlint.checks import KINDS, kind_module
from healthlint.errors import RuleError
from healthlint.finding import CATEGORIES, SEVERITIES
from healthlint.rulebook.compiler import Compiler
from healthlint.rulebook.model import Condition, FixTemplate, Rule
from healthlint.rulebook.tables import Tables
from healthlint.rulebook.template import fields
from healthlint.rulebook.yamltree import Node, check_keys, hint
from healthlint.settings import PROFILES

FILE_KEYS = ("category", "about", "authority", "unless", "rules", "lexicons")
COMMON = (
    "code", "name", "category", "severity", "kind", "profiles", "where", "answers", "under",
    "only", "unless", "despite", "message", "suggest", "fix", "why", "authority", "examples",
    "rank",
)  # fmt: skip
#: Fields that every message may use, beside what the rule's patterns capture.
GENERAL_FIELDS = frozenset(
    ("match", "treatment", "use", "covers", "risks", "regulator", "crisis_line", "emergency")
)


class RuleReader:
    """Reads rule files of one pack."""

    def __init__(self, compiler: Compiler, tables: Tables, pack: str, strict: bool) -> None:
        self._compiler = compiler
        self._tables = tables
        self._pack = pack
        self._strict = strict  # the built-in pack must be complete: examples, why, authority

    def rules(self, root: Node) -> list[Rule]:
        """The rules of one file. Raises `RuleError`."""
        check_keys(root, FILE_KEYS, "a rule file")
        listed = root.get("rules")
        if listed is None:
            return []
        return [self._rule(node, root) for node in listed.elements()]

    def _rule(self, node: Node, file: Node) -> Rule:
        category, authority = file.get("category"), file.get("authority")
        kind_node = node.get("kind")
        kind = kind_node.text() if kind_node else "phrase"
        if kind not in KINDS:
            assert kind_node
            raise RuleError(f"{kind_node.place}: there is no kind `{kind}`{hint(kind, KINDS)}")
        module = kind_module(kind)
        code = self._required(node, "code").text()
        check_keys(node, (*COMMON, *module.KEYS), f"rule {code} (kind {kind})")
        if not re.fullmatch(r"[A-Z]{2,8}\d{3}", code):
            raise RuleError(
                f"{node.place}: a code is letters and three digits (SAF001), not `{code}`"
            )
        name = self._required(node, "name").text()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise RuleError(f"{node.place}: a name is lower case with hyphens, not `{name}`")
        compiler = self._compiler
        body = module.read(node, compiler, self._tables)
        keys = module.fields(body, compiler) | GENERAL_FIELDS
        only = list(compiler.conditions(node.get("only")))
        for key, scope in (("answers", "question"), ("under", "heading")):
            value = node.get(key)
            if value is not None and value.value is not None:
                only.append(Condition(scope, patterns=compiler.patterns(value)))
        where = node.get("where")
        flag, passes = self._examples(node, code)
        rank = node.get("rank")
        profiles = node.get("profiles")
        why = node.get("why")
        return Rule(
            code=code,
            name=name,
            category=self._choice(node.get("category") or category, CATEGORIES, "category", node),
            severity=self._choice(self._required(node, "severity"), SEVERITIES, "severity", node),
            kind=kind,
            place=node.place,
            message=self._template(self._required(node, "message"), keys),
            why=" ".join((why.text() if why else "").split()),
            suggest=tuple(
                self._template(part, keys)
                for _, part in (node.get("suggest") or Node("list", node.place)).texts()
            ),
            fix=self._fix(node.get("fix"), keys),
            authority=self._authority(node.get("authority") or authority, code, node),
            where=compiler.places(where) if where else frozenset(),
            only=tuple(only),
            unless=self._unless(node, file),
            profiles=tuple(
                self._choice(part, PROFILES, "profile", node) for _, part in profiles.texts()
            )
            if profiles
            else (),
            flag=flag,
            passes=passes,
            rank=int(rank.value) if rank else 0,
            body=body,
            pack=self._pack,
        )

    def _unless(self, node: Node, file: Node) -> tuple[Condition, ...]:
        """What lifts the finding: the file's signals without those in `despite`, and the rule's."""
        shared = self._compiler.conditions(file.get("unless"))
        despite = node.get("despite")
        for name, part in despite.texts() if despite else []:
            if name not in {condition.name for condition in shared}:
                raise RuleError(f"{part.place}: the file's `unless` has no signal `{name}`")
            shared = tuple(condition for condition in shared if condition.name != name)
        return shared + self._compiler.conditions(node.get("unless"))

    @staticmethod
    def _required(node: Node, key: str) -> Node:
        found = node.get(key)
        if found is None:
            raise RuleError(f"{node.place}: this rule has no `{key}`")
        return found

    @staticmethod
    def _choice(node: Node | None, known: tuple[str, ...], what: str, rule: Node) -> str:
        if node is None:
            raise RuleError(f"{rule.place}: this rule has no `{what}`, and neither has its file")
        value = node.text()
        if value not in known:
            raise RuleError(f"{node.place}: there is no {what} `{value}`{hint(value, known)}")
        return value

    @staticmethod
    def _template(node: Node, keys: frozenset[str] | set[str]) -> str:
        text = " ".join(node.text().split())
        for key, _ in fields(text):
            if key not in keys:
                raise RuleError(f"{node.place}: nothing fills in `{{{key}}}` here{hint(key, keys)}")
        return text

    def _fix(self, node: Node | None, keys: frozenset[str] | set[str]) -> FixTemplate | None:
        if node is None or (node.kind == "scalar" and node.scalar is None):
            return None
        check_keys(node, ("safe", "text"), "a fix")
        text, safe = node.get("text"), node.get("safe")
        if text is None or safe is None or not isinstance(safe.scalar, bool):
            raise RuleError(f"{node.place}: a fix has `safe: true|false` and `text`")
        return FixTemplate(self._template(text, keys), safe.scalar)

    def _authority(self, node: Node | None, code: str, rule: Node) -> tuple[str, ...]:
        if node is None:
            if self._strict:
                raise RuleError(f"{rule.place}: rule {code} names no authority")
            return ()
        for text, part in node.texts():
            if text not in self._tables.authorities:
                raise RuleError(
                    f"{part.place}: there is no authority `{text}`"
                    + hint(text, self._tables.authorities)
                )
        return tuple(text for text, _ in node.texts())

    def _examples(self, node: Node, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        examples = node.get("examples")
        if examples is None:
            raise RuleError(f"{node.place}: rule {code} has no examples")
        check_keys(examples, ("flag", "pass"), "examples")
        both = []
        for key in ("flag", "pass"):
            some = examples.get(key)
            texts = tuple(text for text, _ in some.texts()) if some else ()
            least = 3 if self._strict else 1
            if len(texts) < least:
                raise RuleError(
                    f"{examples.place}: rule {code} needs at least {least} `{key}` "
                    f"example{'s' * (least > 1)}, it has {len(texts)}"
                )
            both.append(texts)
        return both[0], both[1]
