import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyDetached } from './detached.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-gpg-'))
  mkdirSync(join(folder, 'home'), { mode: 0o700 })
})
afterAll(() => {
  execFileSync('gpgconf', ['--homedir', join(folder, 'home'), '--kill', 'all'])
  rmSync(folder, { recursive: true, force: true })
})

function gpg(...parameters: string[]): string {
  const quiet = ['--homedir', join(folder, 'home'), '--batch', '--yes', '--quiet', '--pinentry-mode', 'loopback']
  return execFileSync('gpg', [...quiet, '--passphrase', '', ...parameters], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** What GnuPG says of it, in one word. */
function says(data: string, signature: string): boolean {
  try {
    return /^\[GNUPG:\] VALIDSIG /m.test(gpg('--status-fd', '1', '--verify', signature, data))
  } catch {
    return false
  }
}

it.each([
  ['rsa2048', ''],
  ['rsa4096', ''],
  ['ed25519', ''],
  ['nistp256', ''],
  ['nistp384', ''],
  ['nistp521', ''],
  ['ed25519', 'ed25519'],
  ['rsa2048', 'nistp256/ecdsa'],
])('what a key %s (subkey: %s) signs holds here as it does there, and what is changed does not', (kind, sub) => {
  const name = `${kind}-${sub === '' ? 'none' : sub.replace('/', '-')}`
  gpg('--quick-generate-key', `${name} <${name}@fixture.example>`, kind, sub === '' ? 'sign' : 'cert', '1y')
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys', name))?.[1] ?? ''
  if (sub !== '') gpg('--quick-add-key', fingerprint, sub, 'sign', '1y')
  const keys = Buffer.from(gpg('--armor', '--export', fingerprint))
  // GnuPG takes no digest that is shorter than the curve.
  const shortest = Math.min(512, Number(/^nistp(\d+)$/.exec(kind)?.[1] ?? 256))
  for (const digest of ['SHA256', 'SHA384', 'SHA512'].filter((each) => Number(each.slice(3)) >= shortest)) {
    for (const length of [0, 1, 100_000]) {
      const data = join(folder, 'data')
      const signature = join(folder, 'signature')
      writeFileSync(data, Buffer.alloc(length, 'holdfast'))
      gpg('--detach-sign', '--digest-algo', digest, '-u', fingerprint, '-o', signature, data)
      const given = { keys, fingerprint, now: Date.now() / 1000 + 5, signature: readFileSync(signature) }
      expect(says(data, signature)).toBe(true)
      expect(verifyDetached({ ...given, data: readFileSync(data) }).signer).toMatch(/^[0-9A-F]{40}$/)
      writeFileSync(data, Buffer.alloc(length + 1, 'holdfast'))
      expect(says(data, signature)).toBe(false)
      expect(() => verifyDetached({ ...given, data: readFileSync(data) })).toThrow('not signed by the key')
    }
  }
})
