import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { changeWording, resetWording } from './change-wording.ts'
import type { MailTools } from './deps.ts'
import { readMailbox } from './mailbox.ts'
import { Mailbox, MailboxQuery, MailStatus, NewTest, NewWording, TemplateList, Tested, WordingQuery } from './shapes.ts'
import { listTemplates, showStatus } from './status.ts'
import { testMail } from './test-mail.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })
const Changed = z.object({ name: z.string(), locale: z.string() })

export const mailRoutes = (deps: MailTools): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/mail',
    summary: 'Where letters go, and what became of the newest',
    permission: { action: 'viewMail', resource: installation },
    output: MailStatus,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) => read(async (tx) => ok(await showStatus(tx, deps))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/mail/test',
    summary: 'Send a test letter',
    permission: { action: 'changeMail', resource: installation },
    input: { body: NewTest },
    output: Tested,
    event: 'mail.tested',
    limit: perPrincipal(60, 'minute'),
    handler: ({ work, body }) => testMail(work, deps, body.to),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/mailbox',
    summary: 'The letters that would have been sent, newest first: in development without a mail server',
    permission: { action: 'readMailbox', resource: installation },
    input: { query: MailboxQuery },
    output: Mailbox,
    reads: true,
    limit: perPrincipal(6000, 'minute'),
    handler: ({ read, query }) => readMailbox(read, deps, query),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/mail/templates',
    summary: 'List the letters that Holdfast sends, with their words',
    permission: { action: 'viewMail', resource: installation },
    output: TemplateList,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) => read(async (tx) => ok(await listTemplates(tx))),
  }),
  defineRoute({
    method: 'PUT',
    path: '/api/v1/mail/templates/:name',
    summary: 'Say a letter in words of your own',
    permission: { action: 'changeMail', resource: installation },
    input: { body: NewWording },
    output: Changed,
    event: 'mail.template_changed',
    limit: perPrincipal(120, 'minute'),
    handler: ({ work, params, body }) => changeWording(work, deps, params.name, body),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/mail/templates/:name',
    summary: 'Give a letter its built-in words again',
    permission: { action: 'changeMail', resource: installation },
    input: { query: WordingQuery },
    output: Changed,
    event: 'mail.template_reset',
    limit: perPrincipal(120, 'minute'),
    handler: ({ work, params, query }) => resetWording(work, deps, params.name, query.locale),
  }),
]
