import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { diagnose } from '../../doctor.ts'
import { eventsOf, quickSignIn, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { startSmtp } from './testing/smtp.ts'

let whole: WholeServer

/** In production, with what else it demands given. */
const production = {
  ...quickSignIn,
  HOLDFAST_MODE: 'production',
  HOLDFAST_SEAL_KIND: 'passphrase',
  HOLDFAST_SEAL_PASSPHRASE: 'lantern gravel oboe thicket',
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), production, 'https://id.example')
})
afterAll(() => whole.close())

test('in production without a mail server letters are refused, each with an event, and nothing is kept', async () => {
  const refused = await whole.call('POST', '/api/v1/mail/test', { to: 'ada@shop.example' })
  expect(refused.status).toBe(409)
  expect(refused.json['type']).toContain('mail_not_configured')
  expect(await eventsOf(whole, 'mail.refused')).toMatchObject([{ outcome: 'failure', reason: 'mail_not_configured' }])
  expect((await whole.call('GET', '/api/v1/mail')).json).toMatchObject({ way: 'none', items: [] })
  expect((await whole.call('GET', '/api/v1/mailbox')).status).toBe(404)
  const controls = await whole.call('GET', '/api/v1/controls')
  expect(JSON.stringify(controls.json)).toContain('No mail server is configured')
  // Who asks to recover an account hears nothing of it: the answer is the same for everybody.
  expect((await visitor(whole.url).post('/recover', { email: 'ada@shop.example' })).status).toBe(200)
})

const mailOf = async (env: Record<string, string>) => {
  const findings = await diagnose({ env, flags: { data: whole.dataDir, 'database.url': whole.databaseUrl }, fetch })
  return findings.find(({ check }) => check === 'mail')
}

test('the doctor says what is wrong with the mail server', async () => {
  expect(await mailOf({})).toMatchObject({ status: 'ok' })
  expect(await mailOf({ HOLDFAST_MODE: 'production' })).toMatchObject({ status: 'fail' })
  const smtp = await startSmtp({ startTls: false })
  const url = `smtp://localhost:${smtp.port}`
  expect(await mailOf({ HOLDFAST_MAIL_SMTP_URL: url })).toMatchObject({ status: 'ok' })
  // Never without TLS where it is demanded, whatever somebody on the way takes out of the greeting.
  const required = { HOLDFAST_MAIL_SMTP_URL: url, HOLDFAST_MAIL_SMTP_TLS: 'required' }
  expect(await mailOf(required)).toMatchObject({ status: 'fail', found: expect.stringContaining('ETLS') })
  await smtp.close()
  expect(await mailOf({ HOLDFAST_MAIL_SMTP_URL: url })).toMatchObject({ status: 'fail' })
})
