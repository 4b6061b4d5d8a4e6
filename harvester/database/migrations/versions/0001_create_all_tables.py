"""Create all tables.

Revision: 0001
Follows: None
"""

import sqlalchemy as sa
from alembic import op

import harvester.database.tables
from harvester.database import fulltext

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('host',
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('next_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('parked_until', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('robots_status', sa.Text(), nullable=True),
    sa.Column('crawl_delay', sa.Float(), nullable=True),
    sa.Column('robots_fetched_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('robots_expires_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_host'))
    )
    op.create_table('record_key',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('record_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('key', 'record_id', name=op.f('pk_record_key')),
    sqlite_with_rowid=False
    )
    op.create_table('run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('signature', sa.String(length=64), nullable=False),
    sa.Column('spider', sa.String(length=40), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('started_at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('finished_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('reader_version', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run'))
    )
    op.create_table('work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('doi', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('published', sa.String(length=10), nullable=True),
    sa.Column('type', sa.String(length=40), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('container_title', sa.Text(), nullable=True),
    sa.Column('volume', sa.Text(), nullable=True),
    sa.Column('issue', sa.Text(), nullable=True),
    sa.Column('first_page', sa.Text(), nullable=True),
    sa.Column('last_page', sa.Text(), nullable=True),
    sa.Column('abstract', sa.Text(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('origins', sa.JSON(), nullable=False),
    sa.Column('created_at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('updated_at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work')),
    sa.UniqueConstraint('doi', name=op.f('uq_work_doi')),
    sqlite_autoincrement=True
    )
    op.create_table('affiliation',
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('organization', sa.Text(), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('ror', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_affiliation_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_id', 'position', name=op.f('pk_affiliation'))
    )
    op.create_table('author',
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('family', sa.Text(), nullable=True),
    sa.Column('given', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('orcid', sa.String(length=19), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('corresponding', sa.Boolean(), nullable=True),
    sa.Column('affiliations', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_author_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_id', 'position', name=op.f('pk_author'))
    )
    op.create_table('classification',
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_classification_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_id', 'position', name=op.f('pk_classification'))
    )
    op.create_table('identifier',
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_identifier_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_id', 'scheme', 'value', name=op.f('pk_identifier'))
    )
    with op.batch_alter_table('identifier', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identifier_value'), ['value'], unique=False)

    op.create_table('keyword',
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_keyword_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_id', 'position', name=op.f('pk_keyword'))
    )
    op.create_table('record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page_key', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('keys', sa.JSON(), nullable=False),
    sa.Column('derived', sa.JSON(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('reader_version', sa.String(length=20), nullable=False),
    sa.Column('first_seen', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('last_seen', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('changed_at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('work_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_record_work_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record')),
    sa.UniqueConstraint('page_key', name=op.f('uq_record_page_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_work_id'), ['work_id'], unique=False)

    op.create_table('target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('losses', sa.Integer(), nullable=False),
    sa.Column('not_before', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('leased_by', sa.String(length=200), nullable=True),
    sa.Column('leased_until', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('finished_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['target.id'], name=op.f('fk_target_parent_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_target_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target')),
    sa.UniqueConstraint('key', name=op.f('uq_target_key'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index('ix_target_claim', ['run_id', 'state', 'host', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_target_leased_by'), ['leased_by'], unique=False)

    op.create_table('citation',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.BigInteger(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('authors', sa.JSON(), nullable=False),
    sa.Column('container_title', sa.Text(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('volume', sa.Text(), nullable=True),
    sa.Column('issue', sa.Text(), nullable=True),
    sa.Column('first_page', sa.Text(), nullable=True),
    sa.Column('last_page', sa.Text(), nullable=True),
    sa.Column('doi', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_citation_record_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('record_id', 'position', name=op.f('pk_citation'))
    )
    op.create_table('decision',
    sa.Column('a_id', sa.Integer(), nullable=False),
    sa.Column('b_id', sa.Integer(), nullable=False),
    sa.Column('same', sa.Boolean(), nullable=False),
    sa.Column('at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['a_id'], ['record.id'], name=op.f('fk_decision_a_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b_id'], ['record.id'], name=op.f('fk_decision_b_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('a_id', 'b_id', name=op.f('pk_decision'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_b_id'), ['b_id'], unique=False)

    op.create_table('edge',
    sa.Column('a_id', sa.Integer(), nullable=False),
    sa.Column('b_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['a_id'], ['record.id'], name=op.f('fk_edge_a_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b_id'], ['record.id'], name=op.f('fk_edge_b_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('a_id', 'b_id', name=op.f('pk_edge'))
    )
    with op.batch_alter_table('edge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_edge_b_id'), ['b_id'], unique=False)

    op.create_table('match',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['record.id'], name=op.f('fk_match_other_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_match_record_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_match_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_match'))
    )
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_work_id'), ['work_id'], unique=False)

    op.create_table('observation',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_observation_record_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('record_id', 'field', 'at', name=op.f('pk_observation'))
    )
    op.create_table('quarantine',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('target_id', sa.Integer(), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('item', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_quarantine_run_id')),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_quarantine_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine'))
    )
    op.create_table('relation',
    sa.Column('a_id', sa.Integer(), nullable=False),
    sa.Column('b_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('forward', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['a_id'], ['record.id'], name=op.f('fk_relation_a_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b_id'], ['record.id'], name=op.f('fk_relation_b_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('a_id', 'b_id', name=op.f('pk_relation'))
    )
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relation_b_id'), ['b_id'], unique=False)

    op.create_table('review',
    sa.Column('a_id', sa.Integer(), nullable=False),
    sa.Column('b_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('put_off_at', harvester.database.tables.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['a_id'], ['record.id'], name=op.f('fk_review_a_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b_id'], ['record.id'], name=op.f('fk_review_b_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('a_id', 'b_id', name=op.f('pk_review'))
    )
    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('at', harvester.database.tables.Moment(timezone=True), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('final_url', sa.Text(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=True),
    sa.Column('bytes', sa.Integer(), nullable=True),
    sa.Column('archive_file', sa.Text(), nullable=True),
    sa.Column('archive_offset', sa.Integer(), nullable=True),
    sa.Column('tdm_reserved', sa.Boolean(), nullable=True),
    sa.Column('tdm_policy', sa.Text(), nullable=True),
    sa.Column('robots_tags', sa.JSON(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_visit_record_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_visit_run_id')),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_visit_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_run_id_outcome'), ['run_id', 'outcome'], unique=False)

    fulltext.create(op.get_bind())


def downgrade() -> None:
    op.drop_table(fulltext.TABLE)
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_run_id_outcome'))

    op.drop_table('visit')
    op.drop_table('review')
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_relation_b_id'))

    op.drop_table('relation')
    op.drop_table('quarantine')
    op.drop_table('observation')
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_work_id'))

    op.drop_table('match')
    with op.batch_alter_table('edge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_edge_b_id'))

    op.drop_table('edge')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_b_id'))

    op.drop_table('decision')
    op.drop_table('citation')
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_target_leased_by'))
        batch_op.drop_index('ix_target_claim')

    op.drop_table('target')
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_work_id'))

    op.drop_table('record')
    op.drop_table('keyword')
    with op.batch_alter_table('identifier', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identifier_value'))

    op.drop_table('identifier')
    op.drop_table('classification')
    op.drop_table('author')
    op.drop_table('affiliation')
    op.drop_table('work')
    op.drop_table('run')
    op.drop_table('record_key')
    op.drop_table('host')
