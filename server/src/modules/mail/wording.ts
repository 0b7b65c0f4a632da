import { sql } from 'kysely'
import type { MailDeps } from './deps.ts'
import type { Db } from './store.ts'
import type { Template, Wording } from './templates/define.ts'
import { templates } from './templates/english.ts'

/** @returns the template of this name, whoever asks for it */
export function templateOf(name: string): Template | undefined {
  return Object.hasOwn(templates, name) ? templates[name as keyof typeof templates] : undefined
}

export interface OwnWording {
  readonly name: string
  readonly locale: string
  readonly subject: string
  /** paragraphs, with an empty line between them */
  readonly body: string
  readonly button: string | null
  readonly updatedAt: Date
}

const columns = sql`name, locale, subject, body, button, updated_at AS "updatedAt"`

export async function ownWordings(tx: Db): Promise<readonly OwnWording[]> {
  const { rows } = await sql<OwnWording>`SELECT ${columns} FROM mail_templates ORDER BY name, locale`.execute(
    tx.kysely(),
  )
  return rows
}

/** The tenant's own words in the language of the settings, or else the built-in ones. */
export async function wordingOf(
  tx: Db,
  { config }: Pick<MailDeps, 'config'>,
  name: string,
  builtin: Template,
): Promise<Wording> {
  const { rows } = await sql<OwnWording>`
    SELECT ${columns} FROM mail_templates WHERE name = ${name} AND locale = ${config.locale}`.execute(tx.kysely())
  const [own] = rows
  if (own === undefined) return builtin
  return { subject: own.subject, body: paragraphsOf(own.body), button: own.button ?? builtin.button }
}

export function paragraphsOf(body: string): string[] {
  return body
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
}

export async function putWording(tx: Db, own: Omit<OwnWording, 'updatedAt'>, now: Date): Promise<void> {
  const { name, locale, subject, body, button } = own
  await sql`
    INSERT INTO mail_templates (tenant_id, name, locale, subject, body, button, updated_at)
    VALUES (${tx.tenant}::uuid, ${name}, ${locale}, ${subject}, ${body}, ${button}, ${now})
    ON CONFLICT (tenant_id, name, locale) DO UPDATE SET
      subject = excluded.subject, body = excluded.body, button = excluded.button, updated_at = excluded.updated_at`.execute(
    tx.kysely(),
  )
}

/** @returns whether there was one */
export async function removeWording(tx: Db, name: string, locale: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM mail_templates WHERE name = ${name} AND locale = ${locale}`.execute(tx.kysely())
  return numAffectedRows === 1n
}
