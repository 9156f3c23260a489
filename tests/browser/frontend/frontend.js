// A frontend of another origin, as small as one can be: signs in, shows who has which rights, and hears of each harvest.
const api = new URLSearchParams(location.search).get('api')
const tag = new URLSearchParams(location.search).get('tag')
const status = document.querySelector('[role=status]')
const TOKENS = 'accessToken refreshToken'
const HARVEST = 'harvests(first: 1) { edges { node { outcome missingCensus } } }'
const PROBE = `query($tag: String!) { alliance(tag: $tag) { viewerMember { canAdminister } ${HARVEST} } }`
const MEMBERS = `query($tag: String!, $rights: Boolean!) { alliance(tag: $tag) { members {
  pseudo tdc resourceRights @include(if: $rights) { accumulatedRights } } } }`
let tokens = null

async function post(query, variables, signed = true) {
  const headers = { 'content-type': 'application/json', 'accept-language': 'fr' }
  if (signed && tokens) headers.authorization = `Bearer ${tokens.accessToken}`
  const answer = await fetch(`${api}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  return answer.json()
}

async function ask(query, variables) {
  const answer = await post(query, variables)
  if (answer.errors?.[0].extensions.code !== 'UNAUTHENTICATED') return answer
  const renew = `mutation($token: String!) { refreshSession(refreshToken: $token) { ${TOKENS} } }`
  tokens = (await post(renew, { token: tokens.refreshToken }, false)).data.refreshSession
  return post(query, variables)
}

async function show() {
  const { data: found, errors: refused } = await ask(PROBE, { tag })
  const { viewerMember, harvests } = found.alliance
  tell(harvests?.edges[0]?.node)
  const { data, errors = refused } = await ask(MEMBERS, { tag, rights: viewerMember?.canAdminister ?? false })
  status.textContent = errors ? errors[0].message : `${data.alliance.members.length} membres`
  const rows = (data?.alliance?.members ?? []).map((member) => {
    const row = document.createElement('tr')
    row.dataset.member = member.pseudo
    const rights = member.resourceRights?.accumulatedRights
    for (const text of [member.pseudo, member.tdc, rights ?? '']) row.insertCell().textContent = text
    return row
  })
  document.querySelector('tbody').replaceChildren(...rows)
}

function tell(harvest) {
  document.body.dataset.harvest = harvest ? [harvest.outcome, ...harvest.missingCensus].join(' ') : ''
}

// A token lives for minutes, and the service ends the connection with it: a new one asks for what was missed meanwhile.
function listen() {
  const socket = new WebSocket(`${api.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const query = 'subscription($tag: String!) { rightsUpdated(allianceTag: $tag) { outcome missingCensus } }'
  const send = (message) => socket.send(JSON.stringify(message))
  socket.onopen = () => send({ type: 'connection_init', payload: { Authorization: `Bearer ${tokens.accessToken}` } })
  socket.onclose = async () => {
    document.body.dataset.live = 'no'
    await show().then(listen, () => setTimeout(socket.onclose, 200))
  }
  socket.onmessage = async ({ data }) => {
    const message = JSON.parse(data)
    if (message.type === 'connection_ack') {
      send({ type: 'subscribe', id: '1', payload: { query, variables: { tag } } })
      document.body.dataset.live = 'yes'
    }
    if (message.type === 'next') {
      tell(message.payload.data.rightsUpdated)
      await show()
    }
  }
}

document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const input = Object.fromEntries(new FormData(event.target))
  const { data, errors } = await post(`mutation($input: LoginInput!) { login(input: $input) { ${TOKENS} } }`, { input })
  if (errors) { status.textContent = errors[0].message; return }
  tokens = data.login
  await show()
  listen()
})
