import type { MailTools } from './deps.ts'
import type { Content } from './send.ts'
import type { Db, MailRow } from './store.ts'
import { fill, plainName } from './templates/fill.ts'
import { render, type Rendered } from './templates/render.ts'
import { templateOf, wordingOf } from './wording.ts'

export interface WholeLetter extends Rendered {
  readonly to: string
  /** whom it is from, where the tenant says so */
  readonly brand: string | null
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
  const { name: brand, accent } = await deps.brandOf(tx)
  const home = await homeIn(tx, deps)
  const called = brand ?? installation
  const own = Object.entries(values).map(([key, value]) => [
    key,
    template.values[key] === 'link' ? atHome(String(value), publicUrl, home) : value,
  ])
  const filled = fill(
    wording,
    template.values,
    { name: name ?? '', ...Object.fromEntries(own), installation: called },
    home,
  )
  const greeted = name === null ? null : plainName(name)
  const frame = {
    installation: called,
    home,
    accent,
    name: greeted,
    at: template.kind === 'notice' ? new Date(at) : null,
  }
  return { to, brand, ...render(filled, frame) }
}

/** Where the links of a letter of this transaction's tenant lead. */
export async function homeIn(
  { tenant }: Db,
  { homeOf, publicUrl }: Pick<MailTools, 'homeOf' | 'publicUrl'>,
): Promise<string> {
  return tenant === null ? publicUrl : homeOf(tenant)
}

/** What is at the public URL is at every host of a tenant: people stay at their own. What leads elsewhere is left to `fill`. */
function atHome(link: string, publicUrl: string, home: string): string {
  return link.startsWith(`${publicUrl}/`) ? home + link.slice(publicUrl.length) : link
}
