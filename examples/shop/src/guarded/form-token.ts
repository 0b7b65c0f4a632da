import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Principal } from '@holdfast/sdk'
import type { MiddlewareHandler } from 'hono'
import { ShopError } from './problem.ts'

/** The hidden field of every form of a page. */
export const FORM_TOKEN = 'csrf_token'

/** Of this process: a page that was opened before a restart says so once, and is loaded again. Several processes would share one. */
const KEY = randomBytes(32)

/** Only a page of this shop, shown in this very sign-in, has it. */
export function formToken({ id, session }: Principal): string {
  return createHmac('sha256', KEY)
    .update(`${id} ${session ?? ''}`)
    .digest('base64url')
}

/** The third wall behind the gateway's and `Sec-Fetch-Site`, for browsers that say nothing of where they come from. */
export const ownForm: MiddlewareHandler = async (c, next) => {
  const principal = c.get('principal')
  const type = c.req.header('content-type') ?? ''
  if (
    c.req.method !== 'POST' ||
    principal === null ||
    !type.toLowerCase().startsWith('application/x-www-form-urlencoded')
  ) {
    return next()
  }
  const { [FORM_TOKEN]: given } = await c.req.parseBody()
  const expected = Buffer.from(formToken(principal))
  const bytes = Buffer.from(typeof given === 'string' ? given : '')
  if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) {
    throw new ShopError('form_foreign', 403, 'Not from this page', 'Load the page again, and send its form once more.')
  }
  return next()
}
