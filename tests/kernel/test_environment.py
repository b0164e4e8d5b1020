"""What stands in the environment is understood or refused by name."""

import re
from pathlib import Path

import pytest

from guanjia.kernel import environment
from guanjia.kernel.environment import CHECKOUT, SettingError, database


def test_a_missing_variable_says_its_name(monkeypatch):
    monkeypatch.delenv("GUANJIA_NOWHERE", raising=False)
    with pytest.raises(SettingError, match="GUANJIA_NOWHERE"):
        environment.text("GUANJIA_NOWHERE")


@pytest.mark.parametrize("read", [lambda: environment.number("PORT", 1), lambda: environment.switch("PORT", False)])
def test_a_value_that_means_nothing_is_refused_by_name(monkeypatch, read):
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(SettingError, match=r"PORT must be .* not 'many'"):
        read()


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("GUANJIA_HOSTS", " ")
    assert environment.listed("GUANJIA_HOSTS", "a, b,") == ["a", "b"]


def test_a_file_fills_in_what_is_not_set_outside(monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("GUANJIA_HTTPS", "")  # so that monkeypatch restores it
    monkeypatch.delenv("GUANJIA_HTTPS")
    (tmp_path / ".env").write_text("# a comment = 1\nPORT=8000\nGUANJIA_HTTPS = 1\n")
    environment.read_file(tmp_path / ".env")
    assert (environment.number("PORT", 0), environment.switch("GUANJIA_HTTPS", False)) == (9000, True)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgres://db.example:6432/house", "db.example", "6432"),
        ("postgresql://[::1]:5433/house", "::1", "5433"),
        ("postgres://%2Frun%2Fpg:5433/house", "/run/pg", "5433"),
        ("postgres:///house?host=/run/pg&port=5433", "/run/pg", "5433"),
        ("postgres:///house", "", ""),
    ],
)
def test_a_database_is_found_by_network_or_socket(url, host, port):
    found = database(url)
    assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, "house")


def test_a_database_url_keeps_odd_passwords_and_hands_options_on():
    conninfo = {"user": "guan jia", "password": "p@s:s/w?rd%", "host": "/a b/run", "port": 5432, "dbname": "家"}
    found = database(environment.url_of(conninfo))
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["NAME"]) == ("guan jia", "p@s:s/w?rd%", "/a b/run", "家")
    assert database("postgres://u:p@db/house?sslmode=require")["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize("url", ["mysql://u@h/house", "postgres://u@h", "postgres://u@h:port/house", "house"])
def test_another_kind_of_url_is_refused_by_name(url):
    with pytest.raises(SettingError, match="DATABASE_URL"):
        database(url)


def test_every_variable_is_explained():
    explained = set(re.findall(r"^([A-Z_]+)=", (CHECKOUT / ".env.example").read_text(), re.M))
    asked = set()
    for source in [*Path(CHECKOUT, "guanjia").rglob("*.py")]:
        asked |= set(re.findall(r"""environment\.(?:text|number|switch|listed)\(\s*"([A-Z_]+)\"""", source.read_text()))
    asked |= {"DATABASE_URL", "GUANJIA_HOME"}
    assert asked == explained
