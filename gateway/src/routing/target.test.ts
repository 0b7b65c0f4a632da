import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRoutes } from '@holdfast/http-guard'
import { readTarget, type Target } from '@holdfast/sdk/edge/guard'

const authority = 'http://shop.localhost:7480'
const read = (url: string) => readTarget(url, authority)
const publicPaths = (patterns: readonly string[]) => {
  const routes = compileRoutes(patterns.map((path) => ({ path })))
  return ({ readings }: Target) => routes.surely('GET', readings)
}

const target = (url: string): Target => {
  const result = read(url)
  if ('code' in result) throw new Error(`${url}: ${result.detail}`)
  return result
}

describe('targets that can be read in two ways are refused', () => {
  test.each([
    '/public/../admin',
    '/public/..',
    '/public/./admin',
    '/.',
    '/public/%2e%2e/admin',
    '/public/%2E./admin',
    '/public/.%2e/admin',
    '//admin',
    '/public//admin',
    '/public/..;/admin',
    '/public/..;v=1/admin',
    '/public/%2e%2e;/admin',
    '/public/..%3b/admin',
    '/public/;/admin',
    '/public\\..\\admin',
    '/public/%5cadmin',
    '/public%2fadmin',
    '/public/..%2fadmin',
    '/public/..%2Fadmin',
    '/public/%00',
    '/public/%0d%0aX:1',
    '/public/%7f',
    '/public/%',
    '/public/%2',
    '/public/%u002e%u002e/admin',
    '/public/%zz',
    '/public/\u00e9',
    '/a b',
    '/a#b',
    '/a?b#c',
    'http://other.localhost/x',
    'http://shop.localhost:7480@evil.example/x',
    'https://shop.localhost:7480/x',
    'http://shop.localhost:7480//x',
    '/public/%c0%ae%c0%ae/%2e%2e/admin',
  ])('%s', (url) => {
    expect(read(url)).toMatchObject({ code: 'request_ambiguous' })
  })

  test.each(['*', 'shop.localhost:80', '', 'x'])('%s is no target', (url) => {
    expect(read(url)).toMatchObject({ code: 'request_malformed' })
  })

  test('a long one', () => expect(read(`/${'x'.repeat(9000)}`)).toMatchObject({ code: 'target_too_long' }))
})

test('ordinary targets are forwarded byte for byte', () => {
  for (const url of ['/', '/a/b.c/~d?x=1&y=%20', '/caf%C3%A9', '/a;v=1', '/...', '/.well-known/x', "/!$&'()*+,=:@"]) {
    expect(target(url).raw).toBe(url)
  }
  expect(target('http://shop.localhost:7480/x?y').raw).toBe('/x?y')
  expect(target('HTTP://Shop.Localhost:7480').raw).toBe('/')
  expect(target('/a?b=/../c//d').path).toBe('/a')
})

describe('a path is public only when every reading of it is', () => {
  const isPublic = publicPaths(['/', '/public/*', '/info'])
  test.each([
    '/',
    '/public/',
    '/public/a',
    '/public/caf%C3%A9',
    '/info',
    '/info?x=1',
    '/public/a%40b',
    '/public/a;v=1',
  ])('%s is', (url) => expect(isPublic(target(url))).toBe(true))
  test.each([
    '/admin',
    '/Public/a',
    '/%70ublic/a',
    '/infox',
    '/info/',
    '/info;x',
    '/publicx',
    '/public/%252e%252e/admin',
    '/public/%252fadmin',
    '/public/%25252e',
    '/public/%c0%ae%c0%ae/admin',
    '/public/%ef%bc%8e%ef%bc%8e/admin',
    '/public/%ef%bc%8fadmin/%e2%80%a5',
  ])('%s is not', (url) => {
    const result = read(url)
    if (!('code' in result)) expect(isPublic(result)).toBe(false)
  })
})

/** A backend that understands paths in as many ways as we have ever seen one do. */
function backendReadings(path: string): string[] {
  const decode = (text: string): string =>
    text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const steps: ((text: string) => string)[] = [
    decode,
    (text) => text.replaceAll('\\', '/'),
    (text) => text.replaceAll(/;[^/]*/g, ''),
    (text) => text.replaceAll(/\/{2,}/g, '/'),
    (text) => (/^[\x21-\x7e]*$/.test(text) ? new URL(text.replaceAll(/[?#]/g, '_'), 'http://x').pathname : text),
  ]
  const seen = new Set([path])
  for (const one of seen) {
    if (seen.size > 200) break
    for (const step of steps) {
      try {
        seen.add(step(one))
      } catch {
        // That backend would answer 400.
      }
    }
  }
  return [...seen]
}

const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '.',
    '..',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '\\',
    ';',
    '%3b',
    '%25',
    '2e',
    '2f',
    '%252e',
    '%00',
  ),
  fc.constantFrom('public', 'admin', 'a', '%61dmin', '%c0%ae', '%ef%bc%8e', '%ef%bc%8f', '?', '#', '%', ' '),
)
const paths = fc.array(piece, { maxLength: 12 }).map((pieces) => `/public/${pieces.join('')}`)

test('fuzz: no reading of a public path leaves the public prefix', () => {
  const isPublic = publicPaths(['/public/*'])
  fc.assert(
    fc.property(paths, (url) => {
      const result = read(url)
      if ('code' in result || !isPublic(result)) return
      for (const reading of backendReadings(result.path)) expect(reading).toMatch(/^\/public(?:\/|$)/)
    }),
    { numRuns: 3000 },
  )
})

test('fuzz: whatever is accepted is forwarded as it was checked, and is safe in a request line', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        paths,
        fc.string({ unit: 'binary' }).map((text) => `/${text}`),
      ),
      (url) => {
        const result = read(url)
        if ('code' in result) return
        expect(result.raw).toBe(url)
        expect(result.path + result.query).toBe(url)
        expect(result.raw).toMatch(/^\/[\x21-\x7e]*$/)
      },
    ),
    { numRuns: 3000 },
  )
})
