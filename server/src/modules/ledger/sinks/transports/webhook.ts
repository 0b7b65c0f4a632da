import { createHmac } from 'node:crypto'
import { createPoster, refusedBy } from '../outbound/post.ts'
import type { Outbound } from '../../../../platform/outbound/resolve.ts'
import type { WebhookSecrets, WebhookSettings } from '../settings.ts'
import { DeliveryFailed, type Outgoing, type Transport } from './transport.ts'

export interface WebhookParts {
  readonly sink: { readonly id: string; readonly name: string }
  readonly settings: WebhookSettings
  readonly secrets: WebhookSecrets
  readonly outbound: Outbound
  readonly version: string
  readonly now: () => Date
}

/** Sends signed messages after the specification Standard Webhooks 1.0. */
export function createWebhook({ sink, settings, secrets, outbound, version, now }: WebhookParts): Transport {
  const poster = createPoster(settings, outbound)
  return {
    async send(batch, signal) {
      const message = messageOf(sink, batch)
      const at = now()
      const headers = {
        'content-type': 'application/json',
        'user-agent': `Holdfast/${version}`,
        'webhook-id': message.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signatures(message, at, secrets),
      }
      const answer = await poster.post(headers, Buffer.from(message.body), signal)
      if (answer.status === 410) throw new DeliveryFailed('it answered 410: it is gone for good', { gone: true })
      if (answer.status < 200 || answer.status > 299) throw refusedBy(answer)
      return { refused: 0 }
    },
    close: async () => poster.close(),
  }
}

export interface Message {
  readonly id: string
  readonly body: string
}

/**
 * The body and the id of a batch. Both are made of the batch alone: sent again it is the same message, and whoever keeps
 * ids knows it. The signature and its timestamp are new for each attempt, so that a receiver may refuse old ones.
 */
function messageOf(sink: { readonly id: string; readonly name: string }, batch: readonly Outgoing[]): Message {
  const events = batch.filter((item) => item.is === 'event')
  const gaps = batch.filter((item) => item.is === 'gap')
  const test = batch.find((item) => item.is === 'test')
  if (test !== undefined) {
    const body = { type: 'log.test', timestamp: test.time.toISOString(), data: { sink: sink.name, id: test.id } }
    return { id: `test_${test.id}`, body: JSON.stringify(body) }
  }
  const places = batch.flatMap((item) =>
    item.is === 'event' ? [item.seq] : item.is === 'gap' ? [item.from, item.to] : [],
  )
  const listed = events.map(
    ({ seq, id, kind, json }) => `{"seq":${seq},"id":"${id}","kind":${JSON.stringify(kind)},"event":${json}}`,
  )
  const head = { type: 'log.events', timestamp: (batch.at(-1)?.time ?? new Date(0)).toISOString() }
  const told = JSON.stringify(gaps.map(({ from, to, count }) => ({ from, to, count })))
  const data = `{"sink":${JSON.stringify(sink.name)},"events":[${listed.join(',')}],"gaps":${told}}`
  return {
    id: `log_${sink.id}_${places[0]}_${places.at(-1)}`,
    body: `${JSON.stringify(head).slice(0, -1)},"data":${data}}`,
  }
}

/** One signature for each secret in force, so that a receiver may know either: "v1,<base64> v1,<base64>". */
function signatures(message: Message, at: Date, { signing }: WebhookSecrets): string {
  const content = `${message.id}.${Math.floor(at.getTime() / 1000)}.${message.body}`
  return signing
    .filter(({ until }) => until === null || new Date(until) > at)
    .map(({ secret }) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
      return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
    })
    .join(' ')
}
