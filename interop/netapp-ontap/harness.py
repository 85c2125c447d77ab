"""Connections to the simulator's servers, and the checks: `npm run interop` sets the variables that are read here."""

import os
from urllib.parse import urlsplit

from netapp_ontap import HostConnection, NetAppRestError, config

checks = []


def connect(url, **options):
    """A connection to one of the servers. The client waits for an operation that takes 0.2 s."""
    address = urlsplit(url)
    return HostConnection(
        address.hostname,
        port=address.port,
        username=os.environ["API_USERNAME"],
        **{
            "password": os.environ["API_PASSWORD"],
            "verify": os.environ["CA"],
            "poll_interval": 0.05,
            "poll_timeout": 30,
            **options,
        },
    )


ontap = connect(os.environ["ONTAP_URL"])
select = connect(os.environ["SELECT_URL"])
config.CONNECTION = ontap


def check(function):
    """Adds a check. Its docstring is its name."""
    checks.append(function)
    return function


def refused(call, *words, status=None, code=None):
    """Makes a call that raises an error: its words, its HTTP status and the server's code are as they should be."""
    try:
        call()
    except NetAppRestError as error:
        for word in words:
            assert word in str(error), f"{word!r} is not in {error}"
        found = (error.status_code, ((error.response_body or {}).get("error") or {}).get("code"))
        assert found == (status, code), f"{found} instead of {(status, code)}: {error}"
        return
    raise AssertionError("no error was raised")


def run():
    """Runs every check, prints a line for each, and gives the exit code."""
    failed = 0
    for function in checks:
        try:
            function()
            print(f"ok      {function.__doc__}")
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED  {function.__doc__}: {type(error).__name__}: {error}")
    print(f"{len(checks)} checks with netapp-ontap, {failed} failed")
    return 1 if failed else 0
