"""The tables.

Text of customers stands only in `delivery.body`, `decision.snapshot`,
`decision.decision` and `effect.body`; what an agent wrote, which may quote one, also in
`act.argument`. Ids, digests and codes everywhere else.

Instants are stored as seconds since the epoch (REAL): one form on SQLite and PostgreSQL.
"""

import sqlalchemy as sa

metadata = sa.MetaData()
# Of a table whose rows mean nothing beyond this moment and machine: they are in no backup.
FLEETING = {"fleeting": True}

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("source", sa.String(20), nullable=False),  # webhook | sweep | retry | slack | console
    sa.Column("kind", sa.String(20), nullable=False),  # trigger | event | other | unreadable | act
    sa.Column("event_type", sa.String(120)),
    sa.Column("ticket_id", sa.BigInteger, index=True),
    sa.Column("body", sa.LargeBinary),
    sa.Column("body_digest", sa.String(64), nullable=False),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("round", sa.Integer, nullable=False, default=0),  # raised by `failures retry`
    sa.Column("dispatched", sa.Boolean, nullable=False, default=False),  # has its task
    sa.Column("takeovers", sa.Integer, nullable=False, default=0),  # its worker died
    sa.Column("error", sa.String(300)),
    sa.Column("finished_at", sa.Float),
    sa.Column("said", sa.Text),  # to the person whose wish it was; may be erased
    # What waits for its task is few: looking for it must not read the rest.
    sa.Index(
        "waiting_for_task",
        "id",
        sqlite_where=sa.text("NOT dispatched"),
        postgresql_where=sa.text("NOT dispatched"),
    ),
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("delivery_id", sa.Integer, nullable=False, index=True),
    sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("comment_id", sa.BigInteger, nullable=False),
    sa.Column("requester_id", sa.BigInteger),
    sa.Column("assignee_id", sa.BigInteger),  # when the ticket was read
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("guarded", sa.Boolean, nullable=False),
    sa.Column("decided_at", sa.Float, nullable=False),
    sa.Column("watched_from", sa.Float, nullable=False),  # what others do from here on counts
    sa.Column("comment_ids", sa.Text, nullable=False),  # JSON list: what was read
    sa.Column("snapshot", sa.Text),  # JSON: the ticket as judged; may be erased
    sa.Column("decision", sa.Text),  # JSON: the decision in full; may be erased
    # Of the decision, what stays when it is erased: the question that was recognised, how near
    # (none where the recogniser was not asked), the message's language.
    sa.Column("faq", sa.String(64)),
    sa.Column("score", sa.Float),
    sa.Column("language", sa.String(3)),
    # One decision for a comment: a second worker's insert fails here.
    sa.Index(
        "one_decision_per_comment",
        "ticket_id",
        "comment_id",
        unique=True,
        sqlite_where=sa.text("state <> 'superseded'"),
        postgresql_where=sa.text("state <> 'superseded'"),
    ),
    # Everything that is counted of a time stands in the index: no row is read for it.
    sa.Index("decisions_by_time", "decided_at", "state", "outcome", "faq", "language", "score"),
)

effect = sa.Table(
    "effect",
    metadata,
    sa.Column("decision_id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("requester_id", sa.BigInteger, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    # planned | sending | unknown | done | withheld | refused | dropped
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    # JSON list: the whole set to stand afterwards; of a person's act, what is added
    sa.Column("tags", sa.Text),
    sa.Column("tags_off", sa.Text),  # JSON list: what a person's act takes off
    sa.Column("group_id", sa.BigInteger),
    sa.Column("priority", sa.String(10)),
    sa.Column("assignee_id", sa.BigInteger),  # who takes the ticket
    sa.Column("author_id", sa.BigInteger),  # in whose name the comment stands; none: ours
    sa.Column("stamp", sa.String(40)),
    sa.Column("owner", sa.String(64)),
    sa.Column("lease_until", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("planned_at", sa.Float, nullable=False),
    sa.Column("finished_at", sa.Float),
    sa.Column("audit_id", sa.BigInteger),
    sa.Column("error", sa.String(300)),
    # The brakes count the last replies before every decision; all others must not be read.
    sa.Index(
        "public_effects",
        "planned_at",
        sqlite_where=sa.text("public"),
        postgresql_where=sa.text("public"),
    ),
    sa.Index("effects_by_state", "kind", "state"),
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("ticket_id", sa.BigInteger, index=True),
    sa.Column("decision_id", sa.String(64)),
    sa.Column("body", sa.Text, nullable=False),  # canonical JSON
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    # The history of policies is few entries among many: looking for it must not read the rest.
    sa.Index(
        "policies_activated",
        "seq",
        sqlite_where=sa.text("kind = 'policy_activated'"),
        postgresql_where=sa.text("kind = 'policy_activated'"),
    ),
)

# One row: where the chain ends. Locking it makes the writers of decisions take turns.
ledger_head = sa.Table(
    "ledger_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("executor_id", sa.String(64), primary_key=True),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
    info=FLEETING,
)

# Small facts that processes share: the brake, our own user id, the sweep's cursor, the alarm.
fact = sa.Table(
    "fact",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)

policy_version = sa.Table(
    "policy_version",
    metadata,
    sa.Column("version", sa.String(80), primary_key=True),
    sa.Column("files", sa.Text, nullable=False),  # JSON object: name -> text
    sa.Column("imported_at", sa.Float, nullable=False),
    sa.Column("activated_at", sa.Float),
)

# What a person decided. Its `decision` row has the same id and the outcome `act`: so its effects
# are settled, its failures listed and its entries kept as the machine's are.
act = sa.Table(
    "act",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("about", sa.String(64), index=True),  # the decision it answers
    sa.Column("agent_id", sa.BigInteger, nullable=False),  # at the helpdesk
    sa.Column("agent_name", sa.String(200), nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),  # slack | console
    sa.Column("faq", sa.String(64)),  # the answer it names
    sa.Column("argument", sa.Text),  # JSON: what was written; may be erased
    sa.Column("at", sa.Float, nullable=False),
)

# A draft that waits for a person's yes.
approval = sa.Table(
    "approval",
    metadata,
    sa.Column("decision_id", sa.String(64), primary_key=True),
    sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
    sa.Column(
        "state", sa.String(20), nullable=False
    ),  # open | given | refused | withdrawn | expired
    sa.Column("act_id", sa.String(64)),
    sa.Column("why", sa.String(60)),  # the code of a withdrawal
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Index("open_approvals", "state", "expires_at"),
)

# A legal clock that runs, and how far people were reminded of it.
clock = sa.Table(
    "clock",
    metadata,
    sa.Column("decision_id", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("pack", sa.String(80), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # running | stopped
    sa.Column("reminded", sa.Integer, nullable=False, default=0),  # per cent: 0 | 50 | 90 | 100
    sa.Column("next_at", sa.Float),  # when the next reminder is due; none when there is no more
    sa.Index("clocks_due", "state", "next_at"),
)

# A message in the chat, as it shall stand. What it shows is worked out afresh from the rest.
post = sa.Table(
    "post",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # escalation | approval | reminder | digest
    sa.Column("ticket_id", sa.BigInteger, index=True),
    sa.Column("decision_id", sa.String(64)),
    sa.Column("channel", sa.String(80), nullable=False),  # by name, as the policy says
    sa.Column("argument", sa.Text),  # JSON: numbers and codes
    # planned | sending | unknown | posted | folded (into a digest) | ended | failed
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("channel_id", sa.String(40)),  # where it stands
    sa.Column("stamp", sa.String(40)),
    sa.Column("shown", sa.String(64)),  # digest of what stands there
    sa.Column("urgent", sa.Boolean, nullable=False, default=False),
    sa.Column("changed", sa.Boolean, nullable=False),  # has to be looked at
    sa.Column("round", sa.Integer, nullable=False, default=0),  # of its tasks
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", sa.Float, nullable=False),
    sa.Column("tried_at", sa.Float),  # when a write of it was last begun
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("next_look_at", sa.Float),  # when its countdown reads differently
    sa.Column("error", sa.String(300)),
    sa.Index("posts_changed", "changed", "not_before"),
    sa.Index("posts_to_look_at", "next_look_at"),
)

# A workspace of the chat in which the app is installed. Tokens are encrypted.
workspace = sa.Table(
    "workspace",
    metadata,
    sa.Column("team_id", sa.String(40), primary_key=True),
    sa.Column("team_name", sa.String(200), nullable=False),
    sa.Column("bot_user_id", sa.String(40), nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False),  # encrypted
    sa.Column("installed_at", sa.Float, nullable=False),
)

# One-time values: states of a sign-in that has begun. The digest alone is kept.
nonce = sa.Table(
    "nonce",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(40), nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    info=FLEETING,
)

# A setting that was stored by `connect` or in the console. Encrypted.
secret = sa.Table(
    "secret",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),  # of the setting, in the environment's form
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)

# What `connect` made or took over at the helpdesk: what `uninstall` removes or leaves.
made = sa.Table(
    "made",
    metadata,
    sa.Column("part", sa.String(120), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("vendor_id", sa.String(60), nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),  # ours | theirs
    sa.Column("at", sa.Float, nullable=False),
)
