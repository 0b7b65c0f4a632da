import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A maker of authenticators: vouches for their model (WebAuthn level 3, section 8.2, packed attestation). */
export interface Maker {
  /** root certificate, PEM */
  readonly root: string
  /** AAGUID */
  readonly model: Buffer
  /** @returns the statement of a registration, for CBOR */
  attest(signed: Uint8Array): Map<string, unknown>
}

export function maker(model: Buffer): Maker {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const device = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rootName = name('Test maker')
  const rootCertificate = certificate(
    { issuer: rootName, subject: rootName, publicKey: root.publicKey, authority: true },
    root.privateKey,
  )
  const subject = name('Test authenticator')
  const chain = [
    certificate({ issuer: rootName, subject, publicKey: device.publicKey, authority: false }, root.privateKey),
  ]
  return {
    root: `-----BEGIN CERTIFICATE-----\n${rootCertificate.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    model,
    attest: (signed) =>
      new Map<string, unknown>([
        ['alg', -7],
        ['sig', sign('sha256', signed, device.privateKey)],
        ['x5c', chain],
      ]),
  }
}

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const text = (value: string) => der(0x0c, Buffer.from(value))
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

/** C, O, OU, CN: as the attestation of an authenticator must have them (section 8.2.1). */
function name(common: string): Buffer {
  const parts = [
    ['550406', der(0x13, Buffer.from('DE'))],
    ['55040a', text('Test maker')],
    ['55040b', text('Authenticator Attestation')],
    ['550403', text(common)],
  ] as const
  return sequence(...parts.map(([type, value]) => der(0x31, sequence(oid(type), value))))
}

/** RFC 5280, section 4.1. */
function certificate(
  about: {
    readonly issuer: Buffer
    readonly subject: Buffer
    readonly publicKey: KeyObject
    readonly authority: boolean
  },
  key: KeyObject,
): Buffer {
  const constraints = sequence(...(about.authority ? [der(0x01, Buffer.from([0xff]))] : []))
  const critical = der(0x01, Buffer.from([0xff]))
  const extensions = sequence(sequence(oid('551d13'), critical, der(0x04, constraints)))
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([about.authority ? 1 : 2])),
    ecdsaWithSha256,
    about.issuer,
    sequence(der(0x17, Buffer.from('250101000000Z')), der(0x17, Buffer.from('490101000000Z'))),
    about.subject,
    about.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  return sequence(signed, ecdsaWithSha256, der(0x03, Buffer.from([0]), sign('sha256', signed, key)))
}
