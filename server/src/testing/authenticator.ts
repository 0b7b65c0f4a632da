import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { cbor } from './cbor.ts'
import type { Maker } from './maker.ts'

/** As `/…/options` answers: PublicKeyCredentialCreationOptionsJSON. */
export interface Creation {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
  readonly excludeCredentials?: readonly { readonly id: string }[]
}

/** PublicKeyCredentialRequestOptionsJSON. */
export interface Request {
  readonly challenge: string
  readonly rpId: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}

/** How a browser or an authenticator deviates from what is right; an attacker's knobs. */
export interface Deviation {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly count?: number
  /** null: it names nobody */
  readonly userHandle?: string | null
  /** signs with another key */
  readonly forged?: boolean
}

interface Held {
  readonly id: string
  readonly key: KeyObject
  readonly publicKey: KeyObject
  readonly rpId: string
  readonly userHandle: string
  count: number
}

/** An authenticator in software, with the browser before it: makes and uses passkeys (WebAuthn level 3), JSON in and out. */
export interface SoftAuthenticator {
  readonly held: readonly Held[]
  /** @returns RegistrationResponseJSON @throws Error where it holds one that is excluded */
  create(options: Creation, deviation?: Deviation): Record<string, unknown>
  /** @returns AuthenticationResponseJSON, by the newest passkey that fits @throws Error when it has none */
  get(options: Request, deviation?: Deviation): Record<string, unknown>
  /** a copy with keys and counters of now */
  clone(): SoftAuthenticator
}

export interface Make {
  /** of the page */
  readonly origin: string
  /** 0: it does not count */
  readonly counts?: boolean
  /** its passkeys may be, and are, copied to other devices of their person */
  readonly synced?: boolean
  /** vouches for its model; nobody does when not said */
  readonly maker?: Maker
}

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

export function softAuthenticator(
  { origin, counts = true, synced = false, maker }: Make,
  known: readonly Held[] = [],
): SoftAuthenticator {
  const held = known.map((each) => ({ ...each }))

  function clientData(type: string, challenge: string, deviation: Deviation): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: deviation.type ?? type,
        challenge: deviation.challenge ?? challenge,
        origin: deviation.origin ?? origin,
        crossOrigin: deviation.crossOrigin ?? false,
      }),
    )
  }

  function head(rpId: string, count: number, attested: boolean, deviation: Deviation): Buffer {
    const { userPresent = true, userVerified = true } = deviation
    const flags = (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (synced ? 0x18 : 0) | (attested ? 0x40 : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(deviation.count ?? count)
    return Buffer.concat([sha256(deviation.rpId ?? rpId), Buffer.from([flags]), counter])
  }

  return {
    held,
    create({ challenge, rp, user, excludeCredentials = [] }, deviation = {}) {
      if (excludeCredentials.some(({ id }) => held.some((each) => each.id === id))) throw new Error('InvalidStateError')
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const credentialId = randomBytes(24)
      const made = {
        id: base64url(credentialId),
        key: privateKey,
        publicKey,
        rpId: rp.id,
        userHandle: user.id,
        count: counts ? 1 : 0,
      }
      held.push(made)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const data = Buffer.concat([
        head(rp.id, made.count, true, deviation),
        maker?.model ?? Buffer.alloc(16),
        length,
        credentialId,
        coseKey(publicKey),
      ])
      const client = clientData('webauthn.create', challenge, deviation)
      const statement = maker?.attest(Buffer.concat([data, sha256(client)])) ?? new Map()
      const attested = new Map<string, unknown>([
        ['fmt', maker === undefined ? 'none' : 'packed'],
        ['attStmt', statement],
        ['authData', data],
      ])
      return {
        id: made.id,
        rawId: made.id,
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          attestationObject: base64url(cbor(attested)),
          transports: ['internal'],
        },
      }
    },
    get({ challenge, rpId, allowCredentials = [] }, deviation = {}) {
      const among = held.filter(
        (each) =>
          each.rpId === rpId && (allowCredentials.length === 0 || allowCredentials.some(({ id }) => id === each.id)),
      )
      const used = among.at(-1)
      if (used === undefined) throw new Error('NotAllowedError')
      if (counts) used.count += 1
      const client = clientData('webauthn.get', challenge, deviation)
      const data = head(rpId, used.count, false, deviation)
      const key = deviation.forged === true ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : used.key
      const { userHandle = used.userHandle } = deviation
      return {
        id: used.id,
        rawId: used.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(sign('sha256', Buffer.concat([data, sha256(client)]), key)),
          ...(userHandle !== null && { userHandle }),
        },
      }
    },
    clone: () => softAuthenticator({ origin, counts, synced, ...(maker !== undefined && { maker }) }, held),
  }
}

/** COSE_Key of ES256 (RFC 9053, section 7.1.1). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return cbor(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )
}
