"""Words for people's codes."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare

REFUSED = {
    ("phone", "too_short"): _("This telephone number is too short."),
    ("phone", "not_a_phone"): _("This is not a telephone number we can read."),
    ("phone", "no_area_code"): _("Please add the area code."),
    ("phone", "several"): _("Please give one number only."),
    ("phone", "too_long"): _("This telephone number is too long."),
    ("email", "not_an_email"): _("This is not an e-mail address."),
    ("email", "too_long"): _("This e-mail address is too long."),
    ("member", "too_short"): _("A member number has at least 4 characters."),
    ("member", "too_long"): _("This member number is too long."),
    ("member", "not_a_member"): _("A member number has letters and digits only."),
    ("name", "too_long"): _("This name is too long."),
    ("email", "several"): _("Please give one address only."),
    ("", ""): _("We cannot read this."),
}
KINDS = {
    "phone": _("telephone"),
    "email": _("e-mail"),
    "member": _("member number"),
    "name": _("name"),
    "address": _("address"),
    "birth": _("birth date"),
    "gender": _("gender"),
    "national_id": _("national id"),
    "passport": _("passport"),
    "hkmo_permit": _("mainland travel permit"),
    "tw_permit": _("mainland travel permit for Taiwan residents"),
    "hk_id": _("Hong Kong identity card"),
    "tw_id": _("Taiwan identity card"),
    "document": _("passport or permit"),
    "open_id": _("account elsewhere"),
    "device": _("device"),
    "language": _("language"),
}
# Why a decision on who is who is refused, and what has happened in the meantime.
REFUSALS = {
    "nothing_to_merge": _("Choose at least two customers."),
    "self_merge": _("A customer cannot be merged with themselves."),
    "too_many": _("At most %(most)s customers can be merged at once."),
    "cannot_linked": _("Somebody has decided that these are different persons. Lift that decision first."),
    "verified_ids_differ": _("Both have a verified %(kind)s, and they differ. End the wrong one first."),
    "same_customer": _("This is one customer. Undo the merge or take the record out instead."),
    "there_already": _("The record belongs to this customer already."),
    "only_record": _("This is the customer's only record. Merge the customers instead."),
    "must_linked": _("Somebody has decided that these stay one person. Lift that decision first."),
    "nothing_left": _("One side would have no record left."),
    "unassigned": _("Say of every record that came since whose it is: %(count)s to go."),
    "not_after": _("A record was assigned that did not come after the merge."),
    "no_side": _("Choose one of the customers concerned."),
    "not_a_field": _("There is no such field."),
    "not_theirs": _("This record belongs to another customer."),
    "not_stated": _("The record does not say this."),
    "not_later": _("Choose a moment within the coming year."),
}
UPKEEP_REFUSALS = {
    "not_a_trouble": _("Say what is wrong with it: bounced, returned, out of service or somebody else's."),
    "not_a_way": _("There is no such way to verify."),
}
CONFLICTS = {
    "scanning": _("A scan is under way already. Its result appears here."),
    "nothing_learnt": _("This scan has learnt no weights that could be used."),
    "merged_already": _("%(code)s has become part of %(into)s in the meantime. Look again."),
    "undone_already": _("This merge has been undone already."),
    "superseded": _(
        "A later merge into %(into)s on %(day)s stands upon this one. Undo that one first (%(decision)s)."
    ),
    "decided_already": _("This has been decided already."),
    "lifted_already": _("This decision does not hold any more."),
    "moved_meanwhile": _("The record has moved to another customer in the meantime."),
    "not_provisional": _("This customer is certain already."),
    "not_pinned": _("Nothing is pinned here."),
    "ended_already": _("This relation is over already."),
    "no_trouble": _("Nothing is known against it."),
    "identifier_ended": _("This is theirs no more already."),
    "not_ended": _("This holds as it is."),
    "asked_already": _("They were asked within the last 30 days."),
    "no_address": _("No address that reaches them is known."),
    "not_decided": _("Nothing was decided here that could be taken back."),
}
# In which way two values agree (`engine.matching.LEVELS`).
LEVELS = {
    "same": _("%(kind)s agrees"),
    "reading": _("%(kind)s agrees in another script"),
    "homophone": _("%(kind)s sounds the same"),
    "typo": _("%(kind)s agrees but for one slip"),
    "variant": _("%(kind)s agrees in another spelling"),
    "part": _("%(kind)s agrees, one of the two says more"),
    "character": _("%(kind)s agrees but for one character"),
    "initials": _("%(kind)s fits by its initials"),
    "word": _("%(kind)s fits, but is not complete"),
    "half": _("%(kind)s agrees by half"),
    "differs": _("%(kind)s differs"),
    "swapped": _("%(kind)s agrees with day and month swapped"),
    "digit": _("%(kind)s agrees but for one digit"),
    "partial": _("%(kind)s fits as far as it is known"),
    "year": _("%(kind)s agrees in the year"),
    "other": _("%(kind)s is of another sort"),
    "role": _("%(kind)s agrees, but several people share it"),
    "base": _("%(kind)s agrees but for a tag"),
    "local": _("%(kind)s agrees before the @"),
    "building": _("%(kind)s agrees up to the building"),
    "road": _("%(kind)s agrees up to the road"),
    "district": _("%(kind)s agrees up to the district"),
    "city": _("%(kind)s agrees up to the city"),
}
REASONS = {
    "likely": _("Likely enough to be sure"),
    "told_apart": _("A data steward has told the others apart"),
    "asked_already": _("The same unknown person again: a steward has been asked"),
    "several": _("Several customers fit"),
    "uncertain": _("Not likely enough to be sure"),
    "nobody_likely": _("Nobody known is likely enough"),
    "national_id": _("Another national id"),
    "birth": _("Another birth date"),
}
DECISIONS = {
    "merge": _("A data steward has merged these records"),
    "unmerge": _("A data steward has undone a merge"),
    "attach": _("A data steward has moved this record here"),
    "detach": _("A data steward has taken this record out"),
}

# What somebody is to the customer whose page is open (`rules.relationships`).
ROLES = {
    "spouse": _("spouse"),
    "parent": _("parent"),
    "child": _("child"),
    "member": _("shares the household"),
    "representative": _("legal representative"),
    "signatory": _("signatory"),
    "contact": _("contact person"),
    "employee": _("employee"),
    "guarantor": _("vouches for this customer"),
    "guaranteed": _("this customer vouches for them"),
    "agent": _("acts for this customer"),
    "principal": _("this customer acts for them"),
}
RELATION_REFUSALS = {
    "with_itself": _("A customer has no relation to themselves. Choose somebody else."),
    "not_a_role": _("Choose what they are to each other."),
    "no_household": _("A company belongs to no household."),
    "needs_company": _("This needs a company. Say on their page that they are one, then try again."),
    "needs_person": _("This needs a person: both are companies."),
    "not_yet": _("It cannot begin after today."),
    "ends_before": _("It would end before it began."),
    "ends_later": _("Say so when it is over; today at the latest."),
    "already": _("This is written down already."),
    "two_already": _("%(name)s is in two households since a merge. Say first which one they have left."),
    "two_households": _(
        "They live in two households: %(here)s and %(there)s. Say first who has left, then enter this."
    ),
    "lives_in_household": _("Somebody in a household is no company. End those relations first."),
    "has_roles": _("People hold roles at this company. End those relations first."),
}


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("people.view", _("See customers")),
        Right("people.contacts", _("See telephone numbers and addresses in full")),
        Right("people.record", _("Enter and change what customers said")),
        Right("people.review", _("Decide on possible duplicates")),
        Right("people.merge", _("Merge and separate customers")),
        Right("people.privacy", _("Answer requests about data: copy, restrict, anonymise, erase")),
    )
    words.register(
        {
            "privacy.due.gdpr": _("GDPR: within one month of receipt"),
            "privacy.due.gdpr_extended": _("GDPR: extended once, three months from receipt"),
            "privacy.due.pipl": _("PIPL: promptly; the house answers within %(count)s working days"),
            "privacy.due.pipl_extended": _("PIPL: extended once, %(count)s working days from receipt"),
            "due": _("Until when"),
            "people.same_statement": _("The same details were given before"),
            "people.signed_in": _("Signed in with a code sent to a known address"),
            "people.missing": _("%(kind)s not given or not known"),
            **{f"people.{level}": text for level, text in LEVELS.items()},
            "people.prior": _("What is known before anything is compared"),
            "people.household": _("It could also be a member of the household"),
            "people.rivals": _("Others fit as well"),
            "people.veto": _("Two different values for %(kind)s: a person has to look"),
            "people.share": _("Probability %(percent)s %% (weights %(weights)s)"),
            **{f"people.why.{code}": text for code, text in REASONS.items()},
            "people.objection": _("A data steward reviews every doubt; ask for it to be corrected."),
            "recognised": _("Recognised"),
            "doubt": _("Not certain: a steward will decide"),
            "new": _("New customer"),
            "channel.branch": _("branch"),
            "channel.confirmation": _("their own word"),
            "channel.letter": _("letter"),
            "owner.steward": _("data stewards"),
            "moves.records": _("Records"),
            "moves.events": _("Entries of the timeline"),
            "moves.relationship": _("Relations"),
            "moves.consent": _("Words on consent"),
            "people.golden": _("This value counts"),
            "people.golden.pinned": _("A data steward has pinned it"),
            "people.golden.verified": _("It is verified"),
            "people.golden.reaches": _("The others did not reach the person"),
            "people.golden.complete": _("It is the complete name"),
            "people.golden.script": _("It is in characters, not in pinyin"),
            "people.golden.recent": _("It is the most recent"),
            "people.golden.source": _("Its source is the more reliable one"),
            "people.golden.only": _("Nobody says otherwise"),
            "people.golden.also": _("Further records that say the same: %(count)s"),
            "people.golden.rivals": _("Other values: %(count)s"),
            **{f"people.role.{role}": text for role, text in ROLES.items()},
            **{f"people.decision.{kind}": text for kind, text in DECISIONS.items()},
            **{f"people.kind.{kind}": text for kind, text in KINDS.items()},
        }
    )
