"""Which documents of repositories labdesk would fetch at all: only https to a public host, only a full commit number.

The leaf may come from a stranger. Nothing is asked of the network here.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from labdesk.core.errors import DocumentError
from labdesk.core.taxonomy.leaf import DocumentRef

_MAX_URL = 2_048


def check_reference(ref: DocumentRef) -> str:
    """The host that fetching would contact, to be shown to the person. Raises DocumentError for what is not safe."""
    url = ref.repo.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused(f"“{url[:100]}” is not an address.") from None
    if parts.scheme != "https" or len(url) > _MAX_URL or re.search(r"[\x00-\x20\x7f\\$]", url):
        raise _refused("Only plain https addresses are fetched, no ssh, no files on this computer.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment or port:
        raise _refused("The address carries a name, a password, a port or a query.")
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host.lower()) or _is_number(host) or _is_local(host):
        raise _refused(f"“{host[:100]}” is not the name of a public host.")
    if not re.fullmatch(r"[0-9a-f]{40}", ref.commit.strip()):
        raise _refused(f"The commit “{ref.commit[:50]}” is not a full commit number of 40 digits and letters a to f.")
    return host


def host_of(ref: DocumentRef) -> str:
    """The host that would be contacted, or "" when the reference is not one that labdesk fetches."""
    try:
        return check_reference(ref)
    except DocumentError:
        return ""


def _is_number(host: str) -> bool:
    """Addresses in figures, also the forms that only browsers understand (127.1, 0x7f.1)."""
    try:
        ipaddress.ip_address(host.strip("[]"))
        return True
    except ValueError:
        return re.fullmatch(r"(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*", host.lower()) is not None


def _is_local(host: str) -> bool:
    return host.lower().rstrip(".").endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion"))


def _refused(reason: str) -> DocumentError:
    return DocumentError(
        "labdesk does not fetch this document.",
        cause=reason,
        remedy="Put the document beside qna.yaml: then no repository is needed.",
    )
