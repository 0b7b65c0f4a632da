import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { personal } from '../../api/identity.ts'
import type { FactorProof, Factors, Person } from '../../api/types.ts'
import { acrWords } from '../../lib/assurance.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { SelectField } from '../../ui/select.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'

interface PersonFactorsProps {
  readonly person: Person
  readonly own: boolean
  /** Whether to offer what only operators do. */
  readonly operates: boolean
}

/** The passkeys, the authenticator app and the recovery codes of a person; their reset, for whoever has lost all of them. */
export function PersonFactors({ person, own, operates }: PersonFactorsProps): ReactElement {
  const factors = useQuery({
    queryKey: ['people', 'factors', person.id],
    queryFn: async () => await personal.factors(person.id),
  })
  const [method, setMethod] = useState<FactorProof['method']>('in_person')
  const [reason, setReason] = useState('')
  const reset = useAct(async () => await personal.resetFactors(person.id, { method, reason: reason.trim() }), {
    done: ({ revoked }) => `Second factors of ${person.name} reset, ${count(revoked, 'session')} ended`,
    refresh: [['people'], ['sessions']],
  })
  return (
    <Section
      title="Second factors"
      aside={
        own ? (
          <a href="/account/security" className="text-xs text-accent hover:underline">
            Change yours
          </a>
        ) : undefined
      }
    >
      <Answer query={factors}>
        {(found) => (
          <div className="flex flex-col gap-3">
            <FactorList factors={found} />
            {!operates || own || !hasAny(found) ? null : (
              <TypedConfirm
                label="Reset second factors"
                consequence={
                  <>
                    {person.name} loses {wordsOf(found)}, and all their sessions end. They sign in with what is left and
                    enrol anew. Do this only for somebody whom you have recognised as surely as when they enrolled. How
                    you did is recorded.
                  </>
                }
                asks={
                  <>
                    <SelectField label="How you made sure" value={method} onChange={setMethod} options={proofs} />
                    <Field label="Why, and where the evidence is" hint="A ticket, who vouched.">
                      <Input value={reason} onChange={setReason} />
                    </Field>
                  </>
                }
                ready={reason.trim() !== ''}
                word={person.email}
                confirm={`Reset the factors of ${person.name}`}
                busy={reset.isPending}
                onConfirm={() => reset.mutate()}
              />
            )}
            <ErrorNote error={reset.error} />
          </div>
        )}
      </Answer>
    </Section>
  )
}

const proofs = [
  { value: 'in_person', label: 'Seen in person' },
  { value: 'video', label: 'Seen on video, by somebody who knows them' },
  { value: 'document', label: 'An official document' },
  { value: 'call_back', label: 'Called back at a number known from before' },
  { value: 'vouched', label: 'Somebody vouched for them' },
] as const

function FactorList({ factors }: { factors: Factors }): ReactElement {
  const rows = [
    ...factors.passkeys.map((passkey) => ({
      key: passkey.id,
      name: passkey.name,
      kind: passkey.backedUp ? 'Passkey, synced' : 'Passkey',
      usedAt: passkey.lastUsedAt,
      cloned: passkey.cloned,
    })),
    ...(factors.totp === null
      ? []
      : [{ key: 'totp', name: 'Authenticator app', kind: 'TOTP', usedAt: factors.totp.lastUsedAt, cloned: false }]),
  ]
  return (
    <>
      {rows.length === 0 ? <p className="text-muted">None enrolled.</p> : null}
      <ul className="flex flex-col empty:hidden">
        {rows.map((row) => (
          <li key={row.key} className="flex flex-wrap items-center justify-between gap-x-4 border-b border-line py-1.5">
            <div className="min-w-0">
              <p className="font-medium break-words">{row.name}</p>
              <p className="text-xs text-muted">{row.kind}</p>
            </div>
            <div className="text-right text-xs text-muted">
              {row.cloned ? <Status tone="bad">copied: refused</Status> : null}
              <p>
                used <RelativeTime at={row.usedAt} />
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="text-xs text-muted">
        {factors.recoveryCodes.left === 0
          ? 'No recovery codes.'
          : `${count(factors.recoveryCodes.left, 'recovery code')} left.`}{' '}
        Demanded of them: {acrWords(factors.policy)} ({factors.policy}).
      </p>
    </>
  )
}

function hasAny({ passkeys, totp, recoveryCodes }: Factors): boolean {
  return passkeys.length > 0 || totp !== null || recoveryCodes.left > 0
}

function wordsOf({ passkeys, totp, recoveryCodes }: Factors): string {
  const lost = [
    ...(passkeys.length === 0 ? [] : [count(passkeys.length, 'passkey')]),
    ...(totp === null ? [] : ['the authenticator app']),
    ...(recoveryCodes.left === 0 ? [] : [count(recoveryCodes.left, 'recovery code')]),
  ]
  return new Intl.ListFormat('en-GB').format(lost)
}
