"""Forms of accounts and organisations: what may be typed, and the sentence for what may not."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from portal.models import Account, Organisation
from portal.organisations import unclaimed_participants


class AskForm(forms.Form):
    """An investor asks for an account."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class InviteForm(AskForm):
    """A place in an organisation."""

    mandate = forms.ChoiceField(label=_("Mandate"), choices=Account.Mandate.choices)
    is_administrator = forms.BooleanField(
        label=_("Administrator"), help_text=_("Invites people and changes their mandates."), required=False
    )

    def clean_email(self) -> str:
        """Refused where the address has an account already."""
        email: str = self.cleaned_data["email"]
        if Account.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody has an account with this e-mail address already."))
        return email


class AcceptForm(forms.Form):
    """Whoever opens the link chooses a name and a password."""

    username = forms.CharField(
        label=_("Name"),
        min_length=3,
        max_length=150,
        help_text=_("You sign in with it; people of your organisation see it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        """Refused where the name is taken, capital letters or not, or looks like an e-mail address."""
        name: str = self.cleaned_data["username"]
        if "@" in name:
            raise forms.ValidationError(
                _("A name has no @ in it; you can sign in with your e-mail address, too.")
            )
        if Account.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This name is taken. Choose another."))
        return name

    def clean_password(self) -> str:
        """Refused where it is short, common, or the name."""
        password: str = self.cleaned_data["password"]
        validate_password(password, Account(username=self.cleaned_data.get("username", "")))
        return password


class MemberForm(forms.Form):
    """What an administrator changes of a member."""

    mandate = forms.ChoiceField(choices=Account.Mandate.choices)
    is_administrator = forms.BooleanField(required=False)
    is_active = forms.BooleanField(required=False)


class OrganisationForm(AskForm):
    """An organisation with its first administrator; its participant may follow once it is admitted."""

    participant = forms.ChoiceField(label=_("Participant"), required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("Only for an organisation that is not admitted yet; otherwise the ledger knows it."),
    )
    field_order = ("participant", "name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participants = unclaimed_participants()
        choices = [("", _("Not admitted yet")), *self.participants.items()]
        self.fields["participant"].choices = choices  # type: ignore[attr-defined]
        self.fields["email"].label = _("E-mail address of its first administrator")

    def clean(self) -> dict[str, Any]:
        """A participant or a name, and not the name of an organisation that is here already."""
        said = super().clean() or self.cleaned_data
        name = self.participants.get(said.get("participant", ""), "") or said.get("name", "")
        if not name and not self.errors:
            self.add_error("name", _("Choose a participant, or give the name of one that will be admitted."))
        elif Organisation.objects.filter(name=name).exists():
            self.add_error("name", _("There is an organisation with this name already."))
        return said | {"name": name}

    def clean_email(self) -> str:
        """Refused where the address has an account already."""
        email: str = self.cleaned_data["email"]
        if Account.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody has an account with this e-mail address already."))
        return email


class LinkForm(forms.Form):
    """Which admitted participant an organisation is."""

    participant = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].choices = list(unclaimed_participants().items())  # type: ignore[attr-defined]
