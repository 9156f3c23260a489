// The peer's members table with its rights, in one loop of plain numbers, as the floor's.

const STEPS = [[600, 180, 'COUVEUSE'], [2000, 1000, 'SOLARIUM'], [1400, 300, 'LABORATOIRE']]
const HALF_HOUR = 1_800_000

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

function series(first, last, count) {
  const growth = (last - first) / first
  const logarithm = growth > -0.5 && growth < 1 ? Math.log1p(growth) : Math.log(last / first)
  return (last - first) / -Math.expm1(-logarithm / count)
}

function nextStep(row) {
  const levels = [row.couveuse, row.solarium, row.laboratoire]
  const costs = STEPS.map(([cost], at) => cost * 2 ** levels[at])
  const at = costs.indexOf(Math.min(...costs))
  return { cost: costs[at], evolution: STEPS[at][2], ratio: costs[at] / (STEPS[at][1] * 1.6 ** levels[at]) }
}

/** What each member of `members` may claim at `now`, with the convoys of the time since their last updates. */
export function rightsTable(members, convoys, now) {
  const sent = new Map(members.map((row) => [row.id, 0]))
  const received = new Map(sent)
  const since = new Map(members.map((row) => [row.id, row.last_updated_at]))
  for (const { sender_id: sender, requester_id: requester, materials, sent_at: at } of convoys) {
    if (at >= since.get(sender)) sent.set(sender, sent.get(sender) + materials)
    if (at >= since.get(requester)) received.set(requester, received.get(requester) + materials)
  }
  const steps = members.map(nextStep)
  const total = sum(steps.map((step) => step.ratio))
  const base = steps.map((step) => step.ratio / total)
  const weighted = base.map((share, at) => (share * members[at].coefficient) / 100)
  const rate = (1 - sum(weighted)) / sum(base.filter((_, at) => members[at].adjustment === 'UP'))
  const first = sum(members.map((row) => row.tdc_at_last_update))
  const last = sum(members.map((row) => row.tdc))
  const together = new Map()
  return members.map((row, at) => {
    const count = Math.floor((now - row.last_updated_at) / HALF_HOUR)
    if (!together.has(count)) together.set(count, series(first, last, count))
    const made = together.get(count)
    const share = row.adjustment === 'UP' ? weighted[at] + rate * base[at] : weighted[at]
    const mine = series(row.tdc_at_last_update, row.tdc, count)
    const saved = row.accumulated_thousandths / 1000
    const [out, got] = [sent.get(row.id), received.get(row.id)]
    const resourceRights = {
      nextTdpCost: steps[at].cost,
      nextTdpEvolution: steps[at].evolution,
      costTimeRatio: steps[at].ratio,
      baseShare: base[at],
      coefficient: row.coefficient,
      adjustment: row.adjustment,
      shareWithCoefficient: weighted[at],
      adjustedShare: share,
      lastUpdatedAt: row.last_updated_at.toISOString().replace('.000Z', 'Z'),
      allianceProduction: made,
      entitlement: share * made,
      playerProduction: mine,
      quantitySent: out,
      quantityReceived: got,
      accumulatedRights: saved,
      projectedRights: saved + share * made + out - mine - got,
    }
    return { pseudo: row.pseudo, resourceRights }
  })
}
