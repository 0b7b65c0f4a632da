import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { keyPair, secret } from '../testing/control-plane.ts'
import { CredentialsError, loadCredentials } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-credentials-'))
afterAll(() => rmSync(folder, { recursive: true }))

const token = secret('hfk_')
const good = { url: 'http://localhost:7400', application: 'shop', token, trust: { keys: [keyPair().jwk] } }

function file(content: unknown): string {
  const path = join(folder, 'credentials.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('credentials', () => {
  it('come from the argument, a file, or the environment', () => {
    expect(loadCredentials(good, {})).toEqual(good)
    expect(loadCredentials(file(good), {})).toEqual(good)
    expect(loadCredentials(undefined, { HOLDFAST_CREDENTIALS: file(good) })).toEqual(good)
  })

  it.each([
    ['that is no JSON', `{"token":"${token}"`, 'is not JSON'],
    ['without trust', { ...good, trust: undefined }, 'trust'],
    ['without a key', { ...good, trust: { keys: [] } }, 'trust.keys'],
    ['with a private key', { ...good, trust: { keys: [{ ...good.trust.keys[0], d: 'x' }] } }, 'trust.keys.0'],
    ['with a URL that is none', { ...good, url: 'file:///etc/passwd' }, 'url'],
    ['that is a list', [], 'the whole'],
  ])('%s are refused with a sentence that names the place and not the secret', (_, content, words) => {
    const path = file(content)
    expect(() => loadCredentials(path, {})).toThrow(CredentialsError)
    expect(() => loadCredentials(path, {})).toThrow(words)
    expect(() => loadCredentials(path, {})).not.toThrow(token)
  })

  it('that are missing say what to do', () => {
    expect(() => loadCredentials(join(folder, 'none.json'), {})).toThrow('Run `holdfast init`')
  })
})
