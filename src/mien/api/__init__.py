"""The API for programs: text, pictures and sound to what was understood; performances; sessions that live.

Owns: `/api/v1`, its OpenAPI document and page, the sessions and the one scheduler that plays them, and who may ask for
what: hosts, origins, token, limits. Never understands, feels or paints by itself; never opens a file that a client
names; never tells a client a path of this machine.
"""

from mien.api.app import Api
from mien.api.cast import Cast
from mien.api.gate import Access
from mien.api.limits import Limits

__all__ = ["Access", "Api", "Cast", "Limits"]
