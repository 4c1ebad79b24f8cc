"""Short forms of Western first names: Bob is Robert. Those that are a beginning (Alex, Chris, Kath) need no table."""

import functools
from typing import Final

_GROUPS: Final = """
    robert rob bob bobby robbie|william will bill billy willy liam|richard rich rick ricky dick|james jim jimmy jamie
    |john jack johnny jon|jonathan jon jonny|charles charlie chuck|edward ed eddie ted ned|theodore ted teddy theo
    |henry harry hank heinrich heinz|margaret maggie meg peggy greta margarete|elizabeth liz lizzie beth betty eliza lisa
    |elisabeth liz beth lisa elise sissi|katherine kate kathy katie kitty|catherine cathy kate cate|katharina kathi kati
    |thomas tom tommy|michael mike mick mikey michi|joseph joe joey sepp|david dave davy|daniel dan danny|anthony tony
    |andrew andy drew|andreas andi andy|steven steve|stephen steve|stefan steff|nicholas nick nicky nico|alexander alex
    sandy sascha xander|alexandra alex sandra sascha|samuel sam sammy|samantha sam|benjamin ben benny|matthew matt
    |matthias matze matti|patrick pat paddy|patricia pat patty trish|jennifer jen jenny|jessica jess jessie|rebecca becky
    |deborah deb debbie|barbara barb babs|susan sue susie|suzanne sue suzie|dorothy dot dolly|victoria vicky tori
    |christopher chris kit topher|christine chris tina christie|christina chris tina|franziska franzi|francis frank fran
    |frances fran frannie|frederick fred freddy|friedrich fritz|johannes hans hannes|ludwig lutz|wolfgang wolf|gerald gerry
    |gregory greg|jeffrey jeff|kenneth ken kenny|lawrence larry|leonard leo lenny|philip phil|raymond ray|ronald ron ronnie
    |timothy tim timmy|peter pete|martin marty|vincent vince vinnie|walter walt wally|abigail abby gail|amanda mandy
    |angela angie|caroline carol carrie|cynthia cindy|eleanor ellie nell nora|isabella bella izzy|jacqueline jackie
    |josephine jo josie|kimberly kim|melissa mel missy|mary molly polly|nancy ann|pamela pam|sandra sandy|stephanie steph
    |teresa terry tess|theresa terry tess resi|valerie val|veronica ronnie vroni|harold hal harry|lewis lou|louis lou louie
    |nathaniel nate nathan|zachary zach|evelyn evie|georgina georgie gina|antonio toni tonio|giuseppe beppe peppe|josef sepp
    |jose pepe|francisco paco pancho|guillermo memo|maria mia mimi|magdalena lena leni|helena lena leni|wilhelm willi
"""


@functools.cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_GROUPS.replace("\n", " ").split("|")):
        for name in group.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_NONE: Final[frozenset[int]] = frozenset()


def same_first_name(one: str, other: str) -> bool:
    """Whether one may be short for the other, or both for a third: bob and rob, kath and katharina."""
    short, long = sorted((one, other), key=len)
    if len(short) > 2 and long.startswith(short):
        return True
    groups = _groups()
    return not groups.get(one, _NONE).isdisjoint(groups.get(other, _NONE))
