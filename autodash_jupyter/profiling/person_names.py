"""Common first names of many countries, to know a person's name by its values."""

from __future__ import annotations

__all__ = ["FIRST_NAMES"]

_NAMES = """
james mary john patricia robert jennifer michael linda william elizabeth david barbara
richard susan joseph jessica thomas sarah charles karen christopher nancy daniel lisa
matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily andrew
donna joshua michelle kenneth carol kevin amanda brian dorothy george melissa edward deborah
ronald stephanie timothy rebecca jason sharon jeffrey laura ryan cynthia jacob kathleen gary
amy nicholas angela eric shirley jonathan anna stephen brenda larry pamela justin emma scott
nicole brandon helen benjamin samantha samuel katherine gregory christine frank debra
alexander rachel raymond carolyn patrick janet jack catherine dennis maria jerry heather
tyler diane aaron ruth jose julie adam olivia henry joyce nathan virginia douglas victoria
peter kelly zachary lauren walter christina kyle joan harold evelyn carl judith jeremy
andrea arthur hannah roger megan keith cheryl lawrence jacqueline terry martha sean madison
gerald teresa albert gloria joe sara ethan janice austin ann jesse kathryn willie abigail
bryan sophia billy frances bruce jean ralph alice roy judy eugene isabella louis julia wayne
grace alan amber juan denise russell danielle luis marilyn philip beverly randy charlotte
howard natalie vincent theresa bobby diana johnny brittany miguel carlos pedro francisco
hans klaus jürgen anders lars erik olga ivan dmitri sergei natasha yuki hiroshi kenji wei
ming li chen ali ahmed mohamed mohammed fatima omar hassan ibrahim priya raj anil sunita
pierre jacques marie claire sophie giovanni marco luca paolo giulia sofia mateo elena pablo
jorge manuel ana lucia rosa joao antonio fernando raul ricardo emil nils
"""

FIRST_NAMES = frozenset(_NAMES.split())
