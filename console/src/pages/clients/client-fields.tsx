import type { ReactElement } from 'react'
import type { ApiError } from '../../api/errors.ts'
import { fieldError } from '../../api/errors.ts'
import { type ClientDraft, comesBack, ofPreset, presets } from '../../lib/client-draft.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field, Input, TextArea } from '../../ui/input.tsx'
import { Select, SelectField } from '../../ui/select.tsx'

interface ClientFieldsProps {
  readonly draft: ClientDraft
  readonly onDraft: (draft: ClientDraft) => void
  readonly error: ApiError | Error | null
  /** A client stays of its kind. */
  readonly fixedPreset?: boolean
}

/** The metadata of an OAuth client. */
export function ClientFields({ draft, onDraft, error, fixedPreset = false }: ClientFieldsProps): ReactElement {
  const set = (part: Partial<ClientDraft>) => onDraft({ ...draft, ...part })
  return (
    <>
      {fixedPreset ? null : (
        <div className="flex flex-col gap-1">
          <span className="text-xs font-medium">Kind</span>
          <Select
            label="Kind"
            value={draft.preset}
            onChange={(preset) => set(ofPreset(draft, preset))}
            options={presets}
          />
          <span className="text-xs text-muted">{presets.find(({ value }) => value === draft.preset)?.hint}</span>
        </div>
      )}
      <Field label="Name" error={fieldError(error, 'client_name')} hint="People read it where they sign in.">
        <Input value={draft.name} onChange={(name) => set({ name })} autoFocus={!fixedPreset} />
      </Field>
      {comesBack(draft.preset) ? (
        <Field
          label="Redirect URIs"
          error={fieldError(error, 'redirect_uris')}
          hint="One a line; compared letter by letter. https, or http on this machine."
        >
          <TextArea
            value={draft.redirectUris}
            onChange={(redirectUris) => set({ redirectUris })}
            className="font-mono text-xs"
            placeholder="https://app.example.com/callback"
          />
        </Field>
      ) : null}
      {draft.preset === 'fapi2' || draft.keys !== '' ? (
        <Field
          label="Its public keys"
          error={fieldError(error, 'jwks') ?? fieldError(error, 'jwks_uri')}
          hint="The address of a JWK Set, or the set itself. Only public keys."
        >
          <TextArea
            value={draft.keys}
            onChange={(keys) => set({ keys })}
            className="font-mono text-xs"
            placeholder="https://app.example.com/jwks.json"
          />
        </Field>
      ) : null}
      <Field
        label="May ask tokens for"
        error={fieldError(error, 'resources')}
        hint="Beside its own application: one resource a line, its identifier and then scopes of it."
      >
        <TextArea
          rows={2}
          value={draft.resources}
          onChange={(resources) => set({ resources })}
          className="font-mono text-xs"
          placeholder="https://api.example.com orders:read"
        />
      </Field>
      {comesBack(draft.preset) ? (
        <>
          <Field label="Addresses after signing out" error={fieldError(error, 'post_logout_redirect_uris')}>
            <TextArea
              rows={2}
              value={draft.logoutUris}
              onChange={(logoutUris) => set({ logoutUris })}
              className="font-mono text-xs"
            />
          </Field>
          <Field
            label="Back-channel logout"
            error={fieldError(error, 'backchannel_logout_uri')}
            hint="Told by us when a session has ended. Optional."
          >
            <Input
              value={draft.backchannel}
              onChange={(backchannel) => set({ backchannel })}
              className="font-mono text-xs"
            />
          </Field>
          <SelectField
            label="People must show at least"
            value={draft.acr}
            onChange={(acr) => set({ acr })}
            options={[
              { value: '', label: 'What the rules of the installation say' },
              { value: 'aal2', label: 'aal2: two factors' },
              { value: 'phr', label: 'phr: phishing-resistant' },
            ]}
          />
          <Checkbox
            checked={draft.consent === 'ask'}
            onChange={(ask) => set({ consent: ask ? 'ask' : 'skip' })}
            label="Ask people for their consent: it is somebody else's program, or one that others could pose as"
          />
        </>
      ) : null}
    </>
  )
}
