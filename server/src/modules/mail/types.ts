import type { Tx } from '../../platform/work.ts'
import type { ValuesOf } from './templates/define.ts'
import type { TemplateName, Templates } from './templates/english.ts'

/** Whom a letter goes to: somebody whose address the directory knows, or an address that is nobody's yet. */
export type Recipient = { readonly person: string } | { readonly address: string }

/** A letter of a template, with the values that this template takes. */
export type Letter = {
  [Name in TemplateName]: {
    readonly to: Recipient
    readonly template: Name
    readonly values: ValuesOf<Templates[Name]>
    /** after this it is of no use, and not sent any more */
    readonly expiresAt?: Date
  }
}[TemplateName]

/**
 * What became of a letter in the transaction: `queued` (or kept in the mailbox of development), `limited` (too many to this
 * address), `refused` (there is no mail server), `nobody` (no such person). The event says so; no caller needs to look.
 */
export type Sent = 'queued' | 'limited' | 'refused' | 'nobody'

export interface SendMail {
  /** Enqueues a letter: it is sent after the transaction has committed, and not when it has not. */
  send(tx: Tx, letter: Letter): Promise<Sent>
}
