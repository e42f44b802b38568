"""The mail server of the settings: its URL, and how the connection to it is secured."""

import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from worker.addresses import is_loopback
from worker.errors import ConfigurationError

#: Scheme of the server's URL -> how the connection is secured, and the usual port.
SCHEMES: Final = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("plain", 25)}
#: Seconds that the server may take for any answer but the last.
ANSWER_SECONDS: Final = 30.0
#: Seconds that it may take to accept a message which it has whole: RFC 5321, section 4.5.3.2.6. A client
#: that gives up sooner does not know whether the message was accepted.
ACCEPT_SECONDS: Final = 600.0
_URL_HELP: Final = (
    "write WIREDESK_SMTP_URL as smtp://USER:PASSWORD@HOST (STARTTLS), smtps://... (TLS) or smtp+plain://localhost, "
    "and / @ : # ? % in the password as %2F %40 %3A %23 %3F %25"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how to connect to it. `security` is of SCHEMES; `authorities` a PEM file, or None."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str | None = None
    answer_seconds: float = ANSWER_SECONDS
    accept_seconds: float = ACCEPT_SECONDS

    @property
    def name(self) -> str:
        """The server's name in messages to people."""
        return f"{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """Return the check of the server's certificate; raises ConfigurationError if `authorities` are unusable."""
        try:
            return ssl.create_default_context(cafile=self.authorities)
        except OSError as error:
            raise ConfigurationError(
                f"The authorities {self.authorities} of the mail server cannot be read ({error}); correct ssl_ca_certs."
            ) from None


def server(url: str, password: str | None = None) -> Server:
    """Return the server at `url`; `password` takes the place of the password in the URL.

    Raises ValueError, without quoting the URL, if it is not usable, or would send readable mail over a network.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError(_URL_HELP) from None
    authorities = options.pop("ssl_ca_certs", None)
    if parts.scheme not in SCHEMES or not host or parts.path.strip("/") or parts.fragment or options:
        raise ValueError(_URL_HELP)
    security, usual_port = SCHEMES[parts.scheme]
    if security == "plain" and not is_loopback(host):
        raise ValueError("smtp+plain:// is for a server on this machine only; use smtp:// (STARTTLS) or smtps://")
    user = unquote(parts.username or "")
    secret = password if password is not None else unquote(parts.password or "")
    if bool(user) != bool(secret):
        raise ValueError("user and password belong together: the user in the URL, the password there or in a secret")
    return Server(
        host=host,
        port=port or usual_port,
        security=security,
        user=user,
        password=secret,
        authorities=authorities,
    )
