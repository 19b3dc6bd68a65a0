"""The baseline: a bare Flask view that does one durable insert, served like the product."""

import os

import sqlalchemy as sa
from flask import Flask, Response, request

engine = sa.create_engine(os.environ["BARE_URL"], pool_size=10, max_overflow=5)
table = sa.Table(
    "bare",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("body", sa.LargeBinary),
)


@sa.event.listens_for(engine, "connect")
def _durable(connection: object, _record: object) -> None:
    if engine.dialect.name == "sqlite":
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def create_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    table.metadata.create_all(engine)

    @app.post("/hook")
    def hook() -> Response:
        with engine.begin() as connection:
            connection.execute(sa.insert(table).values(body=request.get_data()))
        return Response(status=202)

    return app
