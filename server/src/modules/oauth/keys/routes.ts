import { createHash } from 'node:crypto'
import { z } from 'zod'
import { freshSignIn } from '../../../platform/assurance.ts'
import type { Database } from '../../../platform/database/database.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import { perAddress, perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { addSeconds } from '../../../platform/clock.ts'
import type { SigningKeysConfig } from './config.ts'
import { signingKeysErrors } from './errors.ts'
import type { SigningKeys } from './index.ts'
import { algorithms } from './make.ts'
import { rotateIn, type RotationTools, secondsUntilSeen, spares } from './rotate.ts'
import { type KeyRow, nextGeneration, selectKeys } from './store.ts'

export interface KeyRouteDeps extends RotationTools {
  readonly database: Database
  readonly signingKeys: SigningKeys
}

const installation = () => ({ type: 'Installation', id: 'installation' })

const SigningKey = z
  .object({
    kid: z.string(),
    alg: z.enum(algorithms),
    state: z.enum(['next', 'current', 'retired', 'compromised']),
    createdAt: z.iso.datetime(),
    /** since when it signs, and until when it did */
    signsFrom: z.iso.datetime().nullable(),
    signedUntil: z.iso.datetime().nullable(),
    /** of a next key: when it may sign; of one that signs: when it is due to be replaced; of an old one: when it goes */
    nextChangeAt: z.iso.datetime().nullable(),
    publicJwk: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'SigningKey' })

export const signingKeyRoutes = (deps: KeyRouteDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/oauth/jwks',
    summary: 'The public keys that tokens are verified with (RFC 7517)',
    permission: { public: 'whoever is shown a token verifies it' },
    output: { media: 'application/jwk-set+json' },
    reads: true,
    limit: perAddress(600, 'minute'),
    handler: ({ request }) => {
      const body = JSON.stringify(deps.signingKeys.current().jwks)
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
      const headers = {
        'cache-control': `public, max-age=${deps.config.jwksSeconds}`,
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        etag,
      }
      return matches(request.headers.get('if-none-match'), etag)
        ? ok('', { status: 304, headers })
        : ok(body, { headers })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/signing-keys',
    summary: 'List the keys that sign tokens: what state each is in, and when that changes',
    permission: { action: 'listSigningKeys', resource: installation },
    output: z.object({ items: z.array(SigningKey), next: z.string().nullable() }),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ now }) => {
      const rows = await deps.database.asSystem((tx) => selectKeys(tx))
      return ok({ items: rows.map((row) => show(row, rows, deps.config, now)), next: null })
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/signing-keys/rotate',
    summary:
      'Let the next keys sign from now on; with `compromised` the old ones are dropped, and what they signed is refused',
    permission: { action: 'rotateSigningKeys', resource: installation },
    assurance: freshSignIn,
    input: {
      body: z.strictObject({
        alg: z
          .enum(algorithms)
          .optional()
          .describe('Only this one; when absent, all whose next key everybody can have seen.'),
        compromised: z.boolean().default(false),
      }),
    },
    output: z.object({
      rotated: z.array(z.object({ alg: z.enum(algorithms), kid: z.string(), replaced: z.string() })),
    }),
    event: 'signing_key.rotated',
    limit: perPrincipal(30, 'minute'),
    handler: async ({ work, body: { alg, compromised }, now }) => {
      const algs = alg === undefined ? algorithms : [alg]
      const made = await spares(deps, algs)
      return work(async (tx) => {
        const rows = await asSystemIn(tx, async () => {
          await nextGeneration(tx)
          return selectKeys(tx)
        })
        const waits = algs.map((one) => ({ one, seconds: secondsUntilSeen(rows, one, deps.config, now) }))
        const ready = compromised ? algs : waits.filter(({ seconds }) => seconds === 0).map(({ one }) => one)
        if (ready.length === 0) {
          const seconds = Math.min(...waits.map((wait) => wait.seconds))
          const headers = { 'retry-after': String(seconds) }
          const values = { seconds, age: deps.config.publishAheadSeconds - seconds }
          return refuse(signingKeysErrors.signing_key_too_young, values, {}, { headers })
        }
        const reason = compromised ? 'compromised' : 'asked'
        const rotated = await rotateIn(tx, deps, { algs: ready, compromised, reason, made })
        await deps.edgesChanged(tx)
        return ok({ rotated: [...rotated] }, { status: 201 })
      })
    },
  }),
]

/** RFC 9110, section 13.1.2. */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false
  return header === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

function show(row: KeyRow, rows: readonly KeyRow[], config: SigningKeysConfig, now: Date): z.input<typeof SigningKey> {
  const changes: Readonly<Record<KeyRow['state'], Date | null>> = {
    next: addSeconds(now, secondsUntilSeen(rows, row.alg, config, now)),
    current: row.current_at && addSeconds(row.current_at, config.rotateDays * 86_400),
    retired: row.retired_at && addSeconds(row.retired_at, config.keepDays * 86_400),
    compromised: row.retired_at && addSeconds(row.retired_at, config.keepDays * 86_400),
  }
  return {
    kid: row.kid,
    alg: row.alg,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    signsFrom: row.current_at?.toISOString() ?? null,
    signedUntil: row.retired_at?.toISOString() ?? null,
    nextChangeAt: changes[row.state]?.toISOString() ?? null,
    publicJwk: { ...row.public_jwk },
  }
}
