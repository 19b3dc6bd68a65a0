"""The demo has settings of its own; what the machine can bear it is told."""

from pathlib import Path

import pytest

from connectors.zendesk.sandbox.seed import GROUPS as SEEDED
from integration.demo_settings import GROUPS, SAMPLES, demo_settings
from integration.policy_folder import load_folder
from integration.settings import Settings, SettingsError


def settings(**environment: str) -> Settings:
    return demo_settings(8000, "http://127.0.0.1:8010", "http://127.0.0.1:8020", environment)


def test_the_demo_takes_no_more_memory_than_it_is_told() -> None:
    assert settings(DESKCLERK_MEMORY_MB="512").deskclerk_memory_mb == 512
    assert settings().deskclerk_memory_mb is None


def test_the_demo_judges_by_words_alone_where_the_reader_is_off() -> None:
    assert not settings(DESKCLERK_READER="0").deskclerk_reader
    assert settings().deskclerk_reader


def test_the_demo_reads_what_the_machine_can_bear_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "memory").write_text("600\n", encoding="utf-8")
    assert settings(DESKCLERK_MEMORY_MB_FILE=str(tmp_path / "memory")).deskclerk_memory_mb == 600


def test_a_number_that_is_no_memory_is_told_before_anything_starts() -> None:
    with pytest.raises(SettingsError, match="DESKCLERK_MEMORY_MB is not valid"):
        settings(DESKCLERK_MEMORY_MB="much")


def test_the_demo_never_takes_the_store_or_the_helpdesk_of_an_installation() -> None:
    of_another = {
        "DATABASE_URL": "postgresql://u:p@db.example/desk",
        "ZENDESK_BASE_URL": "http://127.0.0.1:1",
        "DESKCLERK_POLICY": "/nowhere",
    }
    read = settings(**of_another)
    assert read.database_url == ""
    assert read.zendesk_base_url == "http://127.0.0.1:8010"
    assert read.deskclerk_policy is not None
    assert read.deskclerk_policy.name == "policy"


def test_the_demo_s_helpdesk_has_every_group_that_the_sample_policy_names() -> None:
    settings = load_folder(SAMPLES / "policy").settings
    named = {*settings.groups.values(), *settings.specialists.values()}
    assert named - set(SEEDED) == set(GROUPS)
