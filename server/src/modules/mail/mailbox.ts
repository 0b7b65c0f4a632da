import type { z } from 'zod'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Read } from '../../platform/work.ts'
import { composeLetter, homeIn } from './compose-letter.ts'
import type { MailTools } from './deps.ts'
import { mailErrors } from './errors.ts'
import type { Mailbox, MailboxQuery } from './shapes.ts'
import { newestMails } from './store.ts'

/** Letters that are looked at for one address. */
const lookedThrough = 500

/** What would have been sent. In production there is none: it would hold everybody's links. */
export function readMailbox(
  read: Read,
  deps: MailTools,
  { to, limit }: z.output<typeof MailboxQuery>,
): Promise<Outcome<z.input<typeof Mailbox>>> {
  if (!deps.development || deps.carrier !== null) return Promise.resolve(refuse(mailErrors.mailbox_closed))
  return read(async (tx) => {
    const home = await homeIn(tx, deps)
    const items: z.input<typeof Mailbox>['items'] = []
    for (const mail of await newestMails(tx, to === undefined ? limit : lookedThrough, 'kept')) {
      const letter = await composeLetter(tx, deps, mail)
      if (letter === null || (to !== undefined && deps.sameAddress(to) !== deps.sameAddress(letter.to))) continue
      const links = letter.text.split(/\s+/).filter((word) => word.startsWith(`${home}/`))
      const { brand: _, ...shown } = letter
      items.push({ id: mail.id, template: mail.template, ...shown, links, createdAt: mail.createdAt.toISOString() })
      if (items.length === limit) break
    }
    return ok({ items })
  })
}
