"""The mail server that settings name: its URL, and how it is spoken to."""

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
#: Seconds that it may take to accept a message which it has whole: RFC 5321, section 4.5.3.2.6. Who gives up sooner
#: does not know what became of it.
ACCEPT_SECONDS: Final = 600.0
_URL_HELP: Final = (
    "write WIREDESK_SMTP_URL as smtp://USER:PASSWORD@HOST (STARTTLS), smtps://... (TLS) or smtp+plain://localhost, "
    "and / @ : # ? % in the password as %2F %40 %3A %23 %3F %25"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how it is spoken to. `security` is a value of SCHEMES; `authorities` a file of PEM, or None."""

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
        """The server as it stands in messages."""
        return f"{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """Return what checks the server's certificate; raises ConfigurationError where `authorities` are unusable."""
        try:
            return ssl.create_default_context(cafile=self.authorities)
        except OSError as error:
            raise ConfigurationError(
                f"The authorities {self.authorities} of the mail server cannot be read ({error}); correct ssl_ca_certs."
            ) from None


def server(url: str, password: str | None = None) -> Server:
    """Return the server at `url`; a `password` of its own takes the place of the one in the URL.

    Raises ValueError, without quoting the URL, where it is no usable one, or would send mail readable over a network.
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
