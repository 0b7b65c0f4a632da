import { z } from 'zod'
import { Email } from './text.ts'

export const MailStatus = z.object({
  /** where letters go */
  way: z.enum(['smtp', 'mailbox', 'none']),
  server: z
    .object({ host: z.string(), port: z.int(), tls: z.enum(['required', 'implicit', 'opportunistic', 'none']) })
    .nullable(),
  from: z.string(),
  locale: z.string(),
  counts: z.object({ waiting: z.int(), sent: z.int(), givenUp: z.int(), kept: z.int() }),
  /** the newest, without what is in them */
  items: z.array(
    z.object({
      id: z.string(),
      template: z.string(),
      person: z.string().nullable(),
      state: z.enum(['waiting', 'sent', 'given-up', 'kept']),
      attempts: z.int(),
      lastError: z.string().nullable(),
      createdAt: z.iso.datetime(),
      settledAt: z.iso.datetime().nullable(),
    }),
  ),
})

export const Mailbox = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      to: z.string(),
      template: z.string(),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      /** the addresses in it that begin with the public URL */
      links: z.array(z.string()),
      createdAt: z.iso.datetime(),
    }),
  ),
})

export const MailboxQuery = z.object({
  to: z.string().max(254).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const NewTest = z.strictObject({ to: Email })
export const Tested = z.object({ sent: z.literal('queued') })

const Locale = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'a language tag such as en or de-CH')
const words = /^[\P{C}\n\r\t]*$/u

export const NewWording = z.strictObject({
  locale: Locale.optional(),
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{C}*$/u, 'one line'),
  /** paragraphs, with an empty line between them */
  body: z.string().min(1).max(4000).regex(words, 'no control characters'),
  button: z
    .string()
    .min(1)
    .max(80)
    .regex(/^\P{C}*$/u, 'one line')
    .optional(),
})
export const WordingQuery = z.object({ locale: Locale.optional() })

const TemplateView = z.object({
  name: z.string(),
  kind: z.enum(['asked', 'notice']),
  values: z.record(z.string(), z.enum(['text', 'address', 'code', 'number', 'link'])),
  builtin: z.object({ subject: z.string(), body: z.string(), button: z.string().nullable() }),
  own: z.array(
    z.object({
      locale: z.string(),
      subject: z.string(),
      body: z.string(),
      button: z.string().nullable(),
      updatedAt: z.iso.datetime(),
    }),
  ),
})
export const TemplateList = z.object({ items: z.array(TemplateView) })

export type NewWording = z.output<typeof NewWording>
