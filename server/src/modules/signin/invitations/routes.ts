import { z } from 'zod'
import { perAddress, perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import { uuid } from '../../../platform/uuid.ts'
import { CreationOptions } from '../mfa/passkeys/shapes.ts'
import { codesPage } from '../pages/enrol-page.ts'
import { problemOf } from '../pages/layout.ts'
import { refusedPage } from '../pages/setup-page.ts'
import type { OfferedConnection } from '../pages/sign-in-page.ts'
import { browserSession } from '../sessions/browser.ts'
import { acceptWithPasskey, beginByPasskey, type PasskeyTools } from './by-passkey.ts'
import { type AcceptTools, acceptWithPassword, readInvitation } from './complete.ts'
import { invitationErrors } from './errors.ts'
import { invite, resend, revoke, showInvitation } from './invite.ts'
import { invitationPage } from './pages.ts'
import { InvitationList, InvitationView, NewInvitation } from './shapes.ts'
import { newestInvitations } from './store.ts'

const theLink = 'the one-time secret of the link stands for a permission'
const installation = () => ({ type: 'Installation', id: 'installation' })
const field = z.string().default('')
const fieldOf: Readonly<Record<string, string>> = { name_invalid: 'name', password_weak: 'password' }

export type InvitationRoutesTools = PasskeyTools & {
  /** the connections that may be chosen, leading back to the invitation */
  readonly offeredTo: (read: Read, token: string) => Promise<readonly OfferedConnection[]>
}

export const invitationRoutes = (deps: InvitationRoutesTools): Route[] => {
  const index = async (tx: Parameters<AcceptTools['columns']['index']>[0], text: string) =>
    (await deps.columns.index(tx))('invitations.email_key', text)
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/invitations',
      summary: 'List invitations, newest first',
      permission: { action: 'listInvitations', resource: installation },
      input: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().regex(uuid, 'the `next` of the page before').optional(),
        }),
      },
      output: InvitationList,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ query, read, now }) =>
        read(async (tx) => {
          const rows = await newestInvitations(tx, { limit: query.limit + 1, after: query.cursor })
          const shown = rows.slice(0, query.limit)
          const items = []
          for (const row of shown) items.push(await showInvitation(tx, deps, row, now))
          return ok({ items, next: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/invitations',
      summary: 'Invite an address by mail',
      permission: { action: 'createInvitation', resource: installation },
      input: { body: NewInvitation },
      output: InvitationView,
      event: 'invitation.created',
      limit: perPrincipal(120, 'minute'),
      handler: ({ body, read, work, caller, now }) => invite({ read, work, caller, now }, { ...deps, index }, body),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/invitations/:id/resend',
      summary: 'Send an invitation again, with a new link',
      permission: { action: 'createInvitation', resource: installation },
      output: InvitationView,
      event: 'invitation.resent',
      limit: perPrincipal(60, 'minute'),
      handler: ({ params, work, caller, now }) => resend({ work, caller, now }, deps, params.id),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/invitations/:id',
      summary: 'Take an invitation back',
      permission: { action: 'revokeInvitation', resource: installation },
      output: z.object({ revoked: z.literal(true) }),
      event: 'invitation.revoked',
      limit: perPrincipal(120, 'minute'),
      handler: ({ params, work, now }) => revoke({ work, now }, params.id),
    }),
    defineRoute({
      method: 'GET',
      path: '/invitation',
      summary: 'The page to accept an invitation at',
      permission: { public: theLink },
      input: { query: z.object({ token: field, name: field }) },
      output: 'page',
      reads: true,
      limit: perAddress(600, 'minute'),
      async handler({ query: { token, name }, read, now }): Promise<Accepted<Page>> {
        const open = await readInvitation(read, deps, token, now)
        if (open === null) return invalidPage()
        const connections = await deps.offeredTo(read, token)
        const passkeys = deps.relyingParty !== undefined
        return invitationPage({ token, open, name: name.slice(0, 200), hint: hintOf(deps), connections, passkeys })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/invitation',
      summary: 'Accept an invitation with a password',
      permission: { public: theLink },
      input: { form: z.object({ token: field, name: field, password: field, username: z.string().optional() }) },
      output: 'page',
      event: 'invitation.accepted',
      limit: perAddress(600, 'minute'),
      bodyLimit: 16 * 1024,
      async handler({ form, read, work, source, now, request, tenant }): Promise<Accepted<Page>> {
        const current = await browserSession(deps, request.headers, now, tenant)
        const open = await readInvitation(read, deps, form.token, now)
        const connections = open === null ? [] : await deps.offeredTo(read, form.token)
        const result = await acceptWithPassword({ read, work, source, now, current }, deps, form)
        if (result.ok) return ok({ redirect: result.value.to }, { cookies: [result.value.cookie] })
        const { code, status } = result.error
        if (open === null || code === invitationErrors.invitation_invalid.code) return invalidPage(result.eventId)
        const problem = problemOf(result, result.eventId, fieldOf[code] ?? null)
        const passkeys = deps.relyingParty !== undefined
        const name = form.name.slice(0, 200)
        const view = { token: form.token, open, name, hint: hintOf(deps), connections, passkeys, problem }
        return invitationPage(view, { ...result.reply, status })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/invitation/passkey/options',
      summary: 'Begin to accept an invitation with a passkey (PublicKeyCredentialCreationOptionsJSON)',
      permission: { public: theLink },
      input: { body: z.object({ token: field, called: field }) },
      output: CreationOptions,
      reads: true,
      limit: perAddress(600, 'minute'),
      handler: ({ body, read, now }) => beginByPasskey({ read, now }, deps, body),
    }),
    defineRoute({
      method: 'POST',
      path: '/invitation/passkey',
      summary: 'Accept an invitation with a passkey (RegistrationResponseJSON in `credential`)',
      permission: { public: theLink },
      input: { form: z.object({ token: field, called: field, credential: field }) },
      output: 'page',
      event: 'invitation.accepted',
      limit: perAddress(600, 'minute'),
      async handler({ form, read, work, source, now, request, tenant }): Promise<Accepted<Page>> {
        const current = await browserSession(deps, request.headers, now, tenant)
        const open = await readInvitation(read, deps, form.token, now)
        const connections = open === null ? [] : await deps.offeredTo(read, form.token)
        const result = await acceptWithPasskey({ read, work, source, now, current }, deps, form)
        if (result.ok) {
          const { to, cookie, codes } = result.value
          const reply = { cookies: [cookie] }
          return codes === null ? ok({ redirect: to }, reply) : codesPage(codes, to, reply)
        }
        const { code, status } = result.error
        if (open === null || code === invitationErrors.invitation_invalid.code) return invalidPage(result.eventId)
        const problem = problemOf(result, result.eventId, null)
        const name = form.called.slice(0, 200)
        const view = { token: form.token, open, name, hint: hintOf(deps), connections, passkeys: true, problem }
        return invitationPage(view, { ...result.reply, status })
      },
    }),
  ]
}

function invalidPage(eventId?: string): Accepted<Page> {
  const refused = refuse(invitationErrors.invitation_invalid)
  const { title, status } = refused.error
  return refusedPage(title, problemOf(refused, eventId, null), { status })
}

function hintOf({ config }: AcceptTools): string {
  return `At least ${config.passwordLength} characters: several words, or one that your password manager makes.`
}
