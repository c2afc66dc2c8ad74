"""What English says of charts: marks, aggregates, time units, and words that tell little.

Nothing here knows any table; a table's own words come from its columns, its values and its context.
"""

from __future__ import annotations

__all__ = [
    "AGGREGATES",
    "COLUMN_ENDINGS",
    "EXTREMES",
    "FILLER",
    "GENERIC",
    "MARKS",
    "NOUNS",
    "SILENT",
    "TIME_UNITS",
    "WHOLE_WORDS",
]

# A pattern, what it means, and whether it says so outright (a weak one only hints). The first one wins.
MARKS: tuple[tuple[str, str, bool], ...] = (
    (r"histograms?", "histogram", True),
    (r"(?:heat ?-?maps?|heat ?-?map (?:chart|plot)|density (?:plot|heat ?map|map|chart))", "rect", True),
    (r"(?:colou?r|heat|correlation) (?:matrix|grid)|thermal map", "rect", True),
    (
        r"box ?-?(?:and-whiskers? )?(?:plots?|charts?|graphs?)|box ?and ?whiskers?(?: plots?)?"
        r"|range plots?|box distribution",
        "boxplot",
        True,
    ),
    (
        r"scatter ?-?(?:plots?|graphs?|charts?|diagrams?)|scatter(?:ing|gram)?"
        r"|(?:bubble|dot|point) (?:charts?|plots?)",
        "point",
        True,
    ),
    (
        r"(?:pie|donut|doughnut|ring)(?: ?-?(?:charts?|graphs?|plots?|diagrams?))?"
        r"|(?:circular|sector) (?:charts?|diagrams?)",
        "arc",
        True,
    ),
    (r"density curves?|kernel density|densit(?:y|ies)(?= of\b)", "density", True),
    (r"strip ?plots?|dot strips?|tick plots?", "tick", True),
    (r"area (?:charts?|graphs?|plots?)|stacked areas?", "area", True),
    (
        r"(?:multi-?)?line ?-?(?:charts?|graphs?|plots?|diagrams?)|line representation|lines?(?= for)",
        "line",
        True,
    ),
    (r"time ?-?series(?: plots?)?|timelines?|sparklines?", "line", True),
    (
        r"(?:bar|column)s? ?-?(?:charts?|graphs?|plots?|diagrams?)|bars\b|barplots?|barcharts?|stack bar\w*",
        "bar",
        True,
    ),
    (r"\b(?:as|draw|plot|simple) (?:a )?bar\b|stacked bar|grouped bar|stacked columns?", "bar", True),
    (r"\bas (?:a )?lines?\b|draw (?:a )?lines?", "line", True),
    (r"(?<!or )trends?\b|trending|chang\w+ over|evol\w+|over time", "line", False),
    (r"proportions?|shares?(?= of)|percentage breakdown|make-?up of", "arc", False),
    (r"relationships?|correlat\w+|relat(?:ed|es?|ion)\b", "point", False),
    (r"affects?|influences?|impacts?|depends? on|leads? to|goes with", "point", False),
    (r"means?(?= (?:an? )?(?:better|worse|higher|lower|more|less|longer|shorter)\b)", "point", False),
)
AGGREGATES: tuple[tuple[str, str], ...] = (
    (r"aver[a-z]*|avg\.?|means?|typical", "mean"),
    (r"medians?", "median"),
    (r"(?:total )(?:number|count|amount|quantity)(?: of)?(?= (?:the )?[a-z]+)", "count"),
    (
        r"(?:sum|sums|summed)(?: total)?(?: of)?|totals?(?: of)?|cumulative|overall|combined|accumulated",
        "sum",
    ),
    (
        r"(?:distinct|unique|different) (?:count|number|values)(?: of)?"
        r"|(?:number|count) of (?:distinct|unique)",
        "distinct",
    ),
    (r"distinct|unique", "distinct"),
    (
        r"how many|counts? of|(?:total )?(?:count|number|amount|quantity|frequency) of"
        r"|counts?|frequency|tally",
        "count",
    ),
    (r"distribution of", "spread"),
    (r"min|minimum", "min"),
    (r"max|maximum|peak", "max"),
    (r"lowest|smallest|cheapest", "least"),
    (r"highest|largest|biggest", "greatest"),
)
# Superlatives that name a column by themselves: the "cheapest" is that of the lowest price.
EXTREMES = {
    "cheapest": "min",
    "coldest": "min",
    "lightest": "min",
    "shortest": "min",
    "slowest": "min",
    "youngest": "min",
    "fastest": "max",
    "heaviest": "max",
    "hottest": "max",
    "longest": "max",
    "oldest": "max",
    "priciest": "max",
    "tallest": "max",
    "warmest": "max",
}
TIME_UNITS: dict[str, str] = {
    "year": "year",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
    "quarter": "yearquarter",
    "quarterly": "yearquarter",
    "month": "yearmonth",
    "monthly": "yearmonth",
    "week": "yearweek",
    "weekly": "yearweek",
    "day": "yearmonthdate",
    "daily": "yearmonthdate",
    "weekday": "day",
    "hour": "hours",
    "hourly": "hours",
}
FILLER = frozenset(
    """
a about according across against all along also among an analysis and any are as ascending associated at
average avg axis bar based be been being between bin binned both bottom broken bucket but by can
categorised categorized category-wise chart charts coded color colored coloring coloured colouring
compare compared comparison contain containing could count create data dataset decreasing depicted
depicting depicts descending details-of diagram did different display displayed displaying displays
distributed distribution divided do does down draw drawn each either entries entry every exist featuring
fewest filtered find focused focusing for frequency from function generate get give given graph grouped
has have having highest histogram how i if illustrate illustrated illustrates illustrating in include
including increasing increment information interval into is it its just least less let's like line
list look lowest made make many me mean more most much multiple namely nearest not number of on one only
or ordered our out over overview parameterized per pie please plot plotted plotting present
presented presents provide record records regarding related relationship represent represented
representing represents respect respectively reveal reveals row rows scatter see separated show showing
shown shows simple small so some sorted specifically split sub sum table tell than that the their them
there these they this those through to top total up us use used using value values various vary versus
view visualisation visualise visualization visualize vs want was we were what what's when where where's
which while who whose why with within would x y you your
""".split()  # noqa: SIM905 - a list of so many words is easier to read and change as text
)
# Words that may be part of a column's name, and say nothing where they aren't.
SILENT = frozenset(
    """
besides best better bigger biggest cheaper cheapest dollar euro except exclude excluding fastest greater
greatest heavier higher hour ignoring item kilogram kilometer kilometre km larger largest latest least
level longer longest lower meter metre minute most oldest only order other percent point pound reading
second shorter shortest sized smaller smallest taller than time visualised visualized warmest without
worst youngest
""".split()  # noqa: SIM905
)
NOUNS = frozenset(
    {"value", "number", "information"}
)  # fillers that stand for a part of a name beside another one
# Words that many columns have: they tell little of which one is meant.
GENERIC = {
    "id": 0.45,
    "code": 0.4,
    "name": 0.6,
    "number": 0.45,
    "type": 0.6,
    "date": 0.6,
    "total": 0.5,
    "value": 0.5,
    "detail": 0.5,
    "description": 0.6,
    "of": 0.05,
    "in": 0.05,
    "by": 0.05,
    "from": 0.4,
    "to": 0.4,
    "the": 0.05,
    "is": 0.05,
    "per": 0.1,
    "and": 0.05,
    "major": 0.35,
    "main": 0.35,
    "primary": 0.35,
}
COLUMN_ENDINGS = ("id", "name", "code", "date", "type", "year", "number", "time", "ssn")
# Words that end like one of those and are one word all the same.
WHOLE_WORDS = frozenset(
    """
acid aid arid avid barcode bid candidate covid daytime decode encode filename fluid genotype grid humid
hid hybrid invalid kid lifetime lid liquid mid nickname orchid overtime paid postcode prepaid prototype rapid
rename rid runtime said solid subtype surname unpaid update username valid validate void zipcode
""".split()  # noqa: SIM905
)
