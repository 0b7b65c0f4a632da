import { z } from 'zod'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { Read, Work } from '../../../platform/work.ts'
import { hashesAfter } from '../store/passwords.ts'
import type { PasswordTools } from './parts.ts'

export const ExportQuery = z.strictObject({
  limit: z.int().min(1).max(1000).default(500),
  cursor: z.uuid().optional(),
})

export const Exported = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      state: z.enum(['active', 'disabled']),
      passwordHash: z.string(),
      /** made by another system, of the password as it was typed there; others are of its NFKC form */
      imported: z.boolean(),
      setAt: z.iso.datetime(),
    }),
  ),
  next: z.string().nullable(),
})

/** A page of people with their hashes: whoever leaves takes their passwords along. Each page is an event. */
export async function exportPasswords(
  { work, read }: { readonly work: Work; readonly read: Read },
  deps: PasswordTools,
  { limit, cursor }: z.output<typeof ExportQuery>,
): Promise<Outcome<z.input<typeof Exported>>> {
  const { rows, people } = await read(async (tx) => {
    const rows = await hashesAfter(tx, deps.columns, { after: cursor, limit: limit + 1 })
    const people = await deps.directory.people(
      tx,
      rows.map(({ person }) => person),
    )
    return { rows, people }
  })
  const page = rows.slice(0, limit)
  const items = page.flatMap(({ person: id, hash, imported, setAt }) => {
    const person = people.get(id)
    if (person === undefined || hash === null) return []
    const { email, name, state } = person
    return [{ id, email, name, state, passwordHash: hash, imported, setAt: setAt.toISOString() }]
  })
  return work(async (tx) => {
    await tx.record({
      kind: 'passwords.exported',
      resource: { type: 'Installation', id: 'installation' },
      data: { people: items.length },
    })
    return ok({ items, next: rows.length > limit ? (page.at(-1)?.person ?? null) : null })
  })
}
