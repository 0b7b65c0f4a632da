import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('../bin/holdfast.js', import.meta.url))
const old = oldNode()
const pinned = pinnedPackage()

// The launcher with a program that only tells which signals reached it, and then takes its time to stop.
const program = `
let told = 0
export async function run(parameters: readonly string[]): Promise<number> {
  if (parameters[0] === 'exit') return Number(parameters[1])
  if (parameters[0] === 'die') process.kill(process.pid, 'SIGKILL')
  const code = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        told += 1
        process.stdout.write(\`got \${signal} \${told}\\n\`)
        setTimeout(() => resolve(7), 400)
      })
    }
  })
  const alive = setInterval(() => undefined, 1000)
  process.stdout.write(\`ready \${process.pid} \${process.versions.node}\\n\`)
  return code.finally(() => clearInterval(alive))
}
`

let house: string
beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'holdfast-launcher-'))
  mkdirSync(join(house, 'bin'))
  mkdirSync(join(house, 'src'))
  mkdirSync(join(house, 'node_modules'))
  writeFileSync(join(house, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(house, 'src/main.ts'), program)
  cpSync(launcher, join(house, 'bin/holdfast.js'))
  if (pinned !== undefined) symlinkSync(pinned.folder, join(house, 'node_modules', pinned.name))
})
afterAll(() => rmSync(house, { recursive: true, force: true }))

describe.runIf(old !== undefined && pinned !== undefined)('the launcher under an older Node', () => {
  it('runs the real command under the pinned one', () => {
    const answer = execFileSync(old ?? '', [launcher, '--version'], { encoding: 'utf8', env: { PATH: '' } })
    expect(answer).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([0, 1, 2, 42])('hands the exit code %i back', async (code) => {
    expect(await ended(start('exit', String(code)))).toBe(code)
  })

  it('reports a program that was killed as a shell does', async () => {
    expect(await ended(start('die'))).toBe(128 + 9)
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('passes %s on, once, and waits', async (signal) => {
    const child = start()
    const said = await ready(child)
    child.kill(signal)
    expect(await ended(child)).toBe(7)
    expect(said.text).toContain(`got ${signal} 1\n`)
    expect(said.text).not.toContain(' 2\n')
  })

  it.runIf(hasScript())('leaves Ctrl-C in a terminal to the terminal', async () => {
    // "exec", or a shell that waits for its command (dash) dies of the same Ctrl-C and speaks for it.
    const command = `exec '${old}' '${join(house, 'bin/holdfast.js')}'`
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const said = await ready(child)
    child.stdin.write('\u0003')
    expect(await ended(child)).toBe(7)
    expect(said.text).toContain('got SIGINT 1')
    expect(said.text).not.toContain('got SIGINT 2')
  })

  it('says what is missing when there is no newer Node', async () => {
    rmSync(join(house, 'node_modules'), { recursive: true })
    const child = spawn(old ?? '', [join(house, 'bin/holdfast.js')], { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = collected(child.stderr)
    expect(await ended(child)).toBe(1)
    expect(said.text).toMatch(/^holdfast needs Node 24 or newer, and this is v\d+.*"npm ci".*\n$/)
  })
})

function start(...parameters: string[]): ChildProcess {
  return spawn(old ?? '', [join(house, 'bin/holdfast.js'), ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: '' },
  })
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

interface Said {
  text: string
}

function collected(stream: NodeJS.ReadableStream | null): Said {
  const said: Said = { text: '' }
  stream?.on('data', (chunk: Buffer) => {
    said.text += chunk.toString()
  })
  return said
}

async function ready(child: ChildProcess): Promise<Said> {
  const said = collected(child.stdout)
  while (!/ready \d+ (?:2[4-9]|[3-9]\d)\./.test(said.text)) await once(child.stdout ?? child, 'data')
  return said
}

/** The machine's own Node, where that is older than ours; node_modules/.bin holds the pinned one. */
function oldNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders
    .map((folder) => resolve(folder, 'node'))
    .find((path) => {
      try {
        const version = execFileSync(path, ['--version'], { encoding: 'utf8' })
        return Number.parseInt(version.slice(1), 10) < 24
      } catch {
        return false
      }
    })
}

function pinnedPackage(): { name: string; folder: string } | undefined {
  const name = `node-${process.platform}-${process.arch}`
  try {
    return { name, folder: dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)) }
  } catch {
    return undefined
  }
}

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
}
