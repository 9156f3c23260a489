"""The floor of W2: a members table with its rights, straight from four statements in one loop of plain floats."""

import math
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
from starlette.requests import Request
from starlette.responses import Response

VIEWER = """SELECT a.id, m.can_administer FROM sessions s JOIN users u ON u.id = s.user_id AND u.is_active
JOIN members m ON m.user_id = u.id AND m.left_at IS NULL JOIN alliances a ON a.id = m.alliance_id
WHERE s.id = $1 AND s.revoked_at IS NULL AND a.tag = $2"""
MEMBERS = """SELECT m.id, m.pseudo, m.tdc, m.coefficient, m.adjustment, m.tdc_at_last_update, m.last_updated_at,
m.accumulated_thousandths, c.couveuse, c.solarium, c.laboratoire
FROM members m JOIN LATERAL (SELECT * FROM censuses c WHERE c.member_id = m.id
    ORDER BY recorded_at DESC, id DESC LIMIT 1) c ON true
WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY COALESCE(m.rank_order, 0) DESC, m.pseudo_key"""
CONVOYS = """SELECT c.sender_id, o.requester_id, c.materials, c.sent_at
FROM orders o JOIN convoys c ON c.order_id = o.id WHERE o.alliance_id = $1 AND c.sent_at >= $2 AND c.sent_at < $3"""
SECRET = os.environ.get("SECRET_KEY", "")
STEPS = ((600, 180, "COUVEUSE"), (2000, 1000, "SOLARIUM"), (1400, 300, "LABORATOIRE"))


def _series(first: int, last: int, count: int) -> float:
    growth = (last - first) / first
    log_ratio = math.log1p(growth) if -0.5 < growth < 1 else math.log(last / first)
    return (last - first) / -math.expm1(-log_ratio / count)


async def rights(request: Request) -> Response:
    claims = jwt.decode(request.headers["authorization"][7:], SECRET, algorithms=["HS256"], issuer="pheromone")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    async with request.app.state.pool.acquire() as connection:
        viewer = await connection.fetch(VIEWER, claims["sid"], request.query_params["tag"])
        if not viewer[0]["can_administer"]:
            return Response(status_code=403)
        members = await connection.fetch(MEMBERS, viewer[0]["id"])
        since = min(row["last_updated_at"] for row in members)
        convoys = await connection.fetch(CONVOYS, viewer[0]["id"], since, now)
    return Response(orjson.dumps({"data": {"alliance": {"members": _table(members, convoys, now)}}}))


def _table(members: Any, convoys: Any, now: datetime) -> list[Any]:
    sent, received = dict.fromkeys((row["id"] for row in members), 0), dict.fromkeys((row["id"] for row in members), 0)
    since = {row["id"]: row["last_updated_at"] for row in members}
    for sender, requester, materials, at in convoys:
        if at >= since[sender]:
            sent[sender] += materials
        if at >= since[requester]:
            received[requester] += materials
    steps = []
    for row in members:
        levels = (row["couveuse"], row["solarium"], row["laboratoire"])
        costs = [(cost << level, at) for at, ((cost, _, _), level) in enumerate(zip(STEPS, levels, strict=True))]
        cost, at = min(costs)
        steps.append((cost, STEPS[at][2], cost / (STEPS[at][1] * 1.6 ** levels[at])))
    total = math.fsum(step[2] for step in steps)
    base = [step[2] / total for step in steps]
    weighted = [b * row["coefficient"] / 100 for b, row in zip(base, members, strict=True)]
    missing = 1 - math.fsum(weighted)
    assert missing > 0
    rate = missing / math.fsum(b for b, row in zip(base, members, strict=True) if row["adjustment"] == "UP")
    first, last = sum(row["tdc_at_last_update"] for row in members), sum(row["tdc"] for row in members)
    together: dict[int, float] = {}
    table = []
    for row, (cost, evolution, ratio), b, w in zip(members, steps, base, weighted, strict=True):
        count = (now - row["last_updated_at"]) // timedelta(minutes=30)
        if count not in together:
            together[count] = _series(first, last, count)
        made, share = together[count], w + rate * b if row["adjustment"] == "UP" else w
        mine, saved = _series(row["tdc_at_last_update"], row["tdc"], count), row["accumulated_thousandths"] / 1000
        out, got = sent[row["id"]], received[row["id"]]
        columns = {
            "nextTdpCost": cost,
            "nextTdpEvolution": evolution,
            "costTimeRatio": ratio,
            "baseShare": b,
            "coefficient": row["coefficient"],
            "adjustment": row["adjustment"],
            "shareWithCoefficient": w,
            "adjustedShare": share,
            "lastUpdatedAt": row["last_updated_at"].isoformat().replace("+00:00", "Z"),
            "allianceProduction": made,
            "entitlement": share * made,
            "playerProduction": mine,
            "quantitySent": out,
            "quantityReceived": got,
            "accumulatedRights": saved,
            "projectedRights": saved + share * made + out - mine - got,
        }
        table.append({"pseudo": row["pseudo"], "resourceRights": columns})
    return table
