import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Status {
  readonly way: string
  readonly server: { readonly host: string; readonly port: number; readonly tls: string } | null
  readonly from: string
  readonly locale: string
  readonly counts: Readonly<Record<'waiting' | 'sent' | 'givenUp' | 'kept', number>>
  readonly items: readonly {
    readonly template: string
    readonly person: string | null
    readonly state: string
    readonly attempts: number
    readonly lastError: string | null
    readonly createdAt: string
  }[]
}

interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly createdAt: string
}

interface Template {
  readonly name: string
  readonly kind: string
  readonly values: Readonly<Record<string, string>>
  readonly builtin: { readonly subject: string; readonly body: string }
  readonly own: readonly { readonly locale: string; readonly subject: string; readonly body: string }[]
}

interface Words {
  readonly subject: string
  readonly body: string
  readonly button?: string
  readonly locale?: string
}

/** Letters: where they go, what became of them, and their words. */
export function mailCommand(open: Open): Command {
  const mail = new Command('mail').description('letters to people: links, codes and notices')

  mail
    .command('status')
    .description('say where letters go, and what became of the newest')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.get<Status>('/mail')
      show(found, () => status(found))
    })

  mail
    .command('test')
    .description('send a test letter: holdfast identity mail test ada@example.com')
    .argument('<address>')
    .action(async (address: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const sent = await api.post<{ readonly sent: string }>('/mail/test', { to: address })
      show(
        sent,
        () => `A letter to ${address} is on its way; "holdfast identity mail status" says what became of it.\n`,
      )
    })

  mail
    .command('box')
    .description('show the letters that would have been sent: in development without a mail server')
    .option('--to <address>', 'only those to this address')
    .action(async ({ to }: { to?: string }, command: Command) => {
      const { api, show } = open(command)
      const { items } = await api.get<{ readonly items: readonly Letter[] }>('/mailbox', { to })
      show(items, () => (items.length === 0 ? 'The mailbox is empty.\n' : items.map(letter).join('\n')))
    })

  mail
    .command('templates')
    .description('list the letters that Holdfast sends, or show the words of one')
    .argument('[name]')
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const { api, show } = open(command)
      const { items } = await api.get<{ readonly items: readonly Template[] }>('/mail/templates')
      const found = name === undefined ? items : items.filter((template) => template.name === name)
      show(found, () => (name === undefined || found.length === 0 ? list(found) : found.map(words).join('\n')))
    })

  mail
    .command('write')
    .description(
      'say a letter in words of your own, from a file: ... write recovery --subject "..." --body recovery.txt',
    )
    .argument('<name>')
    .requiredOption('--subject <text>', 'its subject')
    .requiredOption('--body <file>', 'its paragraphs, with an empty line between them')
    .option('--button <text>', 'what the button says that leads to the link')
    .option('--locale <tag>', 'the language; that of the settings when not said')
    .action(async (name: string, options: Words, command: Command) => {
      const { api, show, terminal } = open(command)
      const body = readFileSync(resolve(terminal.cwd, options.body), 'utf8')
      const changed = await api.put<{ readonly locale: string }>(`/mail/templates/${segment(name)}`, {
        ...options,
        body,
      })
      show(changed, () => `The letter ${name} (${changed.locale}) is in your own words now.\n`)
    })

  mail
    .command('reset')
    .description('give a letter its built-in words again')
    .argument('<name>')
    .option('--locale <tag>', 'the language; that of the settings when not said')
    .action(async (name: string, { locale }: { locale?: string }, command: Command) => {
      const { api, show } = open(command)
      const query = locale === undefined ? '' : `?${new URLSearchParams({ locale }).toString()}`
      const changed = await api.delete<object>(`/mail/templates/${segment(name)}${query}`)
      show(changed, () => `The letter ${name} has its built-in words again.\n`)
    })

  return mail
}

const ways: Readonly<Record<string, string>> = {
  smtp: 'to the mail server',
  mailbox: 'into the mailbox of development (holdfast identity mail box)',
  none: 'nowhere: no mail server is configured, and letters are refused',
}

function status({ way, server, from, locale, counts, items }: Status): string {
  const about = facts({
    'letters go': ways[way] ?? way,
    server: server && `${server.host}:${server.port}, TLS ${server.tls}`,
    from,
    language: locale,
    waiting: counts.waiting,
    sent: counts.sent,
    'given up': counts.givenUp,
  })
  const newest = table(
    items,
    {
      template: (item) => item.template,
      state: (item) => item.state,
      attempts: (item) => item.attempts,
      'last error': (item) => item.lastError,
      person: (item) => item.person,
      created: (item) => when(item.createdAt),
    },
    'No letter was sent yet.',
  )
  return `${about}\n${newest}`
}

function letter({ to, subject, text, createdAt }: Letter): string {
  return `${facts({ to, subject, at: when(createdAt) })}\n${text}`
}

function list(templates: readonly Template[]): string {
  return table(
    templates,
    {
      name: ({ name }) => name,
      kind: ({ kind }) => kind,
      values: ({ values }) => Object.keys(values).join(', '),
      'own words': ({ own }) => own.map(({ locale }) => locale).join(', '),
      subject: ({ builtin }) => builtin.subject,
    },
    'There is no such letter.',
  )
}

function words({ builtin, own, values }: Template): string {
  const all = [{ locale: 'built in', ...builtin }, ...own]
  const takes = Object.keys(values).map((name) => `{${name}}`)
  const head = `values  ${[...takes, '{name}', '{installation}'].join(' ')}\n`
  return head + all.map(({ locale, subject, body }) => `\n[${locale}] ${subject}\n\n${body}\n`).join('')
}
