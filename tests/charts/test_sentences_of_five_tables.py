"""150 sentences over five tables, each with the chart that the person who says it has in mind."""

from __future__ import annotations

import pytest
from five_tables import notation, tables

from autodash_jupyter.charts import from_natural_language

SALES = {
    "average unit price by region": "bar x=region y=mean(unit_price)",
    "total revenue per product category": "bar x=productCategory y=sum(revenue_eur)",
    "Show me revenue by month": "line x=order_date:yearmonth y=mean(revenue_eur)",
    "trend of total revenue over time": "line x=order_date:year y=sum(revenue_eur)",
    "monthly total quantity for each region": "line x=order_date:yearmonth y=sum(qty) color=region",
    "how many orders per sales rep?": "bar x=sales_rep y=count()",
    "top 5 cities by total revenue": "bar x=city:-y y=sum(revenue_eur) top 5",
    "bottom 3 cities by average unit price": "bar x=city:y y=mean(unit_price) top 3",
    "which region has the highest total revenue?": "bar x=region:-y y=sum(revenue_eur)",
    "histogram of unit price": "bar x=unit_price:bins y=count()",
    "distribution of discount": "bar x=discountPct:bins y=count()",
    "scatter plot of unit price against quantity": "point x=unit_price y=qty",
    "how does the unit price relate to the revenue, coloured by region": (
        "point x=unit_price y=revenue_eur color=region"
    ),
    "pie of revenue by productCategory": "arc theta=sum(revenue_eur) color=productCategory",
    "heatmap of region and product category": "rect x=region y=productCategory color=count()",
    "box plot of unit price by category": "boxplot x=productCategory y=unit_price",
    "total revenue by region and product category, stacked": (
        "bar x=region y=sum(revenue_eur) color=productCategory"
    ),
    "revenue by region since 2022": "bar x=region y=mean(revenue_eur) where order_date >= 2022",
    "total revenue by region in the last quarter": (
        "bar x=region y=sum(revenue_eur) where order_date > 2023-09-30"
    ),
    "number of orders by region excluding North": "bar x=region y=count() where not region = North",
    "average revenue by category where quantity is more than 10": (
        "bar x=productCategory y=mean(revenue_eur) where qty > 10"
    ),
    "orders by month in Nroth and Suoth": (
        "line x=order_date:yearmonth y=count() color=region where region in North|South"
    ),
    "averge unti prices by regoin": "bar x=region y=mean(unit_price)",
    "median unit price by sales rep between 20 and 60": (
        "bar x=sales_rep y=median(unit_price) where unit_price from 20 to 60"
    ),
    "number of distinct customers by region": "bar x=region y=distinct(cust_id)",
    "area chart of total quantity by quarter": "area x=order_date:yearquarter y=sum(qty)",
    "strip plot of unit price by region": "tick x=unit_price y=region",
    "unit price": "bar x=unit_price:bins y=count()",
    "price and qty": "point x=unit_price y=qty",
    "what is the total revenue?": "text text=sum(revenue_eur)",
}
CLINIC = {
    "average waiting time by department": "bar x=department y=mean(wait_min)",
    "mean bill by age group": "bar x=age:bins y=mean(bill_amt)",
    "average bill by age in bins of 20": "bar x=age:step20 y=mean(bill_amt)",
    "patients per diagnosis": "bar x=diagnosis y=count()",
    "How many visits were there each month?": "line x=visit_date:yearmonth y=count()",
    "count of visits by weekday": "bar x=visit_date:day y=count()",
    "number of women by department": "bar x=department y=count() where gender = female",
    "distribution of patient ages": "bar x=age:bins y=count()",
    "box plot of systolic BP by gender": "boxplot x=gender y=systolicBP",
    "relationship between age and systolic bp": "point x=age y=systolicBP",
    "age vs. blood pressure for diabetes": "point x=age y=systolicBP where diagnosis = diabetes",
    "highest bill by department": "bar x=department y=max(bill_amt)",
    "lowest bill amount per insurer": "bar x=insurer y=min(bill_amt)",
    "share of visits by insurer as a pie chart": "arc theta=count() color=insurer",
    "donut chart of diagnoses": "arc theta=count() color=diagnosis",
    "visits by department and gender": "bar x=department y=count() color=gender",
    "grouped bar chart of average wait by department and gender": (
        "bar x=department y=mean(wait_min):grouped color=gender"
    ),
    "average bill for patients over 65 by department": ("bar x=department y=mean(bill_amt) where age > 65"),
    "average wait for patients aged 18 to 30 by department": (
        "bar x=department y=mean(wait_min) where age from 18 to 30"
    ),
    "visits by diagnosis with a wait of at least 60 minutes": (
        "bar x=diagnosis y=count() where wait_min >= 60"
    ),
    "visits by diagnosis but not influenza": "bar x=diagnosis y=count() where not diagnosis = influenza",
    "total billed by insurer for asthma, migraine or fracture": (
        "bar x=insurer y=sum(bill_amt) color=diagnosis where diagnosis in asthma|migraine|fracture"
    ),
    "daily number of visits in March 2022": (
        "line x=visit_date:yearmonthdate y=count() where visit_date from 2022-03 to 2022-03"
    ),
    "weekly average wait": "line x=visit_date:yearweek y=mean(wait_min)",
    "heat map of department by diagnosis": "rect x=department y=diagnosis color=count()",
    "median wait by insurer, highest first": "bar x=insurer:-y y=median(wait_min)",
    "avg systolicBP per department sorted ascending": "bar x=department:y y=mean(systolicBP)",
    "visits in Cardiolgy by month": "line x=visit_date:yearmonth y=count() where department = Cardiology",
    "which department makes patients wait longest?": "bar x=department:-y y=mean(wait_min)",
    "age": "bar x=age:bins y=count()",
}
FLIGHTS = {
    "average departure delay by carrier": "bar x=carrier y=mean(dep_delay_min)",
    "total passengers by year": "line x=flight_date:year y=sum(passengers)",
    "total passengers per year for each carrier": "line x=flight_date:year y=sum(passengers) color=carrier",
    "number of flights by origin airport": "bar x=origin_airport y=count()",
    "number of flights by destination": "bar x=dest_airport y=count()",
    "flights per aircraft type": "bar x=aircraftType y=count()",
    "fuel burn versus distance": "point x=fuel_burn_kg y=distance_km",
    "scatter of fuel burn vs distance colored by aircraft type": (
        "point x=fuel_burn_kg y=distance_km color=aircraftType"
    ),
    "scatter of distance and fuel burn sized by passengers": (
        "point x=distance_km y=fuel_burn_kg size=passengers"
    ),
    "how many passengers flew from Oslo each year?": (
        "line x=flight_date:year y=sum(passengers) where origin_airport = Oslo"
    ),
    "flights from Berlin to London by carrier": (
        "bar x=carrier y=count() where dest_airport = London and origin_airport = Berlin"
    ),
    "delays over 60 minutes by carrier": "bar x=carrier y=mean(dep_delay_min) where dep_delay_min > 60",
    "average delay by carrier in 2021": (
        "bar x=carrier y=mean(dep_delay_min) where flight_date from 2021 to 2021"
    ),
    "average delay by carrier between 2019 and 2020": (
        "bar x=carrier y=mean(dep_delay_min) where flight_date from 2019 to 2020"
    ),
    "passengers by carrier before 2021": "bar x=carrier y=mean(passengers) where flight_date < 2021",
    "flights by carrier in the last 6 months": ("bar x=carrier y=count() where flight_date > 2022-06-30"),
    "mean fuelBurn by aircraft": "bar x=aircraftType y=mean(fuel_burn_kg)",
    "histogram of flight distances": "bar x=distance_km:bins y=count()",
    "distribution of delay by carrier": "boxplot x=carrier y=dep_delay_min",
    "flights by carrier other than Ryanair and KLM": (
        "bar x=carrier y=count() where not carrier in Ryanair|KLM"
    ),
    "compare average distance of Lufthansa and Iberia": (
        "bar x=carrier y=mean(distance_km) where carrier in Lufthansa|Iberia"
    ),
    "horizontal bar chart of flights by carrier": "bar x=carrier y=count()",
    "top 3 destinations by passengers": "bar x=dest_airport:-y y=mean(passengers) top 3",
    "line chart of mean delay by month": "line x=flight_date:yearmonth y=mean(dep_delay_min)",
    "heatmap of origin and destination": "rect x=origin_airport y=dest_airport color=count()",
    "maximum delay per origin": "bar x=origin_airport y=max(dep_delay_min)",
    "total fuel by carrier and aircraft type": ("bar x=carrier y=sum(fuel_burn_kg) color=aircraftType"),
    "flights shorter than 1000 km by carrier": "bar x=carrier y=count() where distance_km < 1000",
    "how many flights are there": "text text=count()",
    "distance": "bar x=distance_km:bins y=count()",
}
SCHOOL = {
    "average exam score by subject": "bar x=subject y=mean(exam_score)",
    "average score per grade level": "bar x=grade_level y=mean(exam_score)",
    "exam scores by house": "bar x=house y=mean(exam_score)",
    "number of students by house and grade level": "bar x=house y=count() color=grade_level",
    "students enrolled per year": "line x=enrol_year y=count()",
    "average score by enrolment year": "line x=enrol_year y=mean(exam_score)",
    "score against homework hours": "point x=exam_score y=homework_hours",
    "is there a correlation between absences and exam score?": "point x=absences y=exam_score",
    "Do more homework hours mean a better exam score?": "point x=homework_hours y=exam_score",
    "box plot of exam scores per teacher": "boxplot x=teacher y=exam_score",
    "histogram of absences": "bar x=absences:bins y=count()",
    "exam score distribution for Maths": "bar x=exam_score:bins y=count() where subject = Maths",
    "which teacher has the best average score?": "bar x=teacher:-y y=mean(exam_score)",
    "which house has the fewest absences?": "bar x=house:y y=mean(absences)",
    "total absences by teacher": "bar x=teacher y=sum(absences)",
    "average score of students with fewer than 5 absences by subject": (
        "bar x=subject y=mean(exam_score) where absences < 5"
    ),
    "average score by subject for house Red": "bar x=subject y=mean(exam_score) where house = Red",
    "average score by subject for Red and Blue": (
        "bar x=subject y=mean(exam_score) color=house where house in Red|Blue"
    ),
    "average score by subject, without Art": "bar x=subject y=mean(exam_score) where not subject = Art",
    "students who enrolled after 2018 by house": "bar x=house y=count() where enrol_year > 2018",
    "students by subject with a score between 50 and 70": (
        "bar x=subject y=count() where exam_score from 50 to 70"
    ),
    "pie chart of students by house": "arc theta=count() color=house",
    "stacked bar chart of students by subject and house": "bar x=subject y=count() color=house",
    "heat map of subject and house": "rect x=subject y=house color=count()",
    "average homework by score group": "bar x=exam_score:bins y=mean(homework_hours)",
    "homeworkHours by Grade": "bar x=grade_level y=mean(homework_hours)",
    "median absence by subject": "bar x=subject y=median(absences)",
    "avrage exm score by techer": "bar x=teacher y=mean(exam_score)",
    "top 2 subjects by average exam score": "bar x=subject:-y y=mean(exam_score) top 2",
    "subject": "bar x=subject y=count()",
}
SENSORS = {
    "average temperature by room": "bar x=room y=mean(temperature_c)",
    "temperature over time": "line x=timestamp y=temperature_c",
    "average temperature per day": "line x=timestamp:yearmonthdate y=mean(temperature_c)",
    "daily mean humidity for each room": "line x=timestamp:yearmonthdate y=mean(humidityPct) color=room",
    "temperature by hour": "line x=timestamp:hours y=mean(temperature_c)",
    "co2 vs humidity": "point x=co2_ppm y=humidityPct",
    "scatter of temperature and humidity by room": "point x=temperature_c y=humidityPct color=room",
    "readings per sensor": "bar x=sensorId y=count()",
    "readings per sensor id": "bar x=sensorId y=count()",
    "number of failures by room": "bar x=room y=count() where status = failure",
    "count by status": "bar x=status y=count()",
    "count by status and firmware": "bar x=status y=count() color=firmware",
    "average co2 in the kitchen by day": (
        "line x=timestamp:yearmonthdate y=mean(co2_ppm) where room = Kitchen"
    ),
    "average CO2 by room when status is not ok": "bar x=room y=mean(co2_ppm) where not status = ok",
    "max temperature by sensor": "bar x=sensorId y=max(temperature_c)",
    "minimum battery voltage per sensor": "bar x=sensorId y=min(battery_voltage)",
    "co2 above 1000 ppm by room": "bar x=room y=mean(co2_ppm) where co2_ppm > 1000",
    "number of readings with co2 above 1000 by room": "bar x=room y=count() where co2_ppm > 1000",
    "average humidity by room over the last 2 weeks": (
        "bar x=room y=mean(humidityPct) where timestamp > 2023-04-15"
    ),
    "average humidity by room since April 2023": "bar x=room y=mean(humidityPct) where timestamp >= 2023-04",
    "distribution of co2": "bar x=co2_ppm:bins y=count()",
    "distribution of temperature by room": "boxplot x=room y=temperature_c",
    "histogram of humidity with 20 bins": "bar x=humidityPct:maxbins20 y=count()",
    "average temperature for firmware v2.0 by room": (
        "bar x=room y=mean(temperature_c) where firmware = v2.0"
    ),
    "average temperature in the office and the hall by day": (
        "line x=timestamp:yearmonthdate y=mean(temperature_c) color=room where room in Office|Hall"
    ),
    "which room is the warmest on average by temperature?": "bar x=room:-y y=mean(temperature_c)",
    "tempertaure by roms": "bar x=room y=mean(temperature_c)",
    "batteryVoltage by Firmware": "bar x=firmware y=mean(battery_voltage)",
    "heatmap of room and status": "rect x=room y=status color=count()",
    "temperature and humidity": "point x=temperature_c y=humidityPct",
}
SENTENCES = [
    (table, sentence, expected)
    for table, said in (
        ("sales", SALES),
        ("clinic", CLINIC),
        ("flights", FLIGHTS),
        ("school", SCHOOL),
        ("sensors", SENSORS),
    )
    for sentence, expected in said.items()
]


@pytest.mark.parametrize(("table", "sentence", "expected"), SENTENCES)
def test_a_sentence_gives_the_chart_its_speaker_has_in_mind(table: str, sentence: str, expected: str) -> None:
    assert notation(from_natural_language(tables()[table], sentence).intent) == expected


@pytest.mark.parametrize(
    ("table", "sentence", "word"),
    [
        ("sales", "zorp the flumen", "flumen"),
        ("sales", "show me the weather in Oslo", "weather"),
        ("sales", "profit by region", "profit"),
        ("sales", "revenue by colour", "colour"),
        ("clinic", "average cholesterol by department", "cholesterol"),
        ("clinic", "blood sugar vs age", "sugar"),
        ("flights", "number of accidents by airline", "airline"),
        ("school", "salary by teacher", "salary"),
        ("sensors", "average noise by room and floor", "noise"),
        ("sensors", "hello", "hello"),
    ],
)
def test_a_chart_that_is_not_what_was_asked_for_is_never_sure_and_says_why(
    table: str, sentence: str, word: str
) -> None:
    chart = from_natural_language(tables()[table], sentence)
    assert chart.confidence < 0.5
    assert word in chart.unread
    assert word in chart.explanation
    assert len(chart.alternatives) > 0


@pytest.mark.parametrize(("table", "sentence", "expected"), SENTENCES[::5])
def test_a_sentence_that_was_read_is_not_called_a_guess(table: str, sentence: str, expected: str) -> None:
    assert from_natural_language(tables()[table], sentence).confidence >= 0.5
