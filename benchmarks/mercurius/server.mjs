// The peer: Mercurius with graphql-jit, which answers the measured queries from the same database. Started by
// `make bench` alone; it has what the queries need of the schema and no more.

import { createVerifier } from 'fast-jwt'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'
import { rightsTable } from './rights.mjs'

// Planned as for the service: by its default PostgreSQL reads all censuses for each member.
const options = '-c random_page_cost=1.1 -c jit=off'
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, options })
const verify = createVerifier({ key: process.env.SECRET_KEY, algorithms: ['HS256'], allowedIss: 'pheromone', cache: 1000 })

/** Rows of a statement that the database prepares once a connection. */
const rows = async (name, text, values = []) => (await pool.query({ name, text, values })).rows

/** Rows by what `key` says of each: Map.groupBy of newer Nodes. */
function grouped(found, key) {
  const groups = new Map()
  for (const row of found) {
    const at = key(row)
    if (groups.has(at)) groups.get(at).push(row)
    else groups.set(at, [row])
  }
  return groups
}

const id = (kind, number) => Buffer.from(`${kind}:${number}`).toString('base64')
const instant = (date) => date.toISOString().replace('.000Z', 'Z')

const VIEWER = `SELECT u.id, r.level, c.faction_id, c.clan_id FROM sessions s
  JOIN users u ON u.id = s.user_id AND u.is_active JOIN roles r ON r.id = u.role_id
  LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive AND c.state = 'APPROVED' WHERE s.id = $1 AND s.revoked_at IS NULL`
const CATEGORIES = 'SELECT id, slug, name, access FROM categories ORDER BY position, id'
const SECTIONS = `SELECT id, category_id, parent_id, slug, name, description, position, kind, visible_by_faction_id,
  visible_by_clan_id, topic_count, post_count FROM sections WHERE deleted_at IS NULL ORDER BY position, id`
const CHAIN = `WITH RECURSIVE chain (id, parent_id) AS (
    SELECT s.id, s.parent_id FROM sections s JOIN topics t ON t.section_id = s.id WHERE t.id = $1
    UNION SELECT s.id, s.parent_id FROM chain JOIN sections s ON s.id = chain.parent_id)
  SELECT t.id AS topic_id, t.title, t.is_locked, c.access, s.visible_by_faction_id, s.visible_by_clan_id
  FROM chain JOIN sections s ON s.id = chain.id JOIN categories c ON c.id = s.category_id JOIN topics t ON t.id = $1`
const POSTS = `SELECT p.id, p.body, p.author_name, p.created_at, p.author_id, u.username, p.character_id, ch.name
  FROM posts p LEFT JOIN users u ON u.id = p.author_id LEFT JOIN characters ch ON ch.id = p.character_id
  WHERE p.topic_id = $1 AND p.deleted_at IS NULL ORDER BY p.created_at, p.id LIMIT $2`
const REACTIONS = `SELECT post_id, kind, count(*)::int AS count, bool_or(user_id = $2) AS mine FROM reactions
  WHERE post_id = ANY($1) GROUP BY post_id, kind
  ORDER BY array_position(ARRAY['LIKE', 'LOVE', 'LAUGH', 'SURPRISE', 'SAD']::varchar[], kind)`
const ADMINISTRATOR = `SELECT a.id, m.can_administer FROM sessions s JOIN users u ON u.id = s.user_id AND u.is_active
  JOIN members m ON m.user_id = u.id AND m.left_at IS NULL JOIN alliances a ON a.id = m.alliance_id
  WHERE s.id = $1 AND s.revoked_at IS NULL AND a.tag = $2`
const MEMBERS = `SELECT m.id, m.pseudo, m.tdc, m.coefficient, m.adjustment, m.tdc_at_last_update, m.last_updated_at,
  m.accumulated_thousandths, c.couveuse, c.solarium, c.laboratoire FROM members m
  JOIN LATERAL (SELECT * FROM censuses c WHERE c.member_id = m.id ORDER BY recorded_at DESC, id DESC LIMIT 1) c ON true
  WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY COALESCE(m.rank_order, 0) DESC, m.pseudo_key`
const CONVOYS = `SELECT c.sender_id, o.requester_id, c.materials, c.sent_at
  FROM orders o JOIN convoys c ON c.order_id = o.id WHERE o.alliance_id = $1 AND c.sent_at >= $2 AND c.sent_at < $3`

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

class Viewer {
  constructor(found) {
    this.id = found[0].id
    this.isStaff = found[0].level >= 30
    this.living = found.filter((row) => row.faction_id !== null || row.clan_id !== null)
    this.entered = new Set(['PUBLIC', 'AUTHENTICATED', ...(this.isStaff || this.living.length ? ['CHARACTER'] : [])])
  }

  sees({ visible_by_faction_id: faction, visible_by_clan_id: clan }) {
    if (this.isStaff || (faction === null && clan === null)) return true
    return this.living.some((one) => [null, one.faction_id].includes(faction) && [null, one.clan_id].includes(clan))
  }
}

const viewerOf = async ({ session }) => new Viewer(await rows('viewer', VIEWER, [session]))

const schema = `
  type Query { categories: [Category!]! topic(id: ID!): Topic alliance(tag: String!): Alliance }
  type Category { id: ID! slug: String! name: String! access: String! sections: [Section!]! }
  type Section { id: ID! slug: String! name: String! description: String! position: Int! kind: String!
    topicCount: Int! postCount: Int! subsections: [Section!]! }
  type Topic { id: ID! title: String! isLocked: Boolean! posts(first: Int): PostConnection! }
  type PostConnection { edges: [PostEdge!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! }
  type PostEdge { node: Post! }
  type Post { id: ID! body: String! authorName: String! createdAt: String! author: User character: Character
    reactions: [Reaction!]! }
  type User { id: ID! username: String! }
  type Character { id: ID! name: String! }
  type Reaction { kind: String! count: Int! reactedByMe: Boolean! }
  type Alliance { members: [Member!]! }
  type Member { pseudo: String! resourceRights: ResourceRights! }
  type ResourceRights { nextTdpCost: Float! nextTdpEvolution: String! costTimeRatio: Float! baseShare: Float!
    coefficient: Float! adjustment: String! shareWithCoefficient: Float! adjustedShare: Float! lastUpdatedAt: String!
    allianceProduction: Float! entitlement: Float! playerProduction: Float! quantitySent: Float!
    quantityReceived: Float! accumulatedRights: Float! projectedRights: Float! }`

const resolvers = {
  Query: {
    async categories(_, __, context) {
      const viewer = await viewerOf(context)
      const [categories, sections] = await Promise.all([rows('categories', CATEGORIES), rows('sections', SECTIONS)])
      const access = new Map(categories.map((row) => [row.id, row.access]))
      const seen = sections.filter((row) => viewer.entered.has(access.get(row.category_id)) && viewer.sees(row))
      const below = grouped(seen, (row) => row.parent_id ?? `category ${row.category_id}`)
      for (const row of seen) row.below = below.get(row.id) ?? []
      for (const row of categories) row.below = below.get(`category ${row.id}`) ?? []
      return categories.filter((row) => viewer.entered.has(row.access) || row.below.length)
    },
    async topic(_, { id: given }, context) {
      const number = Number(Buffer.from(given, 'base64').toString().split(':')[1])
      const viewer = await viewerOf(context)
      const chain = await rows('chain', CHAIN, [number])
      if (!chain.length || !chain.every((row) => viewer.entered.has(row.access) && viewer.sees(row))) return null
      return { ...chain[0], viewer }
    },
    async alliance(_, { tag }, { session }) {
      const found = await rows('administrator', ADMINISTRATOR, [session, tag])
      if (!found.length || !found[0].can_administer) throw new mercurius.ErrorWithProps('reserved', { code: 'FORBIDDEN' })
      return found[0]
    },
  },
  Category: { id: (row) => id('Category', row.id), sections: (row) => row.below },
  Section: {
    id: (row) => id('Section', row.id),
    topicCount: (row) => row.topic_count,
    postCount: (row) => row.post_count,
    subsections: (row) => row.below,
  },
  Topic: {
    id: (row) => id('Topic', row.topic_id),
    isLocked: (row) => row.is_locked,
    async posts(row, { first }) {
      const found = await rows('posts', POSTS, [row.topic_id, first + 1])
      const nodes = found.slice(0, first)
      const reactions = await rows('reactions', REACTIONS, [nodes.map((post) => post.id), row.viewer.id])
      const of = grouped(reactions, (reaction) => reaction.post_id)
      for (const post of nodes) post.reactions = of.get(post.id) ?? []
      return { edges: nodes.map((node) => ({ node })), pageInfo: { hasNextPage: found.length > first } }
    },
  },
  Post: {
    id: (row) => id('Post', row.id),
    authorName: (row) => row.author_name,
    createdAt: (row) => instant(row.created_at),
    author: (row) => row.author_id && { id: id('User', row.author_id), username: row.username },
    character: (row) => row.character_id && { id: id('Character', row.character_id), name: row.name },
  },
  Reaction: { reactedByMe: (row) => row.mine },
  Alliance: {
    async members({ id: alliance }) {
      const now = new Date(Math.floor(Date.now() / 60_000) * 60_000)
      const members = await rows('members', MEMBERS, [alliance])
      const since = new Date(Math.min(...members.map((row) => row.last_updated_at)))
      return rightsTable(members, await rows('convoys', CONVOYS, [alliance, since, now]), now)
    },
  },
}

const app = Fastify({ logger: { level: 'info' } })
await app.register(mercurius, {
  schema,
  resolvers,
  jit: 1,
  context: (request) => ({ session: verify(request.headers.authorization.slice(7)).sid }),
})
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
