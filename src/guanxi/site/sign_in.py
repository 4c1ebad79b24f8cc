from allauth.account.adapter import DefaultAccountAdapter


class StaffAdapter(DefaultAccountAdapter): ...
