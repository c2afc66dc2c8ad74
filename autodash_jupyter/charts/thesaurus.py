"""Words that mean the same in English, as people and columns use them, and what short forms stand for.

Nothing here knows any table; a table's own words come from its columns, its values and its context.
"""

from __future__ import annotations

__all__ = ["ABBREVIATIONS", "COMPOUNDS", "NUMBER_WORDS", "SYNONYMS", "VALUE_SYNONYMS"]

# A short form, and the words it stands for, joined by dashes.
_SHORT_FORMS = """
acct=account addr=address amt=amount apps=appearance avg=average bdate=birth-date bp=blood-pressure
cat=category cname=college-name cred=credit cust=customer dept=department desc=description
dno=department-number dob=date-birth emp=employee fname=first-name forename=first-name hp=horsepower
ident=id identification=id identifier=id identity=id inst=institution lat=latitude lname=last-name
lng=longitude lon=longitude long=longitude manuf=manufacturer mfr=manufacturer mgr=manager
minit=middle-initial mpg=mile-gallon msrp=price no=number nr=number num=number org=organization pct=percent
pop=population pos=position prod=product qty=quantity ref=reference ssn=social-security-number stu=student
surname=last-name temp=temperature tot=total ww=worldwide yr=year
"""
ABBREVIATIONS: dict[str, str] = {
    short: long.replace("-", " ") for short, long in (each.split("=") for each in _SHORT_FORMS.split())
}
# Each line holds words that may stand for each other.
SYNONYMS: tuple[str, ...] = tuple(
    """
id identifier identification ident ids identity
name title names called
type kind category class classification sort genre
price cost fee charge cheap cheapest expensive priciest
gross revenue earning income takings boxoffice
sale revenue turnover
profit earning margin
quantity amount number volume
amount value worth
budget spend spending expenditure
duration length runtime long longest shortest time
worldwide global world international
release launch premiere publication
movie film picture
rating score grade mark
country nation origin
city town municipality
state province
region area zone territory
customer client buyer
employee staff worker personnel
manufacturer maker brand make producer
salary wage pay compensation
gender sex
department division unit
mile mileage economy
gallon mileage economy
mpg mileage
horsepower power hp
engine motor
displacement size
weight heavy heaviest lightest mass lbs
acceleration accelerate speed fastest slowest
temperature warm warmest hot hottest cold coldest
cylinder cyl
year annual date
date day time datetime timestamp when
code number
contact phone telephone mobile cell
first given personal fore
last family sur
login user logon account
shop store outlet
product item good article
order purchase
shipping ship shipment delivery
segment group
method mode way
start begin from
end finish to until
description detail text summary information specific
detail note observation remark comment
location place where venue address
team club squad
player athlete
writer written author scriptwriter creator
director directed creator
rank ranking position
age old oldest youngest
size large big
height tall tallest elevation altitude
capacity room
school college university institution
population people inhabitant
phone telephone
address street
previous prior former
other additional further
unsure uncertain uncertainty undecided
status condition
semester term
birth born birthday
death died
discount rebate reduction
percent percentage share rate pct
minute minutes
postal zip postcode
vote ballot
creative style
content mpaa audience
running run
""".strip().splitlines()
)
# Of these two words together, the first is meant: an email address is an email, no address.
COMPOUNDS = frozenset(
    {("email", "address"), ("mail", "address"), ("ip", "address"), ("web", "address"), ("phone", "number")}
)
# Words for people, and how columns write which of the two they are.
VALUE_SYNONYMS = {
    "woman": ("female", "f", "w"),
    "girl": ("female", "f"),
    "lady": ("female", "f"),
    "man": ("male", "m"),
    "boy": ("male", "m"),
    "gentleman": ("male", "m"),
}
NUMBER_WORDS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "first": "1",
    "second": "2",
}
