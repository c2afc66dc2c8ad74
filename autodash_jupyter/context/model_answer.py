"""What a language model is to answer about a table: the fields of its answer, as pydantic models.

They take what models really write: numbers for texts, ``null`` for nothing, one word for a list of one.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from autodash_jupyter.language_model import Output

__all__ = ["OUTPUTS", "ColumnMeaning", "MetricIdea", "RelationIdea", "RuleIdea", "TermIdea"]

_MOST_IN_LIST = 20


def _as_text(value: object) -> object:
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float | bool) else value


def _as_texts(value: object) -> object:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if isinstance(item, str | int | float)][:_MOST_IN_LIST]


Words = Annotated[str, BeforeValidator(_as_text)]
Required = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
Several = Annotated[list[str], BeforeValidator(_as_texts)]


class _Idea(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    aliases: ClassVar[dict[str, str]] = {}  # other names that models give a field
    text_field: ClassVar[str] = ""  # what a text alone stands for

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, value: object) -> object:
        if isinstance(value, str) and cls.text_field:
            return {cls.text_field: value}
        if isinstance(value, dict):
            return {cls.aliases.get(name, name): each for name, each in reversed(value.items())}
        return value


class ColumnMeaning(_Idea):
    """What one column means."""

    aliases = {"column": "name", "column_name": "name", "label": "business_name", "meaning": "description"}

    name: Required = Field(description="the column's name, exactly as it is listed")
    business_name: Words = Field("", description="what people call it, a few words")
    description: Words = Field("", description="what it holds and how to read it, one sentence")
    unit: Words = Field("", description="its unit where it has one")
    synonyms: Several = Field([], description="other words that people use for it")


class MetricIdea(_Idea):
    """A figure worth computing."""

    aliases = {"formula": "expression", "sql": "expression", "calculation": "expression"}

    name: Required = Field(description="what the figure is called")
    expression: Required = Field(
        description="one SQL expression (DuckDB) that summarises listed columns to one value, without SELECT"
    )
    description: Words = Field("", description="what it tells, one sentence")
    unit: Words = ""


class RelationIdea(_Idea):
    """Columns that refer to others of the same table."""

    columns: Several = Field([], description="columns of this table")
    refers_to: Several = Field([], description="the columns of this table that they refer to")
    kind: Words = Field("", description="many_to_one, one_to_one, one_to_many or many_to_many")
    description: Words = ""


class TermIdea(_Idea):
    """A word of the business."""

    aliases = {"name": "term", "meaning": "definition", "description": "definition"}

    term: Required
    definition: Words = ""
    synonyms: Several = []
    related_columns: Several = Field([], description="listed columns that it is about")


class RuleIdea(_Idea):
    """A rule that the rows follow."""

    aliases = {"rule": "description", "expression": "condition"}
    text_field = "description"

    name: Words = ""
    description: Words = Field("", description="the rule, one sentence")
    condition: Words = Field(
        "", description="an SQL condition that is true of each row, where one can be written"
    )


OUTPUTS: dict[str, Output] = {
    "description": Output(
        "200 to 500 characters for a colleague who has never seen it: what one row is, what the table covers",
        aliases=("summary", "overview", "dataset_description"),
    ),
    "columns": Output(
        "what each of the listed columns means",
        list[ColumnMeaning],
        aliases=("column_descriptions", "column_meanings"),
    ),
    "relationships": Output(
        "columns that refer to other columns of this table; usually none", list[RelationIdea]
    ),
    "metrics": Output("at most 8 figures worth computing", list[MetricIdea], aliases=("measures",)),
    "glossary": Output(
        "at most 8 words of the business that the columns stand for", list[TermIdea], aliases=("terms",)
    ),
    "business_rules": Output(
        "at most 8 rules that the data follow; leave out what is a guess", list[RuleIdea], aliases=("rules",)
    ),
    "questions": Output(
        "at most 5 questions worth asking of the table", list[str], aliases=("questions_worth_asking",)
    ),
}
"""The fields of an answer, in the order they are written."""
