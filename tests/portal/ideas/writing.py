"""Ideas written by hand: the form filled in, and somebody signed in to send it."""

from tests import factories
from tests.forms import token_in


def typed(**values):
    return {name: text for name, text in factories.content(**values).as_dict().items() if text}


def csrf(client, address):
    return token_in(client.get(address).text)


def signed_in(client, **values):
    who = factories.member(**values)
    return who, factories.sign_in(client, who)
