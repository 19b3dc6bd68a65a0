"""The Flask application."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from integration.console.blueprint import add_console
from integration.intake import MAX_BODY_BYTES
from integration.routes import pages
from integration.services import WebServices
from integration.slack_door import slack_door
from integration.slack_routes import slack_pages


def create_app(services: WebServices) -> Flask:
    """The web service over given services."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.extensions["deskclerk"] = services
    app.register_blueprint(pages)
    app.register_blueprint(slack_pages)
    app.register_blueprint(slack_door)
    add_console(app)
    app.register_error_handler(HTTPException, _plain)
    app.register_error_handler(Exception, _broken)
    return app


def _plain(error: HTTPException) -> Response:
    """Errors of the protocol: the name alone, nothing that was sent."""
    return Response(f"{error.name}\n", status=error.code or 500, content_type="text/plain")


def _broken(error: Exception) -> Response:
    """A fault of ours: named in the log by its type, answered so that the sender tries again."""
    import structlog

    structlog.get_logger(__name__).error("web.failed", error=type(error).__name__)
    return Response(status=503, headers={"Retry-After": "10"})
