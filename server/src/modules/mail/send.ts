import { addSeconds } from '../../platform/clock.ts'
import type { Tx } from '../../platform/work.ts'
import type { MailTools } from './deps.ts'
import { countLetter } from './limit.ts'
import { insertMail } from './store.ts'
import { templates } from './templates/english.ts'
import type { Values } from './templates/fill.ts'
import type { Letter, Recipient, Sent } from './types.ts'

export const deliverJob = 'mail.deliver'

/** Notices are many where much happens, and each is worth knowing. */
const noticesFor = 6

/** What is in a letter, until it is written out when it leaves. */
export interface Content {
  readonly values: Values
  /** of the person */
  readonly name: string | null
  /** when what it tells of happened */
  readonly at: string
}

/** Enqueues a letter in the caller's transaction. Its words are looked up when it leaves. */
export async function sendMail(tx: Tx, deps: MailTools, letter: Letter): Promise<Sent> {
  const { clock, random, columns, config, carrier } = deps
  const template = templates[letter.template]
  const to = await addresseeOf(tx, deps, letter.to)
  if (to === null) return 'nobody'
  const resource = to.person === null ? null : { type: 'Person', id: to.person }
  const data = { template: letter.template }
  if (carrier === null && !deps.development) {
    await tx.record({ kind: 'mail.refused', outcome: 'failure', reason: 'mail_not_configured', resource, data })
    return 'refused'
  }
  const now = clock.now()
  const key = (await columns.index(tx))('mail_counts.key', `${letter.template} ${deps.sameAddress(to.address)}`)
  const times = template.kind === 'notice' ? noticesFor : 1
  const allowance = { perHour: config.limits.perHour * times, perDay: config.limits.perDay * times }
  if (!(await countLetter(tx, key, allowance, now))) {
    await tx.record({ kind: 'mail.limited', outcome: 'refused', reason: 'mail_limited', resource, data })
    return 'limited'
  }
  const id = random.id()
  const subject = to.person === null ? undefined : `Person/${to.person}`
  const content: Content = { values: letter.values, name: to.name, at: now.toISOString() }
  const latest = addSeconds(now, config.giveUpHours * 3600)
  await insertMail(tx, {
    id,
    template: letter.template,
    person: to.person,
    address: await columns.address.close(tx, id, to.address, subject),
    content: await columns.content.close(tx, id, JSON.stringify(content), subject),
    state: carrier === null ? 'kept' : 'waiting',
    now,
    expiresAt: letter.expiresAt !== undefined && letter.expiresAt < latest ? letter.expiresAt : latest,
  })
  if (carrier !== null) await deps.jobs().enqueue(tx, { kind: deliverJob, payload: { mail: id } })
  return 'queued'
}

interface Addressee {
  readonly person: string | null
  readonly address: string
  readonly name: string | null
}

async function addresseeOf(tx: Tx, deps: Pick<MailTools, 'person'>, to: Recipient): Promise<Addressee | null> {
  if ('address' in to) return isReserved(to.address) ? null : { person: null, address: to.address, name: null }
  const found = await deps.person(tx, to.person)
  if (found === null || isReserved(found.email)) return null
  return { person: to.person, address: found.email, name: found.name }
}

/** RFC 6761, section 6.4: nobody is there. What was provisioned without an address has one of these. */
function isReserved(address: string): boolean {
  return address.toLowerCase().endsWith('.invalid')
}
