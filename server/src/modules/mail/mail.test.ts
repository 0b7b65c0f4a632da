import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { eventually } from '../../testing/eventually.ts'
import { eventsOf, quickSignIn } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { authorityFile, startSmtp, type Taken, type TestSmtp } from './testing/smtp.ts'

let smtp: TestSmtp
let whole: WholeServer

beforeAll(async () => {
  smtp = await startSmtp()
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_MAIL_SMTP_HOST: 'localhost',
    HOLDFAST_MAIL_SMTP_PORT: String(smtp.port),
    HOLDFAST_MAIL_SMTP_USER: 'holdfast',
    HOLDFAST_MAIL_SMTP_PASSWORD: 'smtp password',
    HOLDFAST_MAIL_SMTP_TLS: 'required',
    HOLDFAST_MAIL_SMTP_CA_FILE: authorityFile,
    HOLDFAST_MAIL_FROM: 'Shop Security <security@shop.example>',
  })
})
afterAll(async () => {
  await whole.close()
  await smtp.close()
})

async function letterTo(address: string): Promise<Taken> {
  return eventually(() => smtp.taken.find(({ to }) => to.includes(address)))
}

/** The parts of a letter, decoded. */
function partsOf({ raw }: Taken): { head: string; text: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const decoded = rest
    .join('\r\n\r\n')
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return { head: head.replaceAll(/\r\n[ \t]+/g, ' '), text: Buffer.from(decoded, 'latin1').toString('utf8') }
}

async function query<Row>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: whole.databaseUrl })
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}

describe('a letter over SMTP', () => {
  test('goes by STARTTLS, with the password, from us, as text and HTML', async () => {
    const answer = await whole.call('POST', '/api/v1/mail/test', { to: 'ada@shop.example' })
    expect(answer.status, JSON.stringify(answer.json)).toBe(200)
    const taken = await letterTo('ada@shop.example')
    expect(taken).toMatchObject({
      from: 'security@shop.example',
      to: ['ada@shop.example'],
      secure: true,
      user: 'holdfast',
    })
    const { head, text } = partsOf(taken)
    expect(head).toContain('From: Shop Security <security@shop.example>')
    expect(head).toContain('Auto-Submitted: auto-generated')
    expect(head).toMatch(/Message-ID: <[0-9a-f-]{36}@localhost>/)
    expect(text).toContain('Content-Type: text/plain')
    expect(text).toContain('Content-Type: text/html')
    await eventually(async () => (await eventsOf(whole, 'mail.sent'))[0])
    // Nothing of it stays but that it was.
    const rows = await query<{ content: unknown; address: unknown }>(
      "SELECT content, address FROM mails WHERE state = 'sent'",
    )
    expect(rows).toContainEqual({ content: null, address: null })
  })

  test('cannot be given a second header or recipient by a name, nor a link', async () => {
    const name = 'Eve www.evil.example https://evil.example/x <b>bold</b>'
    const person = await whole.call('POST', '/api/v1/people', { email: 'eve@shop.example', name })
    const sent = await whole.call('POST', `/api/v1/people/${person.json['id'] as string}/email-verification`)
    expect(sent.status, JSON.stringify(sent.json)).toBe(202)
    const taken = await letterTo('eve@shop.example')
    const { text } = partsOf(taken)
    expect(text).toContain(`${whole.url}/verify-email?token=hfl_`)
    expect(text).not.toContain('//evil.example')
    const html = text.slice(text.indexOf('<!doctype html>'))
    expect(html).not.toContain('<b>bold</b>')
    expect([...html.matchAll(/href="([^"]*)"/g)].every(([, href = '']) => href.startsWith(`${whole.url}/`))).toBe(true)
    for (const to of [
      'a@b.example\r\nBcc: x@y.example',
      'a@b.example, c@d.example',
      'A <a@b.example>',
      'a@b.example>',
    ]) {
      expect((await whole.call('POST', '/api/v1/mail/test', { to })).status, to).toBe(422)
    }
  })

  test('is tried again while the server cannot take it', async () => {
    smtp.refusals.push({ code: 451, message: 'later' })
    await whole.call('POST', '/api/v1/mail/test', { to: 'late@shop.example' })
    await letterTo('late@shop.example')
    const { json } = await whole.call('GET', '/api/v1/mail')
    expect(json).toMatchObject({ way: 'smtp', server: { host: 'localhost', tls: 'required' } })
    expect(JSON.stringify(json)).not.toContain('smtp password')
  })

  test('is given up when the server refuses it for good, with an event that repeats no address', async () => {
    smtp.refusals.push({ code: 550, message: 'gone@shop.example is nobody' })
    await whole.call('POST', '/api/v1/mail/test', { to: 'gone@shop.example' })
    const event = await eventually(async () => (await eventsOf(whole, 'mail.given_up'))[0])
    expect(event.outcome).toBe('failure')
    expect(JSON.stringify(event)).not.toContain('gone@shop.example')
    const left = await query(
      "SELECT 1 FROM mails WHERE state = 'given-up' AND (content IS NOT NULL OR address IS NOT NULL)",
    )
    expect(left).toEqual([])
  })

  test('waits while there is no server, and goes when it is there again', async () => {
    smtp.down = true
    await whole.call('POST', '/api/v1/mail/test', { to: 'patient@shop.example' })
    await eventually(
      async () =>
        (
          await query<{ error: string }>(
            "SELECT last_error AS error FROM mails WHERE state = 'waiting' AND attempts > 0",
          )
        )[0],
    )
    smtp.down = false
    await letterTo('patient@shop.example')
  })

  test('lies encrypted until then, and no event holds it', async () => {
    const [row] = await query<{ columns: string }>(
      "SELECT string_agg(column_name || ' ' || data_type, ',') AS columns FROM information_schema.columns WHERE table_name = 'mails' AND column_name IN ('address', 'content')",
    )
    expect(row?.columns.split(',').toSorted()).toEqual(['address bytea', 'content bytea'])
  })

  test('to one address is sent a few times, and then no more', async () => {
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => whole.call('POST', '/api/v1/mail/test', { to: 'Flood@Shop.example' })),
    )
    expect(tries.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(15)
    expect((await whole.call('POST', '/api/v1/mail/test', { to: 'flood@shop.example' })).status).toBe(429)
  })

  test('the mailbox of development is closed where there is a server', async () => {
    expect((await whole.call('GET', '/api/v1/mailbox')).status).toBe(404)
  })
})

test('a letter bears the name of the tenant’s brand, at the address of the settings', async () => {
  await whole.call('PUT', '/api/v1/branding', { name: 'Nörd "Win", <x@evil.example>' })
  await whole.call('POST', '/api/v1/mail/test', { to: 'brand@shop.example' })
  const taken = await letterTo('brand@shop.example')
  expect(taken).toMatchObject({ from: 'security@shop.example', to: ['brand@shop.example'] })
  const { head } = partsOf(taken)
  expect(head.match(/^From: .*$/m)?.[0]).toMatch(/ <security@shop\.example>$/)
  expect(head.match(/^From: .*$/m)?.[0]).not.toContain('x@evil.example')
  await whole.call('DELETE', '/api/v1/branding')
})

describe('words of one’s own', () => {
  const put = (name: string, body: Record<string, unknown>) => whole.call('PUT', `/api/v1/mail/templates/${name}`, body)

  test('are used, filled in, and taken back', async () => {
    const own = { subject: 'Hallo von {installation}', body: 'Erster Absatz.\n\nZweiter <Absatz> & mehr.' }
    expect((await put('test', own)).status).toBe(200)
    await whole.call('POST', '/api/v1/mail/test', { to: 'bea@shop.example' })
    const { head, text } = partsOf(await letterTo('bea@shop.example'))
    expect(head).toContain('Subject: Hallo von Holdfast')
    expect(text).toContain('Zweiter <Absatz> & mehr.')
    expect(text).toContain('Zweiter &lt;Absatz&gt; &amp; mehr.')
    const { json } = await whole.call('GET', '/api/v1/mail/templates')
    const listed = (json['items'] as { name: string; own: unknown[] }[]).find(({ name }) => name === 'test')
    expect(listed?.own).toMatchObject([{ locale: 'en', subject: own.subject }])
    expect((await whole.call('DELETE', '/api/v1/mail/templates/test')).status).toBe(200)
    expect((await whole.call('DELETE', '/api/v1/mail/templates/test')).status).toBe(404)
  })

  test.each([
    ['an unknown placeholder', 'test', { subject: 'x', body: '{secret}' }],
    ['no link where there must be one', 'recovery', { subject: 'x', body: 'Follow the link.' }],
    ['the link in the subject', 'recovery', { subject: '{link}', body: '{link}' }],
    ['the link within words', 'recovery', { subject: 'x', body: 'Here: {link}' }],
    ['the link twice', 'recovery', { subject: 'x', body: '{link}\n\n{link}' }],
    ['a link elsewhere', 'test', { subject: 'x', body: 'See https://evil.example/' }],
    ['another scheme', 'test', { subject: 'x', body: 'See javascript://%0aalert(1)' }],
    ['two lines in a subject', 'test', { subject: 'x\r\nBcc: y@z.example', body: 'x' }],
  ])('are refused with %s', async (_, name, body) => {
    expect((await put(name, body)).status).toBe(422)
  })

  test('of a letter that does not exist are refused', async () => {
    expect((await put('nothing', { subject: 'x', body: 'y' })).status).toBe(404)
    expect((await put('constructor', { subject: 'x', body: 'y' })).status).toBe(404)
  })
})
