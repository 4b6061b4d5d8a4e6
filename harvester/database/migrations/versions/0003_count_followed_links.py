"""Count followed links.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_index(
        'ix_target_followed', 'target', ['run_id'],
        sqlite_where=sa.text('parent_id IS NOT NULL'), postgresql_where=sa.text('parent_id IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_target_followed', 'target')
