"""Names and codes of countries, states and continents, to know a place by its values."""

from __future__ import annotations

__all__ = [
    "CONTINENTS",
    "COUNTRY_CODES",
    "COUNTRY_NAMES",
    "STATE_CODES",
    "STATE_NAMES",
    "country_share",
    "place_share",
    "region_share",
]

_COUNTRIES = """
AF AFG Afghanistan|AL ALB Albania|DZ DZA Algeria|AD AND Andorra|AO AGO Angola|AG ATG Antigua and Barbuda
AR ARG Argentina|AM ARM Armenia|AU AUS Australia|AT AUT Austria|AZ AZE Azerbaijan|BS BHS Bahamas
BH BHR Bahrain|BD BGD Bangladesh|BB BRB Barbados|BY BLR Belarus|BE BEL Belgium|BZ BLZ Belize
BJ BEN Benin|BT BTN Bhutan|BO BOL Bolivia|BA BIH Bosnia and Herzegovina|BW BWA Botswana|BR BRA Brazil
BN BRN Brunei|BG BGR Bulgaria|BF BFA Burkina Faso|BI BDI Burundi|CV CPV Cape Verde|KH KHM Cambodia
CM CMR Cameroon|CA CAN Canada|CF CAF Central African Republic|TD TCD Chad|CL CHL Chile|CN CHN China
CO COL Colombia|KM COM Comoros|CG COG Congo|CD COD Democratic Republic of the Congo|CR CRI Costa Rica
CI CIV Ivory Coast|HR HRV Croatia|CU CUB Cuba|CY CYP Cyprus|CZ CZE Czech Republic|DK DNK Denmark
DJ DJI Djibouti|DM DMA Dominica|DO DOM Dominican Republic|EC ECU Ecuador|EG EGY Egypt|SV SLV El Salvador
GQ GNQ Equatorial Guinea|ER ERI Eritrea|EE EST Estonia|SZ SWZ Eswatini|ET ETH Ethiopia|FJ FJI Fiji
FI FIN Finland|FR FRA France|GA GAB Gabon|GM GMB Gambia|GE GEO Georgia|DE DEU Germany|GH GHA Ghana
GR GRC Greece|GL GRL Greenland|GD GRD Grenada|GT GTM Guatemala|GN GIN Guinea|GW GNB Guinea-Bissau
GY GUY Guyana|HT HTI Haiti|HN HND Honduras|HK HKG Hong Kong|HU HUN Hungary|IS ISL Iceland|IN IND India
ID IDN Indonesia|IR IRN Iran|IQ IRQ Iraq|IE IRL Ireland|IL ISR Israel|IT ITA Italy|JM JAM Jamaica
JP JPN Japan|JO JOR Jordan|KZ KAZ Kazakhstan|KE KEN Kenya|KI KIR Kiribati|KP PRK North Korea
KR KOR South Korea|XK XKX Kosovo|KW KWT Kuwait|KG KGZ Kyrgyzstan|LA LAO Laos|LV LVA Latvia
LB LBN Lebanon|LS LSO Lesotho|LR LBR Liberia|LY LBY Libya|LI LIE Liechtenstein|LT LTU Lithuania
LU LUX Luxembourg|MO MAC Macao|MG MDG Madagascar|MW MWI Malawi|MY MYS Malaysia|MV MDV Maldives
ML MLI Mali|MT MLT Malta|MH MHL Marshall Islands|MR MRT Mauritania|MU MUS Mauritius|MX MEX Mexico
FM FSM Micronesia|MD MDA Moldova|MC MCO Monaco|MN MNG Mongolia|ME MNE Montenegro|MA MAR Morocco
MZ MOZ Mozambique|MM MMR Myanmar|NA NAM Namibia|NR NRU Nauru|NP NPL Nepal|NL NLD Netherlands
NZ NZL New Zealand|NI NIC Nicaragua|NE NER Niger|NG NGA Nigeria|MK MKD North Macedonia|NO NOR Norway
OM OMN Oman|PK PAK Pakistan|PW PLW Palau|PS PSE Palestine|PA PAN Panama|PG PNG Papua New Guinea
PY PRY Paraguay|PE PER Peru|PH PHL Philippines|PL POL Poland|PT PRT Portugal|PR PRI Puerto Rico
QA QAT Qatar|RO ROU Romania|RU RUS Russia|RW RWA Rwanda|KN KNA Saint Kitts and Nevis|LC LCA Saint Lucia
VC VCT Saint Vincent and the Grenadines|WS WSM Samoa|SM SMR San Marino|ST STP Sao Tome and Principe
SA SAU Saudi Arabia|SN SEN Senegal|RS SRB Serbia|SC SYC Seychelles|SL SLE Sierra Leone|SG SGP Singapore
SK SVK Slovakia|SI SVN Slovenia|SB SLB Solomon Islands|SO SOM Somalia|ZA ZAF South Africa
SS SSD South Sudan|ES ESP Spain|LK LKA Sri Lanka|SD SDN Sudan|SR SUR Suriname|SE SWE Sweden
CH CHE Switzerland|SY SYR Syria|TW TWN Taiwan|TJ TJK Tajikistan|TZ TZA Tanzania|TH THA Thailand
TL TLS Timor-Leste|TG TGO Togo|TO TON Tonga|TT TTO Trinidad and Tobago|TN TUN Tunisia|TR TUR Turkey
TM TKM Turkmenistan|TV TUV Tuvalu|UG UGA Uganda|UA UKR Ukraine|AE ARE United Arab Emirates
GB GBR United Kingdom|US USA United States|UY URY Uruguay|UZ UZB Uzbekistan|VU VUT Vanuatu
VA VAT Vatican City|VE VEN Venezuela|VN VNM Vietnam|YE YEM Yemen|ZM ZMB Zambia|ZW ZWE Zimbabwe
"""

_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware
FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky
LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri
MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York
NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island
SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington
WV West Virginia|WI Wisconsin|WY Wyoming|DC District of Columbia|PR Puerto Rico
"""


def _entries(table: str) -> list[str]:
    return [entry for line in table.split("\n") for entry in line.split("|") if entry]


_country_rows = [entry.split(" ", 2) for entry in _entries(_COUNTRIES)]
_state_rows = [entry.split(" ", 1) for entry in _entries(_STATES)]

COUNTRY_NAMES = frozenset(row[2].casefold() for row in _country_rows) | {
    "usa", "uk", "great britain", "england", "scotland", "wales", "northern ireland", "korea", "czechia",
    "russian federation", "united states of america", "viet nam", "côte d'ivoire", "burma",
    "korea, rep.", "west germany", "soviet union", "yugoslavia", "czechoslovakia", "holland",
    "swaziland", "macedonia",
}  # fmt: skip
COUNTRY_CODES = frozenset(code for row in _country_rows for code in row[:2]) | {"UK", "EU"}
STATE_NAMES = frozenset(row[1].casefold() for row in _state_rows)
STATE_CODES = frozenset(row[0] for row in _state_rows)
CONTINENTS = frozenset(
    ("africa", "america", "americas", "antarctica", "asia", "australia", "europe", "north america",
     "oceania", "south america", "latin america")
)  # fmt: skip

_NAMES = COUNTRY_NAMES | STATE_NAMES | CONTINENTS
_CODES = COUNTRY_CODES | STATE_CODES


def place_share(texts: list[str]) -> float:
    """Return the share of distinct texts that name a country, a state or a continent, or are their code.

    >>> place_share(["France", "Peru", "Atlantis", "Chile"])
    0.75
    """
    return _share(texts, _NAMES, _CODES)


def country_share(texts: list[str]) -> float:
    """Return the share of distinct texts that name a country, or are its code.

    >>> country_share(["DE", "FR", "Wien"]) > 0.6
    True
    """
    return _share(texts, COUNTRY_NAMES, COUNTRY_CODES)


def region_share(texts: list[str]) -> float:
    """Return the share of distinct texts that name a state or a continent, or are a state's code.

    >>> region_share(["Ohio", "Texas"])
    1.0
    """
    return _share(texts, STATE_NAMES | CONTINENTS, STATE_CODES)


def _share(texts: list[str], names: frozenset[str], codes: frozenset[str]) -> float:
    if not texts:
        return 0.0
    named = sum(text.strip().casefold() in names for text in texts)
    return max(named, sum(text in codes for text in texts)) / len(texts)
