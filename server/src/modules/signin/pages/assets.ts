import { readFileSync } from 'node:fs'

/** What the pages need beside themselves. */
export function createAssets(): Readonly<Record<string, (request: Request) => Response>> {
  const style = readFileSync(new URL('signin.css', import.meta.url))
  const headers = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=300' }
  return { '/signin.css': () => new Response(style, { headers }) }
}
