import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { holdfast, type Scripted, scripted } from '../testing/run.ts'
import { archiveOf, releaseOf } from './testing/archive.ts'
import { SIGNER, signed, signerFile } from './testing/signer.ts'

let folder: string
let host: Scripted
/** What the release host has. */
const served = new Map<string, Buffer>()

beforeAll(async () => {
  host = await scripted(({ path }) => {
    if (path === '/releases/latest') return { status: 302, headers: { location: `${host.url}/releases/tag/v4.2.0` } }
    // As the project's does: what is downloaded stands elsewhere.
    if (path.startsWith('/releases/download/')) {
      return { status: 302, headers: { location: path.replace('/releases/download/', '/stored/') } }
    }
    const body = served.get(path)
    return body === undefined ? { status: 404, body: 'no' } : { body, type: 'application/octet-stream' }
  })
})
afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rules-'))
  served.clear()
  served.set('/key.asc', signerFile)
  for (const version of ['4.1.0', '4.2.0']) publish(version, releaseOf(version))
})

function publish(version: string, archive: Buffer, signature = signed(archive)): void {
  const name = `/stored/v${version}/coreruleset-${version}-minimal.tar.gz`
  served.set(name, archive).set(`${name}.asc`, signature)
}

const rules = (...parameters: string[]) => holdfast(['rules', ...parameters], { cwd: folder })
const install = (...parameters: string[]) =>
  rules(
    'install',
    ...parameters,
    '--to',
    'crs',
    '--releases',
    `${host.url}/releases`,
    '--key',
    `${host.url}/key.asc`,
    '--fingerprint',
    SIGNER,
  )
const inside = (name: string): string => readFileSync(join(folder, 'crs', name), 'utf8')
const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('install', () => {
  it('takes the latest release, or the one that is named', async () => {
    const { code, out, error } = await install('crs')
    expect([code, error]).toEqual([0, ''])
    expect(out).toContain('4.2.0')
    expect(out).toContain(`by ${SIGNER}`)
    expect(out).toContain('holdfast gateway start --rules crs')
    expect(readdirSync(join(folder, 'crs'), { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
      '.holdfast-rules.json',
      'LICENSE',
      'crs-setup.conf',
      'crs-setup.conf.example',
      'rules',
      'rules/REQUEST-942.conf',
      'rules/words.data',
    ])
    const old = await install('crs@4.1.0', '--json')
    expect(JSON.parse(old.out)).toMatchObject({
      version: '4.1.0',
      before: '4.2.0',
      signer: SIGNER,
      rules: 6,
      kept: ['crs-setup.conf'],
    })
    expect(readdirSync(folder)).toEqual(['crs'])
  })

  it('takes files of this machine, too', async () => {
    const archive = releaseOf('4.3.0')
    writeFileSync(join(folder, 'a.tar.gz'), archive)
    writeFileSync(join(folder, 'a.tar.gz.asc'), signed(archive))
    writeFileSync(join(folder, 'k'), signerFile)
    const local = ['install', 'crs', '--from', 'a.tar.gz', '--to', 'crs']
    const good = await rules(...local, '--key', 'k', '--fingerprint', SIGNER, '--digest', `sha256:${digestOf(archive)}`)
    expect([good.code, good.error]).toEqual([0, ''])
    const project = await rules(...local, '--key', 'k')
    expect(project.error).toContain('36006F0E0BA167832158821138EEACA1AB8A6E72 is not in this file')
    const alone = await rules(...local, '--unsigned')
    expect([alone.code, alone.error]).toEqual([2, expect.stringContaining('--digest')])
    const unpacked = await rules(
      'install',
      'crs',
      '--from',
      '.',
      '--to',
      'crs',
      '--unsigned',
      '--digest',
      digestOf(archive),
    )
    expect(unpacked.error).toContain('. is a folder, and no archive of a release. (archive_refused)')
    const digested = await rules(...local, '--unsigned', '--digest', digestOf(archive), '--json')
    expect(JSON.parse(digested.out)).toMatchObject({ signer: null, before: '4.3.0' })
  })

  it('keeps what is the operator’s, and asks before it gives changes up', async () => {
    await install('crs@4.1.0')
    writeFileSync(join(folder, 'crs/crs-setup.conf'), 'SecAction "id:900000,phase:1,pass,nolog"\n')
    writeFileSync(join(folder, 'crs/rules/MINE.conf'), 'SecAction "id:1,phase:1,pass,nolog"\n')
    const next = await install('crs')
    expect([next.code, next.error]).toEqual([0, ''])
    expect(next.out).toContain('crs-setup.conf, rules/MINE.conf')
    expect(inside('crs-setup.conf')).toContain('900000')
    expect(inside('rules/MINE.conf')).toContain('id:1,')
    writeFileSync(join(folder, 'crs/rules/words.data'), 'mine\n')
    const refused = await install('crs@4.1.0')
    expect(refused.error).toContain('(rules_changed)')
    expect(refused.error).toContain('rules/words.data')
    expect(inside('rules/words.data')).toBe('mine\n')
    expect((await install('crs@4.1.0', '--replace')).code).toBe(0)
    expect(inside('rules/words.data')).toBe('evil\n')
  })
})

describe('an attacker', () => {
  const changed = (change: (archive: Buffer) => Buffer) => change(Buffer.from(releaseOf('4.2.0')))

  it.each([
    [
      'a changed archive',
      () =>
        publish(
          '4.2.0',
          changed((bytes) => Buffer.concat([bytes, Buffer.of(0)])),
          signed(releaseOf('4.2.0')),
        ),
      'signature_invalid',
    ],
    ['another signature', () => publish('4.2.0', releaseOf('4.2.0'), signed(releaseOf('4.1.0'))), 'signature_invalid'],
    [
      'another key',
      () => served.set('/key.asc', readFileSync(new URL('testing/keys/ed.asc', import.meta.url))),
      'signature_invalid',
    ],
    ['no signature', () => served.delete('/stored/v4.2.0/coreruleset-4.2.0-minimal.tar.gz.asc'), 'download_failed'],
    ['an old release in the place of the latest', () => publish('4.2.0', releaseOf('4.0.9')), 'version_older'],
    [
      'a signed way out',
      () => publish('4.2.0', archiveOf([{ name: 'coreruleset-4.2.0/../../x', body: 'x' }])),
      'archive_refused',
    ],
    [
      'a signed link',
      () => publish('4.2.0', archiveOf([{ name: 'coreruleset-4.2.0/rules', kind: '2', link: '/etc' }])),
      'archive_refused',
    ],
    [
      'rules that do not run',
      () => publish('4.2.0', releaseOf('4.2.0', { 'rules/B.conf': 'SecRule ARGS "@rx (" "id:5"' })),
      'regex_invalid',
    ],
  ])('with %s changes nothing', async (_, prepare, code) => {
    await install('crs@4.1.0')
    const before = inside('.holdfast-rules.json')
    prepare()
    const refused = await install('crs')
    expect(refused.code).toBe(1)
    expect(refused.error).toContain(code)
    expect(inside('.holdfast-rules.json')).toBe(before)
    expect(readdirSync(folder)).toEqual(['crs'])
  })

  it('who serves another version than was asked for is refused', async () => {
    publish('4.2.0', releaseOf('4.1.0'))
    expect((await install('crs@4.2.0')).error).toContain('version_wrong')
    expect((await install('crs', '--digest', '0'.repeat(64))).error).toContain('digest_wrong')
    expect(existsSync(join(folder, 'crs'))).toBe(false)
  })

  it('who left links in the folder, or a folder that is somebody’s, is refused', async () => {
    await install('crs@4.1.0')
    symlinkSync('/etc/hostname', join(folder, 'crs/link.conf'))
    expect((await install('crs')).error).toContain('folder_foreign')
    rmSync(join(folder, 'crs/link.conf'))
    rmSync(join(folder, 'crs/.holdfast-rules.json'))
    expect((await install('crs')).error).toContain('folder_foreign')
  })
})

describe('rules of a folder', () => {
  it('are checked, with each directive that nobody knows', async () => {
    await install('crs')
    const good = await rules('check', 'crs')
    expect([good.code, good.out]).toEqual([0, '6 rules.\n'])
    writeFileSync(
      join(folder, 'crs/own.conf'),
      '# mine\nSecTmpDir /tmp\nSecNonsense \\\n  1\n\nSecRuleMore On\nSecAction "id:7,phase:1,pass"\n',
    )
    const bad = await rules('check', 'crs')
    expect(bad.code).toBe(1)
    expect(bad.out).toBe(
      'own.conf:3: there is no directive secnonsense (directive_unknown)\nown.conf:6: there is no directive secrulemore (directive_unknown)\n',
    )
    writeFileSync(join(folder, 'crs/own.conf'), 'SecTmpDir /tmp\n')
    expect((await rules('check', 'crs')).out).toContain('sectmpdir')
    writeFileSync(join(folder, 'crs/own.conf'), 'SecRule ARGS "@nope x" "id:8"\nSecNonsense 1\n')
    expect((await rules('check', 'crs')).out).toContain('own.conf:1: ')
    expect((await rules('check', 'nowhere')).code).toBe(1)
  })

  it('are listed and shown as they are written', async () => {
    await install('crs')
    const listed = await rules('list', 'crs', '--phase', '2', '--level', '1')
    expect(listed.out).toContain('942100  2      1      critical  evil')
    expect((await rules('list', 'crs', '--tag', 'nothing')).out).toBe('There are no such rules.\n')
    const shown = await rules('show', 'crs', '942100')
    expect(shown.out).toContain('SecRule ARGS "@contains evil"')
    expect(shown.out).toContain('SecRule ARGS "@rx ."')
    expect((await rules('show', 'crs', '1')).error).toContain('rule_unknown')
    expect((await rules('show', 'crs', 'x')).code).toBe(2)
    expect((await rules('install', 'owasp', '--to', 'x')).code).toBe(2)
  })
})
