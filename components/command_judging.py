"""What the command asks about judging: where verdicts are kept, with which words, and who logs in."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from components.state.verdict_book import VerdictBook

LOGIN_PAGE = Path(__file__).parent / "styles" / "login.html"  # Panel's own fetches pictures from elsewhere


def add_serve_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to ``serve``; secrets may come from the environment, where no list of processes shows them."""
    judging = parser.add_argument_group("judging")
    judging.add_argument(
        "--verdicts",
        metavar="URL_OR_PATH",
        help="where verdicts are kept: a file, or postgresql://… (or PENUMBRA_VERDICTS; default: your data folder)",
    )
    judging.add_argument("--vocabulary", type=Path, metavar="FILE", help="the verdicts to choose from, as TOML")
    judging.add_argument(
        "--blind", action="store_true", help="hide others' verdicts on a star until one's own is given"
    )
    login = parser.add_argument_group("login", "Who logs in is the reviewer of what they judge.")
    login.add_argument(
        "--basic-auth",
        metavar="FILE_OR_PASSWORD",
        help="ask for a name and a password: one password for all, or a JSON file of names and passwords",
    )
    login.add_argument("--oauth-provider", metavar="NAME", help="log in with github, google, gitlab, azure, okta, …")
    login.add_argument("--oauth-key", metavar="KEY", help="client id at the provider (or PENUMBRA_OAUTH_KEY)")
    login.add_argument("--oauth-secret", metavar="SECRET", help="its secret (or PENUMBRA_OAUTH_SECRET)")
    login.add_argument("--oauth-redirect-uri", metavar="URL", help="where the provider sends visitors back to")
    login.add_argument(
        "--cookie-secret",
        metavar="SECRET",
        help="signs the login cookie (or PENUMBRA_COOKIE_SECRET); without it a restart asks all to log in again",
    )


def login_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return what Panel's server is told; empty where no login is asked for. Raises ValueError for a half-told one."""
    basic = options.basic_auth or os.environ.get("PENUMBRA_BASIC_AUTH")
    provider = options.oauth_provider
    cookie = options.cookie_secret or os.environ.get("PENUMBRA_COOKIE_SECRET") or secrets.token_hex(32)
    if basic and provider:
        raise ValueError("choose one login: --basic-auth or --oauth-provider")
    if basic:
        if basic.endswith(".json") and not Path(basic).is_file():
            raise ValueError(f"there is no file {basic} of names and passwords")
        return {"basic_auth": basic, "cookie_secret": cookie, "login_template": str(LOGIN_PAGE)}
    if not provider:
        return {}
    key = options.oauth_key or os.environ.get("PENUMBRA_OAUTH_KEY")
    secret = options.oauth_secret or os.environ.get("PENUMBRA_OAUTH_SECRET")
    if not key or not secret:
        raise ValueError(f"login with {provider} needs --oauth-key and --oauth-secret, as the provider gave them")
    settings = {
        "oauth_provider": provider,
        "oauth_key": key,
        "oauth_secret": secret,
        "cookie_secret": cookie,
        "oauth_encryption_key": os.environ.get("PENUMBRA_OAUTH_ENCRYPTION_KEY"),
        "oauth_redirect_uri": options.oauth_redirect_uri,
    }
    return {name: value for name, value in settings.items() if value is not None}


def verdict_book(options: argparse.Namespace) -> VerdictBook:
    """Return the book of verdicts that was asked for; the store itself is opened when it is first needed.

    Raises DataError and ValueError for a vocabulary or an address that cannot be used.
    """
    from analysis.vetting import DEFAULT_VOCABULARY, read_vocabulary
    from analysis.vetting.store_engine import store_url
    from components.state.keys import check_keys
    from components.state.verdict_book import VerdictBook

    vocabulary = DEFAULT_VOCABULARY if options.vocabulary is None else read_vocabulary(options.vocabulary)
    check_keys(vocabulary)
    url = options.verdicts or os.environ.get("PENUMBRA_VERDICTS") or None
    store_url(url)
    return VerdictBook(url, vocabulary, options.blind)


def add_commands(commands: Any) -> None:
    """Add the command ``vocabulary``."""
    words = commands.add_parser("vocabulary", help="print the vocabulary of verdicts as TOML, to be edited")
    words.set_defaults(run=_vocabulary)


def _vocabulary(_options: argparse.Namespace) -> int:
    from analysis.vetting import vocabulary_text

    sys.stdout.write(vocabulary_text())
    return 0
