import { readFileSync } from 'node:fs'

const files = {
  '/signin.css': 'text/css; charset=utf-8',
  '/account.css': 'text/css; charset=utf-8',
  '/passkeys.js': 'text/javascript; charset=utf-8',
} as const

/** What the pages need beside themselves. */
export function createAssets(): Readonly<Record<string, (request: Request) => Response>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, type]) => {
      const content = readFileSync(new URL(`.${path}`, import.meta.url))
      const headers = { 'content-type': type, 'cache-control': 'public, max-age=300' }
      return [path, () => new Response(content, { headers })]
    }),
  )
}
