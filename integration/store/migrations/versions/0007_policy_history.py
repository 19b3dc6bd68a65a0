"""The history of policies is found among all entries of the ledger without reading them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index over the few entries that tell of a policy."""
    told = sa.text("kind = 'policy_activated'")
    op.create_index(
        "policies_activated", "ledger", ["seq"], sqlite_where=told, postgresql_where=told
    )
