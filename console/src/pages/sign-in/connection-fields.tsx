import type { ReactElement } from 'react'
import { fieldError } from '../../api/errors.ts'
import { asksFor, type ConnectionDraft } from '../../lib/connection-draft.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { GroupPicker } from '../people/group-picker.tsx'

interface ConnectionFieldsProps {
  readonly draft: ConnectionDraft
  readonly onDraft: (draft: ConnectionDraft) => void
  readonly error: Error | null
  /** A connection that is there: its issuer is known, and its secret is kept unless another is typed. */
  readonly existing?: { readonly hasSecret: boolean }
}

/** What a connection is told, beside which provider it is. */
export function ConnectionFields({ draft, onDraft, error, existing }: ConnectionFieldsProps): ReactElement {
  const set = (part: Partial<ConnectionDraft>) => onDraft({ ...draft, ...part })
  const asked = asksFor(draft.preset)
  return (
    <>
      <Field label="Name" error={fieldError(error, 'name')} hint="On its button: Continue with …">
        <Input value={draft.name} onChange={(name) => set({ name })} />
      </Field>
      {asked === 'issuer' ? (
        <Field
          label="Issuer"
          error={fieldError(error, 'issuer')}
          hint="The address under which the provider has its /.well-known/openid-configuration."
        >
          <Input
            value={draft.issuer}
            onChange={(issuer) => set({ issuer })}
            className="font-mono text-xs"
            placeholder={draft.preset === 'okta' ? 'https://example.okta.com' : 'https://id.example.com'}
          />
        </Field>
      ) : null}
      {asked === 'tenant' && existing === undefined ? (
        <Field label="Directory (tenant) id" error={fieldError(error, 'tenant')} hint="Of Entra, a UUID.">
          <Input value={draft.tenant} onChange={(tenant) => set({ tenant })} className="font-mono text-xs" />
        </Field>
      ) : null}
      <Field label="Client id" error={fieldError(error, 'clientId')}>
        <Input value={draft.clientId} onChange={(clientId) => set({ clientId })} className="font-mono text-xs" />
      </Field>
      <Field
        label="Client secret"
        error={fieldError(error, 'clientSecret')}
        hint={
          existing?.hasSecret === true
            ? 'One is kept, and never shown. Type another to replace it.'
            : 'Kept encrypted, and never shown again.'
        }
      >
        <Input
          type="password"
          autoComplete="new-password"
          value={draft.clientSecret}
          onChange={(clientSecret) => set({ clientSecret })}
        />
      </Field>
      <Field
        label="E-mail domains"
        error={fieldError(error, 'domains')}
        hint="People of these are led to it, and only their addresses may come by it. None: any."
      >
        <Input value={draft.domains} onChange={(domains) => set({ domains })} placeholder="example.com" />
      </Field>
      <div className="flex flex-col gap-2">
        <Checkbox
          checked={draft.button}
          onChange={(button) => set({ button })}
          label="Show its button to everybody who signs in"
        />
        <Checkbox
          checked={draft.signUp}
          onChange={(signUp) => set({ signUp })}
          label="Whoever comes with a verified address that nobody has here gets an account"
        />
        <Checkbox
          checked={draft.trustEmail}
          onChange={(trustEmail) => set({ trustEmail })}
          label="Believe addresses of its domains that the provider does not call verified (Entra)"
        />
        <Checkbox
          checked={draft.updateName}
          onChange={(updateName) => set({ updateName })}
          label="Names follow what the provider says"
        />
      </div>
      {draft.signUp ? (
        <GroupPicker
          label="Groups of whoever signs up"
          value={draft.signUpGroups}
          onChange={(signUpGroups) => set({ signUpGroups })}
        />
      ) : null}
      <Field
        label="Second factor there"
        error={fieldError(error, 'secondFactor')}
        hint="Values of acr or amr by which the provider says that there were two factors. None: it proves one, and the second is asked here."
      >
        <Input
          value={draft.secondFactor}
          onChange={(secondFactor) => set({ secondFactor })}
          className="font-mono text-xs"
          placeholder="mfa"
        />
      </Field>
    </>
  )
}
