import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RealServer, startReal } from '../testing/server.ts'

let real: RealServer
beforeAll(async () => {
  real = await startReal()
})
afterAll(() => real.stop())

const identity = (...words: string[]) => real.cli(['identity', ...words])

describe('holdfast identity invitations', () => {
  it('invites, sends again, takes back, and says how it stands', async () => {
    expect((await identity('invitations', 'list')).out).toMatch(/^Nobody was invited/)
    const made = await identity('invitations', 'create', 'ada@guest.example', '--days', '2')
    expect(made.out).toMatch(/^ada@guest.example is invited, until /)
    expect(made.out).not.toContain('hfv_')
    const id = /([0-9a-f-]{36})\n$/.exec((await identity('invitations', 'list')).out)?.[1] ?? ''
    expect((await identity('invitations', 'resend', id)).out).toMatch(/^Sent to ada@guest.example again/)
    expect((await identity('invitations', 'revoke', id)).code).toBe(0)
    expect((await identity('invitations', 'list')).out).toMatch(/revoked/)
    expect((await identity('invitations', 'revoke', id)).code).toBe(1)
    const unknown = await identity('invitations', 'create', 'bea@guest.example', '--group', 'unheard-of')
    expect([unknown.code, unknown.error]).toEqual([1, expect.stringContaining('groups_unknown')])
  })
})

describe('holdfast identity mail', () => {
  it('shows where letters go, the mailbox, and words of one’s own', async () => {
    expect((await identity('mail', 'test', 'ben@guest.example')).code).toBe(0)
    expect((await identity('mail', 'status')).out).toMatch(/^letters go +into the mailbox of development/)
    expect((await identity('mail', 'box', '--to', 'ben@guest.example')).out).toMatch(/\nsubject +A test of Holdfast\n/)
    expect((await identity('mail', 'templates')).out).toMatch(/\nrecovery +asked +link, minutes/)
    expect((await identity('mail', 'templates', 'recovery')).out).toMatch(/^values {2}\{link\} \{minutes\} \{name\}/)
    writeFileSync(join(real.folder, 'letter.txt'), 'Ein Test.\n')
    const written = await identity('mail', 'write', 'test', '--subject', 'Hallo', '--body', 'letter.txt')
    expect(written.out, written.error).toBe('The letter test (en) is in your own words now.\n')
    expect((await identity('mail', 'box', '--to', 'ben@guest.example')).out).toMatch(/\nsubject +Hallo\n/)
    expect((await identity('mail', 'reset', 'test')).code).toBe(0)
    const wrong = await identity('mail', 'write', 'recovery', '--subject', 'x', '--body', 'letter.txt')
    expect([wrong.code, wrong.error]).toEqual([1, expect.stringContaining('{link} must stand once')])
  })
})

describe('holdfast identity connections', () => {
  it('connects a provider, with its secret from a file, and says what to register there', async () => {
    expect((await identity('connections', 'list')).out).toMatch(/^No provider is connected/)
    writeFileSync(join(real.folder, 'secret.txt'), 'upstream-secret\n')
    await real.cli(['groups', 'create', 'editors', '--name', 'Editors'])
    const who = ['google', '--preset', 'google', '--name', 'Google', '--client-id', 'abc']
    const what = [
      '--client-secret-file',
      'secret.txt',
      '--domain',
      'example.com',
      '--sign-up',
      '--group',
      'app=x=editors',
    ]
    const made = await identity('connections', 'create', ...who, ...what)
    expect(made.code, made.error).toBe(0)
    expect(made.out).toMatch(/\nissuer +https:\/\/accounts\.google\.com\n/)
    expect(made.out).toContain(`${real.url}/sign-in/callback/google\n`)
    expect(made.out).not.toContain('upstream-secret')
    const changed = await identity('connections', 'update', 'google', '--no-sign-up', '--second-factor', 'mfa')
    expect(changed.out).toMatch(/\nsign-up +no\n[\s\S]*\nsecond factor +mfa\n/)
    expect((await identity('connections', 'disable', 'google')).out).toBe('Google is off.\n')
    expect((await identity('connections', 'list')).out).toMatch(/\ngoogle +Google +google +no +example\.com +no +0\n/)
    const nowhere = ['connections', 'create', 'lost', '--client-id', 'x', '--issuer', 'http://127.0.0.1:1']
    expect((await identity(...nowhere)).code).toBe(0)
    const tested = await identity('connections', 'test', 'lost')
    expect([tested.code, tested.error]).toEqual([1, expect.stringContaining('ECONNREFUSED')])
    expect((await identity('connections', 'delete', 'google')).code).toBe(0)
    expect((await identity('connections', 'show', 'google')).code).toBe(1)
  })
})
