"""What ``penumbra serve`` asks about judging and login."""

import argparse

import pytest

from analysis.catalogue import DataError
from analysis.vetting import DEFAULT_VOCABULARY, read_vocabulary, vocabulary_text
from components import command_judging
from components.command import main
from components.state.keys import KEYS, check_keys
from components.theme import DARK, LIGHT, css_variables


def options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command_judging.add_serve_options(parser)
    return parser.parse_args(given)


def test_a_vocabulary_of_ones_own_is_used_and_a_key_of_the_page_is_refused(tmp_path, capsys) -> None:
    assert main(["vocabulary"]) == 0
    path = tmp_path / "words.toml"
    path.write_text(capsys.readouterr().out)
    assert read_vocabulary(path) == DEFAULT_VOCABULARY
    path.write_text(vocabulary_text().replace('key = "c"', 'key = "x"'))
    book = command_judging.verdict_book(options("--vocabulary", str(path), "--verdicts", str(tmp_path / "v.sqlite")))
    assert book.vocabulary.word_for_key("x").name == "compact_object"
    assert not (tmp_path / "v.sqlite").exists()
    path.write_text(vocabulary_text().replace('key = "c"', 'key = "j"'))
    with pytest.raises(ValueError, match="'j' of verdict 'compact_object' means “next star”"):
        command_judging.verdict_book(options("--vocabulary", str(path)))
    path.write_text("verdict = 3")
    with pytest.raises(DataError, match=r"words\.toml"):
        command_judging.verdict_book(options("--vocabulary", str(path)))


def test_no_two_acts_share_a_key_and_the_shipped_vocabulary_takes_none_of_them() -> None:
    keys = [key for known in KEYS for key in known.keys]
    assert len(keys) == len(set(keys))
    check_keys(DEFAULT_VOCABULARY)


def test_a_store_that_is_neither_sqlite_nor_postgresql_is_refused_before_the_server_starts(capsys) -> None:
    assert main(["serve", "--verdicts", "mysql://host/name"]) == 1
    assert "SQLite file or in PostgreSQL" in capsys.readouterr().err


def test_login_is_asked_for_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    settings = command_judging.login_settings
    assert settings(options()) == {}
    asked = settings(options("--basic-auth", "secret"))
    assert asked["basic_auth"] == "secret"
    assert len(asked["cookie_secret"]) >= 32
    with pytest.raises(ValueError, match="no file"):
        settings(options("--basic-auth", str(tmp_path / "people.json")))
    with pytest.raises(ValueError, match="needs --oauth-key and --oauth-secret"):
        settings(options("--oauth-provider", "github", "--oauth-key", "k"))
    monkeypatch.setenv("PENUMBRA_OAUTH_SECRET", "s")
    asked = settings(options("--oauth-provider", "github", "--oauth-key", "k", "--cookie-secret", "c"))
    assert asked == {"oauth_provider": "github", "oauth_key": "k", "oauth_secret": "s", "cookie_secret": "c"}
    with pytest.raises(ValueError, match="one login"):
        settings(options("--oauth-provider", "github", "--basic-auth", "x"))


def test_the_login_page_has_the_colours_of_the_theme_and_fetches_nothing() -> None:
    page = command_judging.LOGIN_PAGE.read_text()
    assert css_variables(DARK) in page
    assert css_variables(LIGHT) in page
    assert "http" not in page
    assert "src=" not in page
