"""A pasted config.json (of Hugging Face) as a model record: every fact has the pasted text as its source, and nothing is guessed.

What the family's code fixes comes from `families`. Fields that are not read are named, unless they are known to change no size.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from calculators.architecture.families import FAMILIES, FLAGS, NAMES, REQUIRED, WINDOWS, WITHOUT_SIZE, Family
from calculators.problems import nearest
from calculators.records import Fact, Record, Source
from calculators.schema import MODEL

LONGEST = 262_144
SLUG = "pasted-configuration"
_LARGEST = 10_000_000
_FEED_FORWARD_FACTOR = 4
_NEEDED = ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
_LATENT = ("kv_lora_rank", "q_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
_SOURCE = Source(
    id="pasted", title="pasted configuration", publisher="the reader", kind="third party", version="", address="", access="direct"
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """A configuration as understood: the record, the same configuration without what was not needed, what was not read."""

    record: Record
    text: str
    unread: tuple[str, ...]


class ConfigProblems(ValueError):
    """A configuration that cannot be used, with every field that is wrong."""


def is_configuration(text: str) -> bool:
    """Whether a text is meant as a configuration rather than as a name."""
    return text.lstrip().startswith("{")


@lru_cache(maxsize=32)
def read(text: str) -> Pasted:
    """Read a configuration. Raises ConfigProblems, which name the field, what is wrong and what is accepted."""
    if len(text) > LONGEST:
        raise ConfigProblems(f"is longer than {LONGEST} characters")
    given = _json(text)
    kind, given = _kind(given)
    reader = _Reader(FAMILIES[kind], kind, given)
    facts = reader.facts()
    if problems := reader.said():
        raise ConfigProblems("; ".join(problems))
    name = str(given.get("_name_or_path") or given.get("name_or_path") or f"pasted {FAMILIES[kind].name} model")[:64]
    used = {"model_type": kind, **{key: given[key] for key in sorted(reader.used)}}
    used |= {"_name_or_path": name} if given.get("_name_or_path") or given.get("name_or_path") else {}
    unread = tuple(reader.unread())
    used |= {key: _brief(given[key]) for key in unread}  # else the kept text would no longer say that they were not read
    return Pasted(_record(name, facts), json.dumps(used, separators=(",", ":"), ensure_ascii=False), unread)


def _json(text: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = sorted(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        if twice:
            raise ConfigProblems(f"has {', '.join(twice)} more than once")
        return dict(pairs)

    try:
        found = json.loads(text, parse_constant=str, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise ConfigProblems(f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ConfigProblems("is nested too deeply") from error
    except ValueError as error:  # ConfigProblems, and integers of more digits than Python reads
        raise error if isinstance(error, ConfigProblems) else ConfigProblems("has a number that is too long") from error
    if not isinstance(found, dict):
        raise ConfigProblems("is not a JSON object")
    return found


def _kind(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The family, and its configuration: that of the language model in one that also sees."""
    inner = given.get("text_config")
    if isinstance(inner, dict):
        given = {"_name_or_path": given.get("_name_or_path"), "vision_config": given.get("vision_config")} | inner
    kind = given.get("model_type")
    if not isinstance(kind, str) or kind not in FAMILIES:
        known = ", ".join(FAMILIES)
        if kind is None:
            raise ConfigProblems(f"model_type: is missing; one of {known}")
        raise ConfigProblems(
            f"model_type: {repr(kind)[:60]} is not a family that is counted here{nearest(str(kind), FAMILIES)}; one of {known}"
        )
    return kind, dict(given)


class _Reader:
    """Takes facts out of a configuration, and keeps what is wrong with it and which fields were used."""

    def __init__(self, family: Family, kind: str, given: Mapping[str, Any]) -> None:
        self.family, self.kind, self.given = family, kind, given
        self.problems: list[str] = []
        self.missing: list[str] = []
        self.used: set[str] = set()

    def said(self) -> list[str]:
        """What is wrong with each field that is there, then the fields that are not."""
        absent = f"{', '.join(self.missing)}: missing, and not guessed"
        return [*self.problems, absent] if self.missing else self.problems

    def facts(self) -> dict[str, tuple[Any, str]]:
        """The value of each fact, and where it comes from."""
        found: dict[str, tuple[Any, str]] = {
            key: (value, f"fixed by the code of {self.kind}") for key, value in self.family.fixed.items()
        }
        for name, accepted in self.family.must_be.items():
            self._must_be(name, accepted)
        for key in self._sizes():
            if (size := self._size(key)) is not None:
                found[key] = size
        for key in ("tie_word_embeddings", "mlp_bias"):
            if key in self.family.defaults:
                found[key] = self._flag(key)
        if "attention_bias" in self.family.defaults:
            found |= self._biases()
        if self.kind == "glm4_moe" and self._flag("use_qk_norm", False)[0]:
            found["qk_norm"] = ("per head", "use_qk_norm")
        if not self.said():
            self._complete(found)
        return found

    def _sizes(self) -> Iterator[str]:
        yield from _NEEDED
        yield "intermediate_size"
        yield "max_position_embeddings"
        if self.family.fixed.get("attention") == "mla":
            yield from _LATENT
            yield "num_key_value_heads"
        else:
            yield from ("num_key_value_heads", "head_dim")
        if self.family.experts:
            yield from ("num_experts", "num_experts_per_tok", "moe_intermediate_size", "shared_experts", "first_dense_layers")

    def _field(self, key: str) -> str | None:
        """The field that holds a size, if it is there and not null."""
        return next((name for name in NAMES[key] if self.given.get(name) is not None), None)

    def _size(self, key: str) -> tuple[int, str] | None:
        name = self._field(key)
        if name is None:
            return self._default(key)
        self.used.add(name)
        value, least = self.given[name], 0 if key in ("shared_experts", "first_dense_layers") else 1
        if not self._whole(name, value, least):
            return None
        return (value, name) if value or key not in ("shared_experts", "first_dense_layers") else None

    def _whole(self, name: str, value: Any, least: int = 1) -> bool:
        """Whether a value is a whole number within bounds; where it is not, that is a problem."""
        whole = isinstance(value, int) and not isinstance(value, bool) and least <= value <= _LARGEST
        if not whole:
            self.problems.append(f"{name}: {_shown(value)} is not a whole number from {least} to {_LARGEST:,}")
        return whole

    def _default(self, key: str) -> tuple[int, str] | None:
        """The value of a size that is not there, where the family's code derives one; else a problem, if it is needed."""
        rule = self.family.defaults.get(key)
        optional = ("max_position_embeddings", "moe_intermediate_size", "shared_experts", "first_dense_layers")
        if rule is None and key in optional and not (key == "max_position_embeddings" and self._learned):
            return None
        if self.kind == "falcon" and key == "num_key_value_heads":
            return self._falcon_heads()
        whole = {rule: self._derived(rule)} if isinstance(rule, str) else {}
        if rule is None and key == "num_key_value_heads" and self.family.fixed.get("attention") == "mla":
            whole = {rule: self._derived("heads")}
        if whole.get(rule) is not None:
            return whole[rule], f"not stated; derived by the code of {self.kind}"
        self.missing.append(NAMES[key][0])
        return None

    @property
    def _learned(self) -> bool:
        return self.family.fixed.get("position") == "learned"

    def _derived(self, rule: str) -> int | None:
        heads, hidden = (self._plain(key) for key in ("num_attention_heads", "hidden_size"))
        if not heads or not hidden:
            return None
        if rule == "even":
            return hidden // heads if hidden % heads == 0 else None
        return heads if rule == "heads" else _FEED_FORWARD_FACTOR * hidden

    def _plain(self, key: str) -> int:
        name = self._field(key)
        value = self.given.get(name) if name else None
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

    def _falcon_heads(self) -> tuple[int, str] | None:
        if self._flag("new_decoder_architecture", False)[0]:
            self.missing.append("num_kv_heads")
            return None
        one = self._flag("multi_query", True)[0]
        return (1 if one else self._plain("num_attention_heads")), "multi_query"

    def _flag(self, name: str, default: Any = REQUIRED) -> tuple[bool, str]:
        default = self.family.defaults.get(name, default)
        value = self.given.get(name)
        if value is None:
            if default is REQUIRED:
                self.missing.append(name)
            return bool(default), f"{name} is not stated; the default of {self.kind}"
        self.used.add(name)
        if not isinstance(value, bool):
            self.problems.append(f"{name}: {_shown(value)} is neither true nor false")
        return bool(value), name

    def _must_be(self, name: str, accepted: tuple[Any, ...]) -> None:
        value = self.given.get(name)
        if value is None:
            return
        self.used.add(name)
        if value not in accepted:
            self.problems.append(f"{name}: {_shown(value)} is not counted here; accepted: {_shown(accepted[0])}")

    def _biases(self) -> dict[str, tuple[bool, str]]:
        value = self._flag("attention_bias")
        return {"qkv_bias": value} if "o_bias" in self.family.fixed else {"qkv_bias": value, "o_bias": value}

    def _complete(self, found: dict[str, tuple[Any, str]]) -> None:
        """What follows from several fields at once, and whether they agree."""
        heads, shared = found["num_attention_heads"][0], found["num_key_value_heads"][0]
        if self.family.fixed.get("attention") == "mla":
            found["head_dim"] = (
                found["qk_nope_head_dim"][0] + found["qk_rope_head_dim"][0],
                "qk_nope_head_dim + qk_rope_head_dim",
            )
        else:
            if heads % shared:
                self.problems.append(f"num_key_value_heads: {shared} does not divide {heads} attention heads")
            kind = "mha" if shared == heads else "mqa" if shared == 1 else "gqa"
            found["attention"] = (kind, f"{shared} KV heads for {heads} attention heads")
        if self.kind == "falcon":
            found |= {key: (False, "bias") for key in ("qkv_bias", "o_bias", "mlp_bias")}
            new = self._flag("new_decoder_architecture", False)[0]
            found["norms_per_layer"] = (2 if new else 1, "new_decoder_architecture, parallel_attn")
        if self.kind == "opt" and self.given.get("word_embed_proj_dim") not in (None, found["hidden_size"][0]):
            self.problems.append("word_embed_proj_dim: other than hidden_size is not counted here")
        if self.family.experts and found["num_experts_per_tok"][0] > found["num_experts"][0]:
            self.problems.append(f"num_experts_per_tok: {found['num_experts_per_tok'][0]} is more than all experts")
        if found.get("first_dense_layers", (0,))[0] >= found["num_hidden_layers"][0]:
            self.problems.append("first_k_dense_replace: leaves no layer with experts")
        if self.family.window:
            self._windows(found)

    def _windows(self, found: dict[str, tuple[Any, str]]) -> None:
        layers, window = found["num_hidden_layers"][0], self.given.get("sliding_window")
        self.used |= {name for name in WINDOWS if name in self.given}
        wanted = self.family.window_stated or self.given.get("use_sliding_window") is True
        if wanted and "sliding_window" not in self.given:
            self.missing.append("sliding_window (null where there is none)")
        if window is None or self.given.get("use_sliding_window") is False:
            return
        if not self._whole("sliding_window", window):
            return
        count = self._window_layers(layers)
        if count:
            found["sliding_window"] = (window, "sliding_window")
            found["sliding_window_layers"] = (count, "layer_types" if "layer_types" in self.given else "sliding_window")

    def _window_layers(self, layers: int) -> int:
        kinds = self.given.get("layer_types")
        if isinstance(kinds, list):
            unknown = [kind for kind in kinds if kind not in ("sliding_attention", "full_attention")]
            if unknown or len(kinds) != layers:
                self.problems.append(f"layer_types: is not a list of {layers} sliding_attention or full_attention")
            return kinds.count("sliding_attention")
        if self.family.window == "after max_window_layers":
            return self._after_first(layers) if self._flag("use_sliding_window", False)[0] else 0
        pattern = self.given.get("sliding_window_pattern", 6)
        if self.family.window == "five of six" and not self._whole("sliding_window_pattern", pattern):
            return 0
        return {"all": layers, "every second": (layers + 1) // 2}.get(self.family.window) or layers - layers // pattern

    def _after_first(self, layers: int) -> int:
        """Layers with a window where the first ones have none."""
        first = self.given.get("max_window_layers")
        if first is None:
            self.missing.append("max_window_layers")
        elif self._whole("max_window_layers", first, 0):
            return max(0, layers - first)
        return 0

    def unread(self) -> Iterator[str]:
        """Fields that were not read and may matter: all that are set and not known to change no size."""
        known = WITHOUT_SIZE | self.used | set(WINDOWS) | set(FLAGS)
        known |= {name for names in NAMES.values() for name in names} | self.family.must_be.keys()
        for name, value in self.given.items():
            if name not in known and value not in (None, False, 0, [], {}, ""):
                yield name


def _brief(value: Any) -> Any:
    """A value that is not read, short enough for an address."""
    return value if isinstance(value, int | float | str) and len(str(value)) <= 40 else True


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."


def _record(name: str, found: Mapping[str, tuple[Any, str]]) -> Record:
    path = Path("config.json")
    facts = {
        f"architecture.{key}": Fact(
            record=SLUG, key=f"architecture.{key}", label=meaning.label, value=found[key][0], unit=meaning.unit, source=_SOURCE,
            where=f"config.json, {found[key][1]}", path=path, line=1,
        )
        for key, meaning in MODEL["architecture"].items()
        if key in found
    }  # fmt: skip
    return Record(
        folder="models", slug=SLUG, name=name, short=name, vendor="", aliases=(), path=path,
        facts=MappingProxyType(facts), missing=MappingProxyType({}),
    )  # fmt: skip
