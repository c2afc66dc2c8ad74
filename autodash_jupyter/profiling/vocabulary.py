"""Words that tell what a column holds: in its name, and among its values."""

from __future__ import annotations

__all__ = [
    "FLAG_PAIRS",
    "MISSING_STARTS",
    "MISSING_WORDS",
    "NAME_WORDS",
    "NO_WORDS",
    "ORDINAL_SCALES",
    "SUBSTANCES",
    "YES_WORDS",
    "says_missing",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


NAME_WORDS: dict[str, frozenset[str]] = {
    "identifier": _words(
        "pid uid sid gid cid oid nid tid id ids uuid guid key code codes index idx rownames rowname "
        "rownumber serial sku isbn issn "
        "ean upc vin imei iban ssn nr no number num ref reference hash token iata icao faa symbol "
        "ticker accession barcode doi cas identifier iso alpha2 alpha3 callsign tailnum username "
        "login handle flight fips"
    ),
    "money": _words(
        "money tuition board price prices cost costs revenue revenues income incomes salary salaries "
        "wage wages sales "
        "profit profits fee fees charge charges bill tip amount payment payments balance budget fare "
        "tax taxes gdp gnp spend spending spent expense expenses expenditure turnover usd eur gbp chf "
        "jpy dollar dollars euro euros capital invest investment debt loan credit installment premium "
        "rent asset assets cash currency paid pay earnings earn earned donation bonus deposit msrp "
        "gross net worth close open high low adj bid ask mortgage principal margin funding subtotal "
        "freight"
    ),
    "ratio": _words(
        "percent percentage pct perc ratio rate rates share prop proportion fraction frac prob "
        "probability discount humidity humid unemp unemployment infl inflation accuracy quota "
        "apr odds confidence coverage percentile relative pctile likelihood occupancy utilization urban "
        "rural literacy poverty interest turnout"
    ),
    "count": _words(
        "users subscribers voters workers jobs farms teams "
        "beds baths stories storeys fatalities crashes accidents calls claims trips articles publications "
        "nodes visits eggs seeds trials successes medals gold silver bronze assists steals rebounds "
        "strikeouts "
        "ballots samplesize crossings plants fish insects seizures exacerbations awards citations patents "
        "gear apps applications enroll enrollment computers teachers "
        "count counts cnt n num qty quantity population pop votes vote cases deaths visits visitors "
        "passengers seats engines cylinders cyl children kids siblings rooms bedrooms bathrooms "
        "floors doors gears carb size members employees students followers likes shares retweets "
        "views clicks impressions orders units items downloads installs reviews births attempts wins "
        "losses goals points runs hits homeruns errors walks frequency freq total tally dependents "
        "inquiries accounts wounds killed injured casualties arrests episodes pages words tests "
        "tickets stock inventory parch sibsp volume enrolled households hospitalizations failures "
        "lines cars persons people games matches sessions crimes doses"
    ),
    "duration": _words(
        "seniority yrs exper experience duration elapsed seconds secs sec minutes mins hours hrs days "
        "weeks months "
        "years tenure delay runtime latency age lifetime survival uptime wait waiting lag term ttl period tte"
    ),
    "measure": _words(
        "carb yield yields vit vitamin carbs cholest nutrient mileage sqft sqm acres acreage accel wt "
        "ht bwt sbp "
        "dbp systolic diastolic chol hdl ldl albumin bili bilirubin "
        "platelet hemoglobin creatinine potassium calcium triglycerides conc uptake salinity turbidity "
        "viscosity hardness gpa sat iq lotsize radiation "
        "length width height depth weight mass temp temperature distance speed velocity pressure area "
        "radius diameter altitude alt elevation power horsepower hp mpg displacement displ "
        "acceleration concentration density volume energy voltage current frequency angle wind gust "
        "precip precipitation rain rainfall snow snowfall humidity visibility dewpoint bmi bp glucose "
        "cholesterol insulin carat calories cal kcal protein fat sugar sodium fiber magnitude mag "
        "intensity score index level mean avg average median std min max ph alcohol acid ash hue dose "
        "thickness size sepal petal flow force torque brightness luminosity wavelength age lat kg cm "
        "mm lbs mmhg expectancy emissions lifeexp strength prestige "
        "heartrate pulse uv ozone solar tmax tmin tavg miles latency cty hwy"
    ),
    "category": _words(
        "type kind category categories class group segment sex gender race ethnicity color colour "
        "status state mode model make brand manufacturer species genus family strain breed treatment "
        "trt arm cluster target label department dept division sector industry genre method channel "
        "source platform browser device language lang religion party team position role job "
        "occupation profession title marital homeownership purpose carrier airline operator region "
        "zone site station product item material origin variety block condition cause diet plan contract "
        "stratum cohort batch lot field subject topic theme cat dx diagnosis event reason format "
        "stage side shape"
    ),
    "ordinal": _words(
        "rating ratings grade grades level rank ranking stars star stage priority severity tier "
        "quality score likert satisfaction education educ ecog rating10 quartile quintile decile "
        "bracket order phase step round wave seed pclass floor lap"
    ),
    "flag": _words(
        "is has was did flag indicator dummy active enabled churn churned survived alive dead "
        "deceased smoker smoking smokes default defaulted fraud spam valid verified married diabetic "
        "positive negative success failed outcome event censored censor bool binary yesno true false "
        "won winner treated employed retired death died"
    ),
    "place": _words(
        "country countries nation city cities town village state province county district region "
        "continent location place neighborhood neighbourhood borough suburb island address street zip "
        "zipcode postcode postal postalcode municipality prefecture territory territories locality "
        "venue capital birthplace residence countrycode tz timezone tzone airport destination dest "
        "iso2 iso3 area"
    ),
    "name": _words(
        "contestant nominee speaker judge performer leader winners name names firstname lastname "
        "surname forename fullname givenname author authors artist "
        "player driver customer client employee person champion director actor actress writer "
        "composer contact patient student teacher owner candidate winner passenger president rider "
        "coach manager nickname"
    ),
    "text": _words(
        "text description desc comment comments note notes remark remarks review body message "
        "abstract summary content title headline question answer details tweet feedback definition "
        "sentence quote bio biography explanation background lyrics subject caption"
    ),
    "time": _words(
        "date datetime time timestamp created updated modified at on dt dob birthday birthdate day when epoch"
    ),
    "year": _words("year yr yrs yyyy vintage fy season"),
    "latitude": _words("lat latitude lats"),
    "longitude": _words("lon lng long longitude longs"),
    "phone": _words("phone telephone tel mobile cell fax phonenumber"),
    "email": _words("email mail emails"),
    "url": _words("url uri link href website homepage web site"),
    "ip": _words("ip ipaddress ipv4 ipv6"),
    "person": _words(
        "first last given family middle maiden firstname lastname surname forename fullname givenname "
        "nickname patient customer employee passenger student champion author player person contact "
        "driver"
    ),
    "address": _words("address street addr"),
    "postal": _words("zip zipcode postcode postal postalcode plz"),
}
"""For each role, the words of a column's name that speak for it."""

SUBSTANCES = _words(
    "o2 o3 no no2 nox nh3 nh4 so2 so4 co co2 ch4 h2o n2o pm pm1 pm10 pm25 voc cfc11 cfc12 iron zinc copper "
    "lead nickel mercury cadmium chromium cobalt manganese magnesium aluminum aluminium arsenic silicon "
    "sulfur sulphur phosphorus nitrogen oxygen carbon hydrogen iodine chloride fluoride nitrate nitrite "
    "phosphate sulphate sulfate iridium uranium radon ozone ammonia methane lactate urea bicarbonate ferritin"
)
"""Names of what is measured by how much of it there is, written without separators."""

MISSING_WORDS = frozenset(
    ("", "-", "--", "---", ".", "..", "?", "na", "n/a", "n.a.", "#n/a", "nan", "nil", "none", "null",
     "missing", "unknown", "not available", "not applicable", "undefined", "tbd", "(none)", "<na>",
     "#value!", "#ref!")
)  # fmt: skip


_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
MISSING_STARTS = frozenset(
    start for word in (*MISSING_WORDS, *_SPACES) for start in (word[:1], word[:1].upper())
)
"""What texts that say "missing" may begin with; "" for the empty one. Most texts are ruled out by it."""


def says_missing(text: str) -> bool:
    """Tell whether a text is one of the ways to write that there is no value.

    >>> says_missing(" N/A "), says_missing("Nile")
    (True, False)
    """
    return text[:1] in MISSING_STARTS and len(text) <= 20 and text.strip().casefold() in MISSING_WORDS


YES_WORDS = _words("yes y true t 1 on ja j oui o si sí sim da x")
NO_WORDS = _words("no n false f 0 off nein non não nie")

FLAG_PAIRS = (
    {"pass", "fail"}, {"alive", "dead"}, {"success", "failure"}, {"survived", "died"},
    {"positive", "negative"}, {"present", "absent"}, {"active", "inactive"}, {"enabled", "disabled"},
    {"won", "lost"}, {"smoker", "non-smoker"}, {"good", "bad"},
)  # fmt: skip

_MONTHS = _words(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july "
    "august september october november december"
)
_WEEKDAYS = _words(
    "mon tue wed thu fri sat sun tues thur thurs monday tuesday wednesday thursday friday saturday sunday"
)

ORDINAL_SCALES: tuple[frozenset[str], ...] = (
    _MONTHS,
    _WEEKDAYS,
    _phrases("very low,low,medium,moderate,mid,middle,average,high,very high,none,normal,extreme,minimal"),
    _phrases("xxs,xs,s,m,l,xl,xxl,xxxl,small,medium,large,extra large,tiny,huge"),
    _phrases("poor,fair,medium,good,very good,excellent,bad,great,ok,average,ideal,premium,terrible"),
    _phrases("never,rarely,seldom,sometimes,often,usually,always,daily,weekly,monthly,yearly"),
    _phrases(
        "strongly disagree,disagree,neutral,neither agree nor disagree,agree,strongly agree,somewhat agree,"
        "somewhat disagree,undecided"
    ),
    _phrases("l,m,h,lo,med,hi"),
    _phrases("i,ii,iii,iv,v,vi,vii,viii"),
    _phrases("1st,2nd,3rd,4th,5th,first,second,third,fourth,fifth,crew,economy,business"),
    _phrases("bronze,silver,gold,platinum,diamond,basic,standard,premium,free"),
    _phrases("minor,major,critical,trivial,blocker,severe,mild,moderate,light,serious,fatal,urgent"),
    _phrases(
        "primary,secondary,tertiary,high school,bachelor,bachelors,master,masters,phd,doctorate,college,"
        "some college,graduate,associate's degree,bachelor's degree,master's degree,some high school,"
        "college grad,hs grad,advanced degree,elementary,university"
    ),
    _phrases("much worse,worse,somewhat worse,same,no change,average,somewhat better,better,much better"),
    _phrases("none,some,marked,complete,partial,full,half,most,all,not,notvery,somewhat,very,a little,a lot"),
    _phrases("shallow,intermediate,deep,light,moderate,strong,weak,great"),
    _phrases("beginner,intermediate,advanced,expert,novice,junior,senior,lead,principal"),
    _phrases("child,teen,adult,senior,young,old,infant,elderly,youth,baby"),
    _phrases("morning,noon,afternoon,evening,night,breakfast,lunch,dinner"),
)
