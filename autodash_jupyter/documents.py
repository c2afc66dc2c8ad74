"""The records of a context: a document that says what datasets mean, and what it consists of.

They are pydantic models, since people and language models write them; so this module is imported at first
use, not when the extension loads. Fields that it doesn't know are kept. How a document reads as a file is for
``context``; whether it is true of the data, too.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

__all__ = [
    "Author",
    "BusinessRule",
    "ColumnContext",
    "ContextDocument",
    "DatasetContext",
    "Filter",
    "GlossaryTerm",
    "Metric",
    "Relationship",
    "slug",
    "text_fields",
]

Author = Literal["profile", "model", "person"]


def _as_text(value: object) -> object:
    # YAML reads `version: 2` as a number; people mean a label.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_list(value: object) -> object:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _as_mapping(value: object) -> object:
    return {} if value is None else value


def _blank_if_missing(value: object) -> object:
    return "" if value is None else _as_text(value)


Text = Annotated[str, BeforeValidator(_blank_if_missing)]
Label = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Fields = Annotated[dict[str, Any], BeforeValidator(_as_mapping)]


def slug(text: str) -> str:
    """Return a name as an id: small letters, digits and underscores.

    >>> slug("Average price (EUR)")
    'average_price_eur'
    """
    return re.sub(r"\W+", "_", text.lower()).strip("_") or "unnamed"


def text_fields(record: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a record that hold text or texts, whatever these look like, and its parts' fields.

    >>> text_fields(GlossaryTerm)["term"], "columns" in text_fields(ContextDocument)["datasets"]
    ({}, True)
    """
    found: dict[str, Any] = {}
    for name, described in record.model_fields.items():
        item = (get_args(described.annotation) or (described.annotation,))[0]
        if item is str:
            found[name] = {}
        elif isinstance(item, type) and issubclass(item, Part):
            found[name] = text_fields(item)
    return found | ({"id": {}} if record is DatasetContext else {})


class Part(BaseModel):
    """A part of a document; ``written_by`` tells who wrote it, ``None`` being a person without a note."""

    model_config = ConfigDict(extra="allow", frozen=True)
    key: ClassVar[str] = "id"  # what tells one part of its kind from another
    text_field: ClassVar[str] = ""  # where a part is given as plain text, the field that this text is

    written_by: Author | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {cls.text_field: value} if isinstance(value, str) and cls.text_field else value

    @property
    def identity(self) -> str:
        """What tells this part from others of its kind, in two versions of one document."""
        return str(getattr(self, self.key))

    @property
    def is_generated(self) -> bool:
        """Whether the profile or a language model wrote it, and no person has changed it since."""
        return self.written_by in ("profile", "model")


class NamedPart(Part):
    """A part with an id and a name, of which either may be left out."""

    id: Label
    name: Label

    @model_validator(mode="before")
    @classmethod
    def _fill_identity(cls, value: object) -> object:
        if isinstance(value, dict):
            known = value.get("name") or value.get("id")
            if isinstance(known, str):
                return value | {"id": value.get("id") or slug(known), "name": known}
        return value


class ColumnContext(Part):
    """What one column of a dataset holds, in the words of the business."""

    key: ClassVar[str] = "name"
    text_field: ClassVar[str] = "name"

    name: Label
    business_name: Text = ""
    description: Text = ""
    semantic_type: Text = ""
    unit: Text = ""
    synonyms: Texts = []
    personal: bool | None = None


class DatasetContext(Part):
    """A dataset the document speaks of, by its id, and what it says of its columns."""

    key: ClassVar[str] = "dataset_id"
    text_field: ClassVar[str] = "dataset_id"

    dataset_id: Label
    description: Text = ""
    columns: Annotated[list[ColumnContext], BeforeValidator(_as_list)] = []

    @model_validator(mode="before")
    @classmethod
    def _accept_id(cls, value: object) -> object:
        if isinstance(value, dict) and "dataset_id" not in value and "id" in value:
            return {("dataset_id" if name == "id" else name): each for name, each in value.items()}
        return value

    def column(self, name: str) -> ColumnContext | None:
        """Return what is said of a column, or ``None`` where nothing is."""
        return next((column for column in self.columns if column.name == name), None)


class Relationship(Part):
    """How rows of two datasets belong together: the columns of one that equal those of the other."""

    left_dataset: Text = ""
    right_dataset: Text = ""
    left_columns: Texts = []
    right_columns: Texts = []
    kind: Text = ""
    description: Text = ""

    @property
    def identity(self) -> str:
        """The two ends, since a relationship has no name of its own."""
        left = f"{self.left_dataset}({', '.join(self.left_columns)})"
        return f"{left} - {self.right_dataset}({', '.join(self.right_columns)})"


class Metric(NamedPart):
    """A figure that is computed the same way by everyone: an SQL expression over a dataset's rows."""

    expression: Label
    description: Text = ""
    dataset_id: Text = ""
    unit: Text = ""
    synonyms: Texts = []


class BusinessRule(NamedPart):
    """A rule that the data follow or should; ``condition``, where given, holds for each row."""

    description: Text = ""
    condition: Text = ""
    dataset_id: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _name_after_text(cls, value: object) -> object:
        if isinstance(value, str):
            value = {"description": value}
        if isinstance(value, dict) and not (value.get("name") or value.get("id")):
            said = value.get("description") or value.get("condition")
            if isinstance(said, str) and said.strip():
                return value | {"name": said.strip().splitlines()[0][:60], "id": slug(said[:40])}
        return value


class Filter(NamedPart):
    """A set of rows with a name: an SQL condition."""

    condition: Label
    description: Text = ""
    dataset_id: Text = ""
    synonyms: Texts = []


class GlossaryTerm(Part):
    """A word of the business and what it means."""

    key: ClassVar[str] = "term"

    term: Label
    definition: Text = ""
    synonyms: Texts = []
    related_columns: Texts = []
    examples: Texts = []


class ContextDocument(BaseModel):
    """What a team knows of its datasets, as one document.

    ``version`` is its author's label (each save has a running revision besides). ``written_by`` tells who
    wrote ``description``, ``body`` and ``questions`` where that wasn't a person; parts tell it of themselves.
    A dict of the same shape is as good: parts may be given as dicts, a rule or a column as its text.

    >>> document = ContextDocument(name="sales", metrics=[{"name": "Revenue", "expression": "SUM(price)"}])
    >>> document.metrics[0].id, document.status, document.context_type
    ('revenue', 'active', 'single_dataset')
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Label
    version: Label = "1.0.0"
    description: Text = ""
    context_type: Literal["single_dataset", "multi_dataset"] = "single_dataset"
    status: Literal["draft", "active", "archived"] = "active"
    tags: Texts = []
    category: Text = ""
    owner: Text = ""
    datasets: Annotated[list[DatasetContext], BeforeValidator(_as_list)] = []
    relationships: Annotated[list[Relationship], BeforeValidator(_as_list)] = []
    metrics: Annotated[list[Metric], BeforeValidator(_as_list)] = []
    business_rules: Annotated[list[BusinessRule], BeforeValidator(_as_list)] = []
    filters: Annotated[list[Filter], BeforeValidator(_as_list)] = []
    glossary: Annotated[list[GlossaryTerm], BeforeValidator(_as_list)] = []
    questions: Texts = []
    settings: Fields = {}
    written_by: Annotated[dict[str, Author], BeforeValidator(_as_mapping)] = {}
    body: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _tell_type(cls, value: object) -> object:
        if isinstance(value, dict) and not value.get("context_type"):
            datasets = value.get("datasets")
            several = isinstance(datasets, list | tuple) and len(datasets) > 1
            return value | {"context_type": "multi_dataset" if several else "single_dataset"}
        return value

    @property
    def dataset_ids(self) -> list[str]:
        """The ids of the datasets it speaks of, each once, in its order."""
        return list(dict.fromkeys(dataset.dataset_id for dataset in self.datasets))

    @property
    def parts(self) -> list[Part]:
        """What one author each wrote: columns, relationships, figures, filters, rules and terms."""
        columns = [column for dataset in self.datasets for column in dataset.columns]
        return [
            *columns,
            *self.relationships,
            *self.metrics,
            *self.filters,
            *self.business_rules,
            *self.glossary,
        ]

    def metrics_of(self, dataset_id: str) -> list[Metric]:
        """Return the metrics of a dataset: those that name it, or none."""
        return [metric for metric in self.metrics if metric.dataset_id in ("", dataset_id)]

    def dataset(self, dataset_id: str) -> DatasetContext | None:
        """Return what is said of a dataset, or ``None`` where it isn't named."""
        return next((one for one in self.datasets if one.dataset_id == dataset_id), None)
