import { OutboundRefused, type GuardedFetch, guardedFetch } from '@holdfast/sdk/outbound'
import type { Holdfast } from '@holdfast/sdk'
import { z } from 'zod'
import { ShopError } from './problem.ts'

export const LinkToPreview = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000) })

/** Tells the title of a page that somebody else named: of public addresses only, and nothing else of what they say. */
export function previewer(holdfast: Holdfast): (url: string) => Promise<{ title: string | null }> {
  const fetch = guardedFetch({
    allow: 'any',
    schemes: ['https', 'http'],
    timeout: 5000,
    mostBytes: 256 * 1024,
    holdfast,
  })
  return async (url) => {
    const text = await read(fetch, url)
    return { title: /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim() ?? null }
  }
}

/** @throws ShopError 422 address_refused, 502 address_silent: the same for everything that did not answer */
async function read(fetch: GuardedFetch, url: string): Promise<string> {
  try {
    const answer = await fetch(url)
    return await answer.text()
  } catch (error) {
    if (error instanceof OutboundRefused) {
      throw new ShopError('address_refused', 422, 'Address refused', 'A preview is of public addresses only.')
    }
    throw new ShopError('address_silent', 502, 'No answer', 'That address gave no page to show.')
  }
}
