import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'

/** Paths of PEM files: a certificate with those between it and its root, and its key. */
export interface PairFiles {
  readonly cert: string
  readonly key: string
}

export interface Pair {
  readonly cert: string
  readonly key: string
  readonly leaf: X509Certificate
  readonly context: SecureContext
}

/** Certificates that cannot be shown. The message names the file. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** @throws CertificateError */
export function loadPair(files: PairFiles, options: object): Pair {
  const cert = read(files.cert)
  const key = read(files.key)
  const leaf = attempt(files.cert, 'is no certificate in PEM', () => new X509Certificate(cert))
  const own = attempt(files.key, 'is no private key in PEM', () => createPrivateKey(key))
  if (!leaf.checkPrivateKey(own)) throw new CertificateError(`${files.key} is not the key of ${files.cert}.`)
  const context = attempt(files.cert, 'cannot be used', () => createSecureContext({ ...options, cert, key }))
  return { cert, key, leaf, context }
}

/** @returns something that is another when a file is another; nothing of what it holds */
export const stampOf = ({ cert, key }: PairFiles): string => [cert, key].map(stamp).join(' ')

function stamp(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path)
    return `${ino}-${size}-${mtimeMs}`
  } catch (error) {
    // A folder that may not be entered, a link to itself: whoever reads the file says what is wrong.
    return (error as NodeJS.ErrnoException).code ?? 'missing'
  }
}

const read = (path: string): string => attempt(path, 'cannot be read', () => readFileSync(path, 'utf8'))

function attempt<T>(path: string, problem: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CertificateError(`${path} ${problem}${code === undefined ? '' : ` (${code})`}.`, { cause: error })
  }
}
