import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Work } from '../../platform/work.ts'
import type { MailTools } from './deps.ts'
import { mailErrors } from './errors.ts'
import { sendMail } from './send.ts'

/** @returns `mail_not_configured`, `mail_limited` */
export function testMail(work: Work, deps: MailTools, address: string): Promise<Outcome<{ sent: 'queued' }>> {
  return work(async (tx) => {
    const sent = await sendMail(tx, deps, { to: { address }, template: 'test', values: {} })
    if (sent === 'refused') return refuse(mailErrors.mail_not_configured)
    if (sent !== 'queued') return refuse(mailErrors.mail_limited)
    await tx.record({ kind: 'mail.tested' })
    return ok({ sent })
  })
}
