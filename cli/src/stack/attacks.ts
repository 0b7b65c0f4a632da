import { send } from '../lab/http.ts'
import type { Stack } from './index.ts'

export interface Pasted {
  readonly title: string
  /** For a shell. */
  readonly command: string
  readonly expected: string
}

/**
 * Six attacks on the guarded shop, and an honest request, to be pasted into another terminal. Ben, a customer, is the attacker.
 * @param cookies of Ben, a file for `curl -H @file`, as seen from the directory in which people paste
 */
export async function attacksToPaste({ shop, people }: Stack, cookies: string): Promise<readonly Pasted[]> {
  const ben = `-H @${quoted(cookies)}`
  const mia = people.find(({ name }) => name === 'mia')?.id ?? ''
  const review = await aReview(shop.url)
  return [
    {
      title: 'Name your own price',
      command: `curl -i ${ben} -H 'Content-Type: application/json' -d '{"product":"armchair","quantity":1,"price":1}' ${shop.url}/orders`,
      expected: '422: the price is the backend’s, and a body that names one is refused',
    },
    {
      title: 'Delete somebody else’s review, whatever button the page shows',
      command: `curl -i ${ben} -X DELETE ${shop.url}/reviews/${review}`,
      expected: '403 with the policy and the condition that failed; the review stays, an event tells',
    },
    {
      title: 'Read somebody else’s contact data',
      command: `curl -i ${ben} ${shop.url}/profiles/${mia}`,
      expected: '200 with the display name alone: e-mail and card never leave the database',
    },
    {
      title: 'Go around the gateway with a forged identity',
      command: `curl -i -H 'Holdfast-Identity: eyJhbGciOiJub25lIn0.eyJzdWIiOiJQZXJzb246OmFkYSJ9.' ${shop.upstream}/wallet`,
      expected: '401: an identity that the gateway did not sign is none',
    },
    {
      title: 'Inject SQL into the search',
      command: `curl -i "${shop.url}/products?query=%27%20OR%201%3D1%20--"`,
      expected:
        '403 from the gateway, whose event tells what it read; the shop would have looked for the text, not executed it',
    },
    {
      title: 'Leave a script for whoever reads the reviews',
      command: `curl -i ${ben} -H 'Content-Type: application/json' -d '{"product":"kettle","rating":5,"text":"<img src=x onerror=alert(1)>"}' ${shop.url}/reviews`,
      expected: '403 from the gateway; the shop would have shown it as text',
    },
    {
      title: 'And be honest: look for words that only look like SQL',
      command: `curl -i "${shop.url}/products?query=O%27Brien:%20select%20one%20or%20two%20from%20the%20list"`,
      expected: '200: a text that would change no query passes',
    },
  ]
}

/** Of a product that Ben has not reviewed. */
async function aReview(shop: string): Promise<string> {
  const { status, json } = await send(shop, { method: 'GET', path: '/products/kettle/reviews' })
  const { items } = (status === 200 ? json : { items: [] }) as { items: readonly { id: string; author: string }[] }
  return items.find(({ author }) => author !== 'Ben')?.id ?? '00000000-0000-4000-8000-000000000000'
}

/** Only what a shell could misread needs quotes. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
