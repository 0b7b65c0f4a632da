import type { z } from 'zod'
import type { MailTools } from './deps.ts'
import type { MailStatus, TemplateList } from './shapes.ts'
import { countStates, type Db, newestMails } from './store.ts'
import { templates } from './templates/english.ts'
import { ownWordings, templateOf } from './wording.ts'

export async function showStatus(tx: Db, deps: MailTools): Promise<z.input<typeof MailStatus>> {
  const { carrier, config, development, publicUrl } = deps
  const { waiting, sent, kept, 'given-up': givenUp } = await countStates(tx)
  const server = carrier && { host: carrier.server.host, port: carrier.server.port, tls: carrier.server.tls }
  return {
    way: server !== null ? 'smtp' : development ? 'mailbox' : 'none',
    server,
    from: config.from ?? `Holdfast <no-reply@${new URL(publicUrl).hostname}>`,
    locale: config.locale,
    counts: { waiting, sent, givenUp, kept },
    items: (await newestMails(tx, 50)).map((mail) => ({
      id: mail.id,
      template: mail.template,
      person: mail.person,
      state: mail.state,
      attempts: mail.attempts,
      lastError: mail.lastError,
      createdAt: mail.createdAt.toISOString(),
      settledAt: mail.settledAt?.toISOString() ?? null,
    })),
  }
}

export async function listTemplates(tx: Db): Promise<z.input<typeof TemplateList>> {
  const own = await ownWordings(tx)
  const items = Object.keys(templates).flatMap((name) => {
    const template = templateOf(name)
    if (template === undefined) return []
    const { kind, values, subject, body, button } = template
    return {
      name,
      kind,
      values: { ...values },
      builtin: { subject, body: body.join('\n\n'), button },
      own: own
        .filter((wording) => wording.name === name)
        .map((wording) => ({ ...wording, updatedAt: wording.updatedAt.toISOString() })),
    }
  })
  return { items }
}
