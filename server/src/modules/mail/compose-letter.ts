import type { MailTools } from './deps.ts'
import type { Content } from './send.ts'
import type { Db, MailRow } from './store.ts'
import { fill, plainName } from './templates/fill.ts'
import { render, type Rendered } from './templates/render.ts'
import { templateOf, wordingOf } from './wording.ts'

export interface WholeLetter extends Rendered {
  readonly to: string
}

/** Opens a letter and writes it out. @returns null when there is nothing in it any more, or its key was destroyed */
export async function composeLetter(tx: Db, deps: MailTools, mail: MailRow): Promise<WholeLetter | null> {
  const { columns, installation, publicUrl } = deps
  const template = templateOf(mail.template)
  if (mail.address === null || mail.content === null || template === undefined) return null
  const to = await columns.address.open(tx, mail.id, mail.address)
  const text = await columns.content.open(tx, mail.id, mail.content)
  if (to === null || text === null) return null
  const { values, name, at } = JSON.parse(text) as Content
  const wording = await wordingOf(tx, deps, mail.template, template)
  const filled = fill(wording, template.values, { name: name ?? '', ...values, installation }, publicUrl)
  const greeted = name === null ? null : plainName(name)
  const frame = { installation, publicUrl, name: greeted, at: template.kind === 'notice' ? new Date(at) : null }
  return { to, ...render(filled, frame) }
}
