import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A self-signed certificate (RFC 5280) for these names, in PEM. */
export function selfSigned(names: readonly string[], days = 1): { readonly cert: string; readonly key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const algorithm = der(0x30, oid('2a8648ce3d040302'))
  const name = der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(names[0] ?? '')))))
  const validity = der(0x30, time(now - 86_400_000 * 2), time(now + 86_400_000 * days))
  const altNames = der(0x30, ...names.map((dns) => der(0x82, Buffer.from(dns))))
  const extensions = der(0xa3, der(0x30, der(0x30, oid('551d11'), der(0x04, altNames))))
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]))
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(0x30, version, serial, algorithm, name, validity, name, subjectKey, extensions)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const base64 = der(0x30, body, algorithm, signature).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

/** GeneralizedTime */
const time = (at: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]|\..*/g, '')}Z`))
