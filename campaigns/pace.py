"""How often something is asked for: counted in the cache under keyed hashes, which forgets them after minutes. No address is
kept, nobody is known."""

import hashlib
import hmac
import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache


def network(request) -> str:
    """The address, of IPv6 the network of one subscriber."""
    found = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def count(text: str, seconds: int) -> int:
    """How often `text` was counted, this time included, since it was first counted within `seconds`."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"campaigns.pace:{text}".encode(), hashlib.sha256).hexdigest()
    name = f"campaigns.pace:{digest[:32]}"
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name)
    except ValueError:
        # It ran out between the two.
        return 1
