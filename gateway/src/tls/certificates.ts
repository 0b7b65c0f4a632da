import type { SecureContext, SecureContextOptions, Server, TlsOptions } from 'node:tls'
import { CertificateError, loadPair, type Pair, type PairFiles, stampOf } from './pair.ts'

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

export interface CertificatesOptions {
  /** The first is shown to whoever names no host, or one that none is for. At least one. */
  readonly pairs: readonly PairFiles[]
  readonly minVersion: TlsVersion
  /** Milliseconds between two looks at the files. */
  readonly checkMs: number
  /** New ones are shown from now on; or, with a problem, those before still are. */
  readonly tell: (shown: readonly ShownCertificate[], problem: CertificateError | null) => void
}

export interface ShownCertificate {
  /** As the certificate writes them: `DNS:shop.example, DNS:*.shop.example`. */
  readonly names: string
  readonly until: string
}

/** With TLS 1.2 only what is secret later on, too, and authenticated (RFC 9325 section 4.2). */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((cipher) => [
    `ECDHE-ECDSA-${cipher}`,
    `ECDHE-RSA-${cipher}`,
  ]),
].join(':')

/**
 * The gateway's certificates: read from files, and read again when these have changed. A connection keeps what it began with; new ones get the
 * new ones. What cannot be used changes nothing, and is told.
 */
export class Certificates {
  private readonly options: CertificatesOptions
  private readonly base: SecureContextOptions
  private readonly timer: NodeJS.Timeout
  private server: Server | null = null
  private pairs: readonly Pair[]
  /** Of the files that were read last. */
  private seen: string
  /** Files that cannot be used: another look decides, for they may be half written. */
  private suspect: string | null = null

  /** @throws CertificateError */
  constructor(options: CertificatesOptions) {
    this.options = options
    this.base = { minVersion: options.minVersion, ciphers, honorCipherOrder: true }
    this.seen = this.stamp()
    this.pairs = this.load()
    this.timer = setInterval(() => this.look(), options.checkMs)
    this.timer.unref()
  }

  /** For a server that is then handed to `attach`. */
  serverOptions(): TlsOptions {
    return {
      ...this.shown(),
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, callback) => callback(null, this.contextFor(name)),
    }
  }

  attach(server: Server): void {
    this.server = server
  }

  /** Reads all files now. @returns what keeps them from being shown, or null */
  reload(): CertificateError | null {
    this.seen = this.stamp()
    this.suspect = null
    const pairs = this.attempt()
    if (pairs instanceof CertificateError) {
      this.options.tell(this.told(), pairs)
      return pairs
    }
    this.show(pairs)
    return null
  }

  close(): void {
    clearInterval(this.timer)
  }

  private look(): void {
    const stamp = this.stamp()
    if (stamp === this.seen) return
    const pairs = this.attempt()
    if (!(pairs instanceof CertificateError)) {
      this.seen = stamp
      this.suspect = null
      this.show(pairs)
    } else if (this.suspect === stamp) {
      this.seen = stamp
      this.options.tell(this.told(), pairs)
    } else this.suspect = stamp
  }

  private stamp(): string {
    return this.options.pairs.map(stampOf).join('\n')
  }

  private load(): Pair[] {
    return this.options.pairs.map((files) => loadPair(files, this.base))
  }

  private attempt(): Pair[] | CertificateError {
    try {
      const pairs = this.load()
      const expired = pairs.findIndex(({ leaf }) => Date.parse(leaf.validTo) < Date.now())
      if (expired < 0) return pairs
      return new CertificateError(`${this.options.pairs[expired]?.cert ?? ''} has expired.`)
    } catch (error) {
      if (error instanceof CertificateError) return error
      throw error
    }
  }

  private show(pairs: readonly Pair[]): void {
    const same = pairs.every(({ cert, key }, at) => cert === this.pairs[at]?.cert && key === this.pairs[at]?.key)
    if (same) return
    this.pairs = pairs
    // With it go the keys of session tickets: nobody comes back to an older certificate.
    this.server?.setSecureContext(this.shown())
    this.options.tell(this.told(), null)
  }

  private shown(): SecureContextOptions {
    const [first] = this.pairs
    return { ...this.base, ...(first !== undefined && { cert: first.cert, key: first.key }) }
  }

  private contextFor(name: string): SecureContext | undefined {
    return this.pairs.find(({ leaf }) => leaf.checkHost(name) !== undefined)?.context
  }

  private told(): ShownCertificate[] {
    return this.pairs.map(({ leaf }) => ({ names: leaf.subjectAltName ?? leaf.subject, until: leaf.validTo }))
  }
}
