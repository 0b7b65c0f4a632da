import { z } from 'zod'
import { clientsConfig } from './clients/config.ts'
import { keysConfig } from './keys/config.ts'

const day = 86_400

export const oauthConfig = z.strictObject({
  keys: keysConfig,
  clients: clientsConfig,
  accessTokenSeconds: z.int().min(30).max(300).default(300).describe('How long an access token holds.'),
  idTokenSeconds: z.int().min(30).max(3_600).default(600).describe('How long an ID token holds.'),
  codeSeconds: z.int().min(10).max(60).default(60).describe('How long an authorization code can be exchanged.'),
  requestSeconds: z
    .int()
    .min(60)
    .max(day)
    .default(3_600)
    .describe('How long an authorization request waits for the person to sign in.'),
  refreshIdleDays: z
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe('A refresh token that is not used for this long ends. A client may have less.'),
  refreshAbsoluteDays: z
    .int()
    .min(1)
    .max(365)
    .default(90)
    .describe('After this long nothing is refreshed any more, however much it was used. A client may have less.'),
  refreshGraceSeconds: z
    .int()
    .min(0)
    .max(60)
    .default(10)
    .describe(
      'For so long after its use a refresh token answers with the same successor once more, for requests that were sent twice.',
    ),
  dpopNonce: z.boolean().default(true).describe('DPoP proofs must carry a nonce of ours (RFC 9449, section 8).'),
  fapi2: z.boolean().default(false).describe('Hold every client to the FAPI 2.0 security profile.'),
  clientCertificateHeader: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'a header field name in small letters')
    .optional()
    .describe(
      'Where a trusted proxy puts the TLS certificate of its client: client-cert (RFC 9440), or PEM with percent-encoding. Unset: certificates are taken from the connection itself alone.',
    ),
  limits: z
    .strictObject({
      perAddress: z
        .int()
        .min(1)
        .default(60_000)
        .describe('Requests a minute from one address at the token endpoints, of all clients together.'),
      perClient: z
        .int()
        .min(1)
        .default(60_000)
        .describe('Requests a minute of one client from one address at the token endpoints.'),
      authorize: z.int().min(1).default(3_000).describe('Authorization requests a minute from one address.'),
      refused: z
        .int()
        .min(1)
        .default(300)
        .describe('Refusals a minute of one client at one address; whoever has had more must wait.'),
    })
    .prefault({}),
})

export type OauthConfig = z.output<typeof oauthConfig>
