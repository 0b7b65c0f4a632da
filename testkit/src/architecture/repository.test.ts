import { execFileSync } from 'node:child_process'
import { homedir, hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allFiles, read, repositoryRoot, sourceFiles } from './repository.ts'

const binary = /\.(?:png|jpe?g|ico|gif|webp|woff2?|wasm|gz|zip|tar)$/
const texts = allFiles()
  .filter((path) => !binary.test(path))
  .map((path) => ({ path, text: read(path) }))

function naming(word: string): readonly string[] {
  return texts.filter(({ text }) => text.includes(word)).map(({ path }) => path)
}

describe('nothing in the repository names the machine that it was made on', () => {
  const around = dirname(join(repositoryRoot, '.'))

  it('was read whole', () => expect(texts.length).toBeGreaterThan(100))

  it('no absolute path', () => {
    expect(naming(join(repositoryRoot, '.'))).toEqual([])
    if (around !== '/') expect(naming(`${around}/`)).toEqual([])
    expect(naming(`${homedir()}/`)).toEqual([])
  })

  it('no machine name', () => {
    // A name like "server" or "laptop" is a word; one with a digit or a dash is somebody's machine.
    if (/[\d-]/.test(hostname())) expect(naming(hostname())).toEqual([])
  })

  it('no registry host', () => {
    const npm = process.env['npm_execpath']
    const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
    const registry = execFileSync(command, [...first, 'config', 'get', 'registry'], { encoding: 'utf8' }).trim()
    const { host } = new URL(registry)
    expect(host).not.toBe('')
    expect(naming(`//${host}`)).toEqual([])
  })
})

describe('source files', () => {
  const files = sourceFiles()
  const lengths = files.map((path) => read(path).trimEnd().split('\n').length).toSorted((left, right) => left - right)
  const at = (share: number) => lengths[Math.floor(share * (lengths.length - 1))]

  it('are short: median under 100 lines, ninetieth percentile under 300, none over 500', () => {
    expect(at(0.5)).toBeLessThan(100)
    expect(at(0.9)).toBeLessThan(300)
    expect(at(1)).toBeLessThanOrEqual(500)
  })

  it('leave nothing for later, and no test alone or switched off', () => {
    const later = /\b(?:TO[D]O|FIX[M]E)\b/
    const switched = /^\s*(?:it|test|describe)\.(?:only|skip|todo)\(/m
    expect(files.filter((path) => later.test(read(path)))).toEqual([])
    expect(files.filter((path) => switched.test(read(path)))).toEqual([])
  })
})
