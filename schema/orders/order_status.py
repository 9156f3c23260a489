"""The states of orders and the codes of errors as clients see them, and what a bulk change says of a refused order.

Tested in tests/resolvers/orders/test_order.py.
"""

import strawberry

from domain.core.refusal import Code
from domain.orders.order import OrderStatus
from engine.execution.described_enum import described_enum

described_enum(
    OrderStatus,
    "Where an order stands (seed: état). CONFLICT for a step that its state does not allow.",
    {
        OrderStatus.NEW: "Nouvelle: just placed. No order comes back to this state.",
        OrderStatus.WAITING: "En attente: in the queue, by score. From any state but DELETED.",
        OrderStatus.IN_PROGRESS: "En cours: being served. From any state but CANCELLED and DELETED.",
        OrderStatus.CANCELLED: "Annulée: called off and takes no convoy; it may wait again. From an open state.",
        OrderStatus.DONE: "Terminée: all was delivered, or it was declared done. From an open state.",
        OrderStatus.DELETED: "Supprimée: called off for good and takes no convoy. From any other state.",
    },
)
described_enum(
    Code,
    "Every `extensions.code` of the API. What else `extensions` holds is said with the code.",
    {
        Code.UNAUTHENTICATED: "No account, or a token that is worth nothing: sign in, or use `refreshSession`.",
        Code.FORBIDDEN: "The account may not do this.",
        Code.NOT_FOUND: "It does not exist, or the viewer may not know that it does. `field`: the argument, if one.",
        Code.BAD_INPUT: "The request or an argument is wrong. `field`: the argument, as the client spelled it.",
        Code.CONFLICT: "Somebody else was quicker, a name or key is taken, or the row's state forbids it. `field`.",
        Code.LOCKED: "The topic is locked; only moderators write in it.",
        Code.RATE_LIMITED: "Too often, or too much in a minute. `retryAfter`: seconds to wait.",
        Code.TOO_COMPLEX: "The operation passes a limit: depth, aliases, cost, size of the answer.",
        Code.UNAVAILABLE: "The database does not answer, or not in time: ask again after `retryAfter` seconds. Of a"
        " mutation nobody knows whether it was done; with an `Idempotency-Key` it is done once.",
        Code.PERSISTED_QUERY_NOT_FOUND: "No trusted document has this hash: send the text, as clients do.",
        Code.PERSISTED_QUERY_NOT_SUPPORTED: "The service keeps no documents by hash: send texts from now on.",
        Code.EVENTS_MISSED: "A subscription was too slow, or began too far back: subscribe again. `after`: from where.",
        Code.ALLIANCE_KEY_MISSING: "The alliance's key is not there; restoring it resumes.",
        Code.ALLIANCE_KEY_INVALID: "The alliance's key, or the one that was sent, does not open its mirrors.",
        Code.INTERNAL: "A fault of the service. `requestId`: for the operator, as is the header `x-request-id`.",
    },
    name="ErrorCode",
)


@strawberry.type(description="Why the state of one order was not set, as an error of the operation would say it.")
class OrderStatusError:
    code: Code = strawberry.field(description="What a client goes by, such as FORBIDDEN or CONFLICT.")
    message: str = strawberry.field(description="For the player, in French or, by Accept-Language, in English.")
