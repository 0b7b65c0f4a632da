import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, loadConfig } from './load.ts'
import { printConfig } from './print.ts'
import { platformSections, unsafeSettings } from './schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(text: string): string {
  const path = join(folder, `${Math.random()}.yaml`)
  writeFileSync(path, text)
  return path
}

function problems(sources: Parameters<typeof loadConfig>[1]): readonly string[] {
  try {
    loadConfig(platformSections, sources)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  throw new Error('the configuration was accepted')
}

describe('sources', () => {
  test('flags win over the environment, the environment over the file, the file over defaults', () => {
    const path = file('http:\n  listen: 127.0.0.1:1\ndatabase:\n  poolSize: 5\nlog:\n  level: warn\n')
    const { config, origins } = loadConfig(platformSections, {
      file: path,
      env: { HOLDFAST_HTTP_LISTEN: '127.0.0.1:2', HOLDFAST_DATABASE_POOL_SIZE: '7' },
      flags: { 'http.listen': '127.0.0.1:3' },
    })
    expect(config.http.listen).toBe('127.0.0.1:3')
    expect(config.database.poolSize).toBe(7)
    expect(config.log.level).toBe('warn')
    expect(config.mode).toBe('development')
    expect(Object.fromEntries(origins)).toMatchObject({
      'http.listen': 'command line',
      'database.poolSize': 'HOLDFAST_DATABASE_POOL_SIZE',
      'log.level': path,
    })
  })

  test('lists and numbers come from text; text that looks like a number stays text where text is wanted', () => {
    const { config } = loadConfig(platformSections, {
      env: { HOLDFAST_HTTP_HOSTS: '[a.example, b.example]', HOLDFAST_DATA: '42', DATABASE_URL: 'postgres://h/db' },
    })
    expect(config.http.hosts).toEqual(['a.example', 'b.example'])
    expect(config.data).toBe('42')
    expect(config.database.url).toBe('postgres://h/db')
  })

  test('a variable may name a file', () => {
    const secret = file('postgres://user:word@h/db\n')
    const { config } = loadConfig(platformSections, { env: { HOLDFAST_DATABASE_URL_FILE: secret } })
    expect(config.database.url).toBe('postgres://user:word@h/db')
  })
})

describe('what cannot be used is named, all of it at once', () => {
  test.each([
    ['an unknown key', 'http:\n  listn: x\n', /http.*listn/i],
    ['a wrong type', 'database:\n  poolSize: many\n', /database\.poolSize/],
    ['a key that occurs twice', 'data: a\ndata: b\n', /unique/i],
    ['no mapping', '- a\n', /not a mapping/],
    ['no YAML', 'a: [\n', /./],
    ['an address with a path', 'publicUrl: http://x.example/path\n', /publicUrl/],
  ])('%s', (_name, text, wanted) => {
    expect(problems({ file: file(text), env: {} }).join('\n')).toMatch(wanted)
  })

  test('several at once, with where each came from', () => {
    const found = problems({
      env: { HOLDFAST_LOG_LEVEL: 'loud', HOLDFAST_PUBLIC_URL: 'nowhere' },
      flags: { 'http.port': '1' },
    })
    expect(found).toHaveLength(3)
    expect(found.join('\n')).toMatch(/log\.level \(from HOLDFAST_LOG_LEVEL\)/)
    expect(found.join('\n')).toMatch(/--set http\.port: there is no such setting/)
  })

  test('a file that was named and is not there', () => {
    expect(problems({ file: join(folder, 'absent.yaml'), env: {} })[0]).toMatch(/no such file/)
  })
})

test('printing shows no secret, and where the rest came from', () => {
  const sources = { env: { DATABASE_URL: 'postgres://user:hunter2@h/db', HOLDFAST_MODE: 'production' } }
  const { config, origins } = loadConfig(platformSections, sources)
  const text = printConfig(platformSections, config, origins)
  expect(text).not.toContain('hunter2')
  expect(text).toContain('url: (set, not shown)')
  expect(text).toContain('# mode from HOLDFAST_MODE')
})

test('every setting says what it means, and every unsafe one exists', () => {
  const unsafeIn = (env: Record<string, string>) => {
    const { config } = loadConfig(platformSections, { env })
    return unsafeSettings.filter(({ unsafe }) => unsafe(config)).map(({ path }) => path)
  }
  expect(unsafeIn({})).toEqual(['publicUrl', 'seal.kind'])
  expect(unsafeIn({ HOLDFAST_SEAL_KIND: 'file' })).toEqual(['publicUrl', 'seal.keyFile'])
  expect(unsafeIn({ HOLDFAST_SEAL_KEY_FILE: '/elsewhere/seal.key' })).toEqual(['publicUrl'])
  expect(unsafeIn({ HOLDFAST_SEAL_KIND: 'passphrase' })).toEqual(['publicUrl'])
  expect(unsafeIn({ HOLDFAST_SEAL_KIND: 'file', DATABASE_URL: 'postgres://elsewhere/x' })).toEqual(['publicUrl'])
  expect(z.strictObject(platformSections).safeParse({}).success).toBe(true)
})
