"""The API beside the studio's page, or alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.api.app import Api
from mien.studio.server import HOST, answer, listen

_EVERYWHERE = "0.0.0.0"

OPENED = (
    "This opens to everyone who reaches this machine on this port and knows the password: reading texts, performing "
    "lines, looking at faces in pictures that they send, hearing sounds that they send, and sessions.",
    "The studio's page, its camera and the files of this machine are not opened.",
    "Passwords and pictures travel as they are: put a server with TLS in front, such as Caddy or nginx.",
)
"""What is said before the API is opened to others than this machine."""


def beside(api: Api) -> Callable[[ASGIApp], ASGIApp]:
    """What joins the API with another application, which answers all other paths."""

    def joined(page: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            own = scope["type"] != "lifespan" and scope["path"].startswith(api.paths)
            await (api if own else page)(scope, receive, send)

        return app

    return joined


def serve(api: Api, *, port: int = 8642, opened: Callable[[str], None] = lambda _: None) -> None:
    """Let the API alone answer until Ctrl-C. opened: called with the address once it answers.

    Raises DeviceError when the port is taken.
    """
    public = api.access.public
    listener = listen(port, _EVERYWHERE if public else HOST)
    address = f"http://{HOST}:{listener.getsockname()[1]}/"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await api(scope, receive, send)
            return
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                opened(address)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    running: AbstractContextManager[object] = api
    with running:
        answer(app, listener)
