"""The mutations and queries of alliances as the tests send them, and what their arguments may be. Asks nothing."""

from typing import Any

CREATE = """mutation($tag: String!, $name: String!, $pseudo: String) {
    createAlliance(tag: $tag, name: $name, pseudo: $pseudo) { id tag name sections { kind name slug }
        members { pseudo canAdminister user { username } } } }"""
SYNC = """mutation($tag: String!, $members: [MemberSyncInput!]!, $departures: Int) {
    syncMembers(allianceTag: $tag, members: $members, departures: $departures) {
        id pseudo tdc x y playerId canAdminister topic { id title } } }"""
COMPARE = """query($tag: String!, $members: [MemberSyncInput!]!) {
    compareMembers(allianceTag: $tag, members: $members) {
        arrivals returns { pseudo alliance { tag } } departures { pseudo } } }"""
REPORT_TDC = """mutation($tag: String!, $members: [TdcInput!]!) { reportTdc(allianceTag: $tag, members: $members) {
    pseudo tdc } }"""
CLAIM = """mutation($tag: String!, $pseudo: String!) { claimMember(allianceTag: $tag, pseudo: $pseudo) {
    memberId pseudo } }"""
CONFIRM = """mutation($id: ID!, $user: ID!) { confirmMember(memberId: $id, userId: $user) {
    pseudo canAdminister user { username } } }"""
DECLINE = "mutation($id: ID!, $user: ID!) { declineClaim(memberId: $id, userId: $user) { pseudo } }"
LEAVE = "mutation($tag: String!) { leaveAlliance(allianceTag: $tag) }"
RELEASE = "mutation($id: ID!) { releaseMember(memberId: $id) { user { username } } }"
RANK = """mutation($id: ID!, $rank: String, $order: Int, $admin: Boolean) {
    updateMemberRank(memberId: $id, rank: $rank, rankOrder: $order, canAdminister: $admin) {
        rank rankOrder canAdminister topic { title } } }"""
MEMBERS = """query($tag: String!) { alliance(tag: $tag) { tag name members {
    id pseudo tdc rank rankOrder leftAt user { username } topic { id title } census { tdc } } } }"""
CENSUS = """mutation($tag: String!, $census: CensusInput, $text: String) {
    submitCensus(allianceTag: $tag, census: $census, text: $text) {
        id recordedAt tdc food materials workers levels { evolution level } units { name count } } }"""
ORDER_FIELDS = """id status evolution foodRequested foodDelivered foodRemaining materialsRequested materialsDelivered
    materialsRemaining dueOn deliverAfter isLate score requester { pseudo } topic { id title }
    convoys { id food materials isCancelled sender { pseudo } recipient { pseudo } }"""
PLACE = f"mutation($input: OrderInput!) {{ placeOrder(input: $input) {{ {ORDER_FIELDS} }} }}"
UPDATE = f"""mutation($id: ID!, $food: BigInt, $materials: BigInt, $evolution: Evolution, $dueOn: Date,
    $deliverAfter: Date) {{ updateOrder(id: $id, food: $food, materials: $materials, evolution: $evolution,
        dueOn: $dueOn, deliverAfter: $deliverAfter) {{
        {ORDER_FIELDS} }} }}"""
STATUS = f"""mutation($id: ID!, $status: OrderStatus!) {{
    setOrderStatus(id: $id, status: $status) {{ {ORDER_FIELDS} }} }}"""
STATUSES = """mutation($ids: [ID!]!, $status: OrderStatus!) { setOrderStatuses(ids: $ids, status: $status) {
    orderId order { id status } error { code message } } }"""
SEND = """mutation($input: ConvoyInput!) { sendConvoy(input: $input) {
    id food materials arrivesAt isCancelled sender { pseudo } recipient { pseudo } order { status } } }"""
CANCEL = """mutation($id: ID!) { cancelConvoy(id: $id) {
    id materials isCancelled order { status materialsDelivered } } }"""
ORDERS = f"""query($tag: String!, $status: [OrderStatus!]) {{ alliance(tag: $tag) {{
    orders(status: $status) {{ {ORDER_FIELDS} }} }} }}"""
UNDER_WAY = """query($tag: String!) { alliance(tag: $tag) {
    convoysUnderWay { food materials arrivesAt order { id } sender { pseudo } } } }"""
POSTS = "query($id: ID!) { topic(id: $id) { id title posts { edges { node { id body authorName } } } } }"

TRIO = [
    {"evolution": "COUVEUSE", "level": 5},
    {"evolution": "SOLARIUM", "level": 6},
    {"evolution": "LABORATOIRE", "level": 7},
]


def row(pseudo: str, tdc: int = 1000, **more: Any) -> dict[str, Any]:
    """A line of the game's member table."""
    return {"pseudo": pseudo, "tdc": tdc, **more}


def census(materials: int = 2, couveuse: int = 5, **more: Any) -> dict[str, Any]:
    levels = [{"evolution": "COUVEUSE", "level": couveuse}, *TRIO[1:]]
    return {"food": 1, "materials": materials, "tdc": 800, "workers": 4, "levels": levels, **more}


def order(tag: str, materials: int = 1000, food: int = 0, **more: Any) -> dict[str, Any]:
    return {"allianceTag": tag, "materials": materials, "food": food, "dueOn": "2030-01-01", **more}


def convoy(order_id: str, materials: int = 100, food: int = 0, arrives: str = "2030-01-01T10:00:00Z") -> dict[str, Any]:
    return {"orderId": order_id, "materials": materials, "food": food, "arrivesAt": arrives}
