"""The guard: no address of a private network, in whatever form it is written."""

import ipaddress
import socket
from typing import Any

import pytest

from producers.feeds.guard import Allowed, FetchError, addresses, is_public

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.4.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.9", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2002:a00:1::", "2001:db8::1", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("text", PRIVATE)
def test_a_private_address_is_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "::1"])
def test_a_private_host_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(FetchError, match=r"private network|no address"):
        addresses(host, 80, Allowed())


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST.", "127.0.0.0/8", "127.0.0.1"])
def test_what_a_setting_names_is_allowed(name: str) -> None:
    assert "127.0.0.1" in addresses("localhost", 80, Allowed.of([name, "::1"]))


def test_a_name_with_public_and_private_addresses_gives_the_public_ones_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(*_: Any, **__: Any) -> list[Any]:
        return [(None, None, None, "", (address, 80)) for address in ("10.0.0.7", "8.8.8.8", "8.8.8.8")]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)

    assert addresses("news.example", 80, Allowed()) == ["8.8.8.8"]


@pytest.mark.parametrize("name", ["10.0.0.0/33", "", "http://news.example", "a b", "10.0.0.1/8"])
def test_what_is_no_host_and_no_network_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"does not appear|has host bits"):
        Allowed.of([name])
