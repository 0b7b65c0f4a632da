import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Work } from '../../platform/work.ts'
import type { MailTools } from './deps.ts'
import { mailErrors } from './errors.ts'
import type { NewWording } from './shapes.ts'
import type { Template } from './templates/define.ts'
import { paragraphsOf, putWording, removeWording, templateOf } from './wording.ts'

/** Says a letter in other words. @returns `mail_template_unknown`, `mail_template_invalid` with the problem */
export async function changeWording(
  work: Work,
  deps: MailTools,
  name: string,
  given: NewWording,
): Promise<Outcome<{ name: string; locale: string }>> {
  const { clock, config, publicUrl } = deps
  const template = templateOf(name)
  const { locale = config.locale, subject, body, button = null } = given
  return work(async (tx) => {
    const problem = template && problemOf(template, given, [publicUrl, await deps.homeOf(tx.tenant)])
    if (template === undefined) return refuse(mailErrors.mail_template_unknown, { template: name.slice(0, 63) })
    if (problem !== undefined) return refuse(mailErrors.mail_template_invalid, { problem })
    await putWording(tx, { name, locale, subject, body: body.replaceAll('\r\n', '\n'), button }, clock.now())
    await tx.record({
      kind: 'mail.template_changed',
      resource: { type: 'MailTemplate', id: name },
      data: { locale, subject },
    })
    return ok({ name, locale })
  })
}

export async function resetWording(
  work: Work,
  { config }: MailTools,
  name: string,
  locale = config.locale,
): Promise<Outcome<{ name: string; locale: string }>> {
  return work(async (tx) => {
    if (templateOf(name) === undefined || !(await removeWording(tx, name, locale))) {
      return refuse(mailErrors.mail_template_unknown, { template: name.slice(0, 63) })
    }
    await tx.record({ kind: 'mail.template_reset', resource: { type: 'MailTemplate', id: name }, data: { locale } })
    return ok({ name, locale })
  })
}

/** Whether these words make a letter that can do what it is for. */
function problemOf({ values }: Template, { subject, body }: NewWording, places: readonly string[]): string | undefined {
  const known = new Set([...Object.keys(values), 'installation', 'name'])
  const used = [...`${subject}\n${body}`.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name)
  const unknown = used.find((name) => !known.has(name))
  if (unknown !== undefined) return `{${unknown}} is no value of this letter; there are ${[...known].join(', ')}`
  const alone = paragraphsOf(body)
  for (const [name, kind] of Object.entries(values)) {
    if (kind !== 'link' && kind !== 'code') continue
    if (subject.includes(`{${name}}`)) return `{${name}} is a secret, and a subject is seen by everybody on the way`
    if (
      alone.filter((paragraph) => paragraph === `{${name}}`).length !== 1 ||
      used.filter((at) => at === name).length !== 1
    )
      return `{${name}} must stand once, alone in a paragraph of its own`
  }
  const foreign = [...`${subject} ${body}`.matchAll(/\w+:\/\/[^\s]*/g)].find(
    ([link]) => !places.some((place) => isBelow(link, place)),
  )
  return foreign === undefined ? undefined : `Letters link to ${[...new Set(places)].join(' and ')} only`
}

function isBelow(link: string, publicUrl: string): boolean {
  return URL.canParse(link) && new URL(link).origin === new URL(publicUrl).origin
}
