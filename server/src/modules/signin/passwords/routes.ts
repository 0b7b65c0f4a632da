import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ExportQuery, Exported, exportPasswords } from './export.ts'
import { Imported, importPasswords, readImport } from './import.ts'
import type { PasswordTools } from './parts.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })

export const passwordRoutes = (deps: PasswordTools): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/api/v1/passwords/import',
    summary: 'Take over password hashes of another system: a person a line (`id` or `email`, `name`, `passwordHash`)',
    permission: { action: 'importPasswords', resource: installation },
    input: { bytes: { media: ['application/x-ndjson', 'application/json'] } },
    output: Imported,
    event: 'passwords.imported',
    limit: perPrincipal(600, 'minute'),
    bodyLimit: 4 * 1024 * 1024,
    handler({ bytes, caller, work, read, now }) {
      const lines = readImport(bytes.media, bytes.content)
      return lines.ok ? importPasswords({ work, read, caller, now }, deps, lines.value) : work(async () => lines)
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/api/v1/passwords/export',
    summary: 'Give out the password hashes of people, a page at a time',
    permission: { action: 'exportPasswords', resource: installation },
    assurance: freshSignIn,
    input: { body: ExportQuery },
    output: Exported,
    event: 'passwords.exported',
    limit: perPrincipal(600, 'minute'),
    handler: ({ body, work, read }) => exportPasswords({ work, read }, deps, body),
  }),
]
