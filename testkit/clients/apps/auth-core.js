import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { Auth } from '@auth/core'
import { getToken } from '@auth/core/jwt'

const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, PORT: port } = process.env
const home = `http://127.0.0.1:${port}`
const secret = randomBytes(32).toString('hex')

const config = {
  basePath: '/auth',
  trustHost: true,
  secret,
  providers: [{ id: 'holdfast', name: 'Holdfast', type: 'oidc', issuer, clientId, clientSecret }],
  callbacks: {
    jwt: ({ token, account }) => (account ? { ...token, sub: account.providerAccountId, id: account.id_token } : token),
    session: ({ session, token }) => ({ ...session, sub: token.sub }),
  },
}

/** Ends both sessions: that of Auth.js, which is its cookie, and the one at Holdfast. */
async function signOut(request) {
  const token = await getToken({ req: request, secret })
  const url = new URL(`${issuer}/oauth/end-session`)
  url.search = new URLSearchParams({ id_token_hint: token.id, post_logout_redirect_uri: `${home}/bye` })
  const gone = 'authjs.session-token=; Path=/; Max-Age=0'
  return new Response(null, { status: 303, headers: { location: url.href, 'set-cookie': gone } })
}

function answer(request) {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith('/auth/')) return Auth(request, config)
  if (pathname === '/sign-out') return signOut(request)
  return new Response(pathname === '/bye' ? 'Goodbye' : 'Hello')
}

async function serve(req, res) {
  const body = req.method === 'POST' && { body: Readable.toWeb(req), duplex: 'half' }
  const response = await answer(new Request(home + req.url, { method: req.method, headers: req.headers, ...body }))
  res.writeHead(response.status, [...response.headers].flat())
  res.end(Buffer.from(await response.arrayBuffer()))
}
createServer((req, res) => void serve(req, res)).listen(port, '127.0.0.1', () => console.log('listening'))
