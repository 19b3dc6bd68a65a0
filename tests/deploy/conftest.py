"""What the tests of a deployment share."""

from pathlib import Path

import pytest

from tests.deploy.platform import build_release


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of the installed package are."""
    return build_release(tmp_path_factory.mktemp("release"))
