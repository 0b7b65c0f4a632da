import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PublicJwk, publicJwk, type SigningKey } from '@holdfast/bundle'

export interface GatewayKeyPair {
  readonly signing: SigningKey
  readonly jwk: PublicJwk
}

/** The gateway's key cannot be used; the message says which file and what to do. */
export class GatewayKeyError extends Error {
  override readonly name = 'GatewayKeyError'
}

/**
 * Reads the gateway's own Ed25519 key from the data folder, or makes it at the first start. The private part never
 * leaves this file (mode 0600) and this process.
 * @throws GatewayKeyError when the file can be read by others or is no such key
 */
export function loadGatewayKey(folder: string): GatewayKeyPair {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'gateway-key.pem')
  const pem = readExisting(path) ?? create(path)
  try {
    const key = createPrivateKey(pem)
    const jwk = publicJwk(key)
    return { signing: { kid: jwk.kid, key }, jwk }
  } catch {
    // Without the cause: it might quote the file.
    throw new GatewayKeyError(`${path} is not an Ed25519 private key. Remove it, and the gateway makes a new one.`)
  }
}

function readExisting(path: string): string | null {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new GatewayKeyError(`${path} cannot be read.`, { cause: error })
  }
  // Windows has no such bits.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new GatewayKeyError(`${path} can be read by others. Run: chmod 600 ${path}, or remove it for a new key.`)
  }
  return pem
}

function create(path: string): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  // `wx`: of two gateways that start at once one fails, and no key is lost.
  writeFileSync(path, pem, { mode: 0o600, flag: 'wx' })
  chmodSync(path, 0o600)
  return pem
}
