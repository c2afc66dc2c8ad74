"""Common first names of many countries, to know a person's name by its values."""

from __future__ import annotations

__all__ = ["FIRST_NAMES"]

_NAMES = """
james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan
joseph jessica thomas sarah charles karen christopher nancy daniel lisa matthew betty anthony margaret
mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth carol kevin
amanda brian dorothy george melissa edward deborah ronald stephanie timothy rebecca jason sharon jeffrey
laura ryan cynthia jacob kathleen gary amy nicholas angela eric shirley jonathan anna stephen brenda larry
pamela justin emma scott nicole brandon helen benjamin samantha samuel katherine gregory christine frank
debra alexander rachel raymond carolyn patrick janet jack catherine dennis maria jerry heather tyler diane
aaron ruth jose julie adam olivia henry joyce nathan virginia douglas victoria peter kelly zachary lauren
walter christina kyle joan harold evelyn carl judith jeremy andrea arthur hannah roger megan keith cheryl
lawrence jacqueline terry martha sean madison gerald teresa albert gloria joe sara ethan janice austin ann
jesse kathryn willie abigail bryan sophia billy frances bruce jean ralph alice roy judy eugene isabella
louis julia wayne grace alan amber juan denise russell danielle luis marilyn philip beverly randy
charlotte howard natalie vincent theresa bobby diana johnny brittany miguel carlos pedro francisco hans
klaus jürgen anders lars erik olga ivan dmitri sergei natasha yuki hiroshi kenji wei ming li chen ali
ahmed mohamed mohammed fatima omar hassan ibrahim priya raj anil sunita pierre jacques marie claire sophie
giovanni marco luca paolo giulia sofia mateo elena pablo jorge manuel ana lucia rosa joao antonio fernando
raul ricardo emil nils abraham adrian agnes aidan alec alejandro alexandra alfred alicia allison alvin
alyssa amelia amir andre andreas angel anita annie ariel arnold arun ashok audrey ava barry beatrice ben
bernard bernie bertha beth bill blake bob bonnie brad bradley brent brett bridget brooke bruno caleb
cameron camille carla carmen caroline carrie cecilia cedric cesar chad charlie chloe chris christian
claude clara clarence clayton cody connie connor corey craig crystal curtis dale damian dan dana danny
daphne darren dave dawn dean debbie dee derek derrick desmond diego dmitry dominic don doris dorian doug
duncan dustin dwight dylan earl ed eddie edgar edith edna edwin eileen elaine eleanor eli elias elijah
ella ellen elliot elsie emanuel emilia emilio enrique erica erin ernest esther ethel eva evan eve faye
felicia felix fiona florence floyd fred freda frederick gabriel gail gareth gavin geoffrey georgia gerard
gilbert gina ginger glen glenn gordon graham greg greta guillermo gus gustav guy harriet harry harvey
hazel hector heidi helena helga henrik herbert herman hilda holly hugh hugo ian ida ignacio igor ines inga
ingrid irene iris irma isaac ismael jackie jaime jake jamal jamie jan jana jane janine jared jasmine
javier jay jeanne jeff jenna jennie jenny jerome jill jim jimmy jo joachim joanna joanne jochen jodi joel
johan johanna johannes jon jonas jordan josef josefina josephine josh joy judah julian juliana juliette
julius june kai kara karin karina karl karla kate katharine kathy katie katrina kay kayla ken kerry khalid
kim kirk klara kristen kristin kristina kurt lance laurie leah lee leila lena leo leon leonard leroy
leslie lester lewis liam lillian lily lloyd lois lola lorenzo loretta lori lorraine louise lucas lucille
lucy luisa luke luther lydia lynn mabel mandy marc marcel marcia marcus margarita marian mariana marianne
marion marjorie marlene marta martin marvin mathias matilda matt mattias maureen maurice max maxine
melanie melinda melvin mercedes mia michele miranda mitchell mohammad molly mona monica morris muhammad
muriel myra myrtle nadia naomi natalia nathaniel neil nelson nick nico nina noah noel nora norma norman
octavia oliver ollie oscar otto owen paige pat patsy paula paulina pauline pavel peggy penny perry pete
petra phil phillip phyllis rachael rafael ramon randall ravi ray rebekah regina renee rex rhonda rick
ricky riley rita rob roberta roberto robin rodney rodrigo roland roman ron ronnie rosalie rose rosemary
ross roxanne ruben rudolf rudolph rufus rupert sabrina sally salvador sam sanjay sandy santiago sasha saul
sebastian sergio seth shane shannon shawn sheila shelby sherry sidney sigrid silvia simon simone sonia
sonja spencer stacy stan stanley stefan stella steve stewart stuart sue susana suzanne sven sydney sylvia
tamara tanya tara tatiana ted teri terrence terri thelma theo theodore tiffany tim timmy tina toby todd
tom tommy toni tony tracy travis trevor tristan troy uwe valerie vanessa vera verna vernon veronica vicki
vicky victor viktor viola violet virgil vivian vladimir wade wallace wanda warren wendy wesley wilhelm
willard willis wilma winston wolfgang xavier yolanda yusuf yvette yvonne zoe aisha amina arjun deepak
kavita lakshmi mei mira nadine neha nikhil ping rahul rohan sanjana vijay xin yan yong akira haruto hiroko
keiko naoki takashi yoko yumi minh linh nguyen thi kofi kwame ngozi chidi amara zainab
"""

FIRST_NAMES = frozenset(_NAMES.split())
