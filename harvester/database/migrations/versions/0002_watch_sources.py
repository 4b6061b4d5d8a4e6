"""Watch sources.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

import harvester.database.tables

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('shape',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reader_version', sa.String(length=20), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shape'))
    )
    op.create_table('alarm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('job', sa.String(length=200), nullable=True),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('p', sa.Float(), nullable=False),
    sa.Column('reader_version', sa.String(length=20), nullable=True),
    sa.Column('since', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('urls', sa.JSON(), nullable=False),
    sa.Column('seen_at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('opened_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('closed_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=12), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_alarm_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm')),
    sqlite_autoincrement=True
    )
    op.create_table('coverage',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('reader_version', sa.String(length=20), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('had', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('fresh', sa.Integer(), nullable=False),
    sa.Column('fresh_present', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_coverage_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'host', 'reader_version', 'field', name=op.f('pk_coverage'))
    )
    op.create_table('job',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('first_seen', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('slot', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('paused_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('leased_by', sa.Text(), nullable=True),
    sa.Column('leased_until', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('resume_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_job_run_id')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job'))
    )
    op.create_table('run_host',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_host_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'host', 'outcome', name=op.f('pk_run_host'))
    )
    op.create_table('change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_change_record_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_change_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_change_at'), ['at'], unique=False)

    op.create_table('listing',
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('progress', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('cursor', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_listing_target_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('target_id', name=op.f('pk_listing'))
    )
    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_observation_at'), ['at'], unique=False)

    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shape', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('deleted_at', harvester.database.tables.Moment(timezone=True), nullable=True))

    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('job', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('slot', harvester.database.tables.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ended', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('ended_at', harvester.database.tables.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('error', sa.Text(), nullable=True))
        batch_op.create_index('ix_run_job', ['job', 'id'], unique=False)

    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=8), server_default='page', nullable=False))
        batch_op.add_column(sa.Column('list_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('lastmod', harvester.database.tables.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('seen', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('job', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('looked_at', harvester.database.tables.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('next_visit', harvester.database.tables.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('rate_changes', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('rate_days', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('misses', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index('ix_target_due', ['job', 'next_visit'], unique=False, sqlite_where=sa.text('job IS NOT NULL'), postgresql_where=sa.text('job IS NOT NULL'))

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('host', sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column('shape', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('shape_before', sa.BigInteger(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_column('shape_before')
        batch_op.drop_column('shape')
        batch_op.drop_column('host')

    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index('ix_target_due', sqlite_where=sa.text('job IS NOT NULL'), postgresql_where=sa.text('job IS NOT NULL'))
        batch_op.drop_column('misses')
        batch_op.drop_column('rate_days')
        batch_op.drop_column('rate_changes')
        batch_op.drop_column('next_visit')
        batch_op.drop_column('looked_at')
        batch_op.drop_column('job')
        batch_op.drop_column('seen')
        batch_op.drop_column('lastmod')
        batch_op.drop_column('list_id')
        batch_op.drop_column('kind')

    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_index('ix_run_job')
        batch_op.drop_column('error')
        batch_op.drop_column('ended_at')
        batch_op.drop_column('ended')
        batch_op.drop_column('slot')
        batch_op.drop_column('job')

    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.drop_column('deleted_at')
        batch_op.drop_column('shape')

    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_observation_at'))

    op.drop_table('listing')
    with op.batch_alter_table('change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_change_at'))

    op.drop_table('change')
    op.drop_table('run_host')
    op.drop_table('job')
    op.drop_table('coverage')
    op.drop_table('alarm')
    op.drop_table('shape')
