// Records a convoy as sent by the viewer: from what the plan says, or from what was typed beside it.
import { data } from "../shell/graphql.js";

const SEND = `mutation SendConvoy($input: ConvoyInput!) {
  sendConvoy(input: $input) { id order { id status } }
}`;

// It leaves now and not when the plan was made. `arrival`: what was typed where the plan knows no travel time.
export function send({ order, travelTime }, { food, materials }, arrival = null) {
  const arrivesAt = travelTime === null ? arrival : new Date(Date.now() + travelTime * 1000).toISOString();
  return data(SEND, { input: { orderId: order.id, food, materials, arrivesAt } });
}
