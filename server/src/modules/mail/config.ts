import { z } from 'zod'

const oneLine = /^[^\p{C}]*$/u

export const mailConfig = z.strictObject({
  from: z
    .string()
    .max(320)
    .regex(oneLine, 'one line')
    .regex(
      /^(?:[^<>@,;]{1,200}<[^\s<>@]{1,64}@[^\s<>@]{1,253}>|[^\s<>@]{1,64}@[^\s<>@]{1,253})$/,
      'Name <name@example.org>',
    )
    .optional()
    .describe('Whom letters come from. Default: Holdfast <no-reply@HOST>, with the host of the public URL.'),
  replyTo: z.email().optional().describe('Where answers go, when not to the sender.'),
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'a language tag such as en or de-CH')
    .default('en')
    .describe('The language of the letters. English is built in; other languages are templates of your own.'),
  giveUpHours: z
    .int()
    .min(1)
    .max(72)
    .default(4)
    .describe('How long a letter is tried for. One whose link lapses before is given up then.'),
  smtp: z
    .strictObject({
      url: z
        .string()
        .regex(/^smtps?:\/\/[^\s/]+\/?$/, 'smtp://user:password@host:port or smtps://...')
        .optional()
        .describe('The mail server in one line, instead of the settings below.')
        .meta({ secret: true }),
      host: z
        .string()
        .max(253)
        .regex(/^[^\s/@]+$/, 'a host name')
        .optional()
        .describe('The mail server.'),
      port: z.int().min(1).max(65_535).optional().describe('Its port. Default: 587; 465 with tls implicit.'),
      user: z.string().min(1).max(320).optional().describe('The user to sign in as.'),
      password: z.string().min(1).max(1000).optional().describe('The password of that user.').meta({ secret: true }),
      tls: z
        .enum(['required', 'implicit', 'opportunistic', 'none'])
        .optional()
        .describe(
          'required: STARTTLS or nothing; implicit: TLS from the first byte; opportunistic: STARTTLS where it is offered; none: never. Default: implicit for smtps, opportunistic on this very machine, else required.',
        ),
      caFile: z
        .string()
        .max(1000)
        .optional()
        .describe("Certificates (PEM) that the mail server's is checked by, instead of those of the system."),
    })
    .prefault({})
    .describe(
      'Without a server: in development letters are kept in the mailbox of the console, in production they are refused.',
    ),
  limits: z
    .strictObject({
      perHour: z
        .int()
        .min(1)
        .max(1000)
        .default(5)
        .describe(
          'Letters that anybody can ask for (recovery, codes, invitations), of one kind to one address in an hour.',
        ),
      perDay: z.int().min(1).max(10_000).default(20).describe('The same in a day.'),
    })
    .prefault({})
    .describe('So that nobody floods a mailbox by way of Holdfast. Notices have six times as much.'),
})

export type MailConfig = z.output<typeof mailConfig>
