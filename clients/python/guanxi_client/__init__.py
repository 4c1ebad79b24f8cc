"""A thin client of Guanxi's REST API: standard library only, typed, one method per operation.

from guanxi_client import Guanxi
crm = Guanxi("https://crm.example", "gx_...")
for case in crm.each(crm.list_cases, state="recorded"):
    print(case["number"], case["due"])
"""

from guanxi_client.generated import VERSION
from guanxi_client.guanxi import Guanxi
from guanxi_client.transport import Answer, Problem, Transport
from guanxi_client.webhooks import Forged, verify

__all__ = ["VERSION", "Answer", "Forged", "Guanxi", "Problem", "Transport", "verify"]
