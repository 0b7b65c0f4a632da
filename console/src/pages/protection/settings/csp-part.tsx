import type { ReactElement } from 'react'
import type { Protection } from '../../../api/types.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { LinesField } from '../../../ui/list-fields.tsx'
import type { PartProps } from './draft.ts'

type Csp = Protection['csp']

/** `img-src 'self' https://cdn.example` lines; one that begins with a minus takes ours away. */
const directiveLines = (directives: Csp['directives']) =>
  Object.entries(directives).map(([name, values]) => (values === null ? `- ${name}` : [name, ...values].join(' ')))
const directivesOf = (lines: readonly string[]): Csp['directives'] =>
  Object.fromEntries(
    lines.map((line) => {
      const [first = '', ...rest] = line.split(/\s+/u)
      return first === '-' ? [rest[0] ?? '', null] : [first, rest]
    }),
  )

/** What pages of the application may load and run. */
export function CspPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { csp } = settings
  const set = (patch: Partial<Csp>) => change('csp', { ...csp, ...patch })
  return (
    <>
      <Choice
        label="What browsers do with the policy"
        value={csp.mode}
        onChange={(mode) => set({ mode })}
        disabled={disabled}
        options={[
          {
            value: 'report',
            label: 'Report only',
            says: 'Nothing is blocked; browsers tell what would be. Begin here.',
          },
          { value: 'block', label: 'Enforce', says: 'What the policy does not allow is neither loaded nor run.' },
          { value: 'off', label: 'Off', says: 'No policy is sent.' },
        ]}
      />
      <LinesField
        label="Directives"
        hint={
          "One a line, in place of ours: img-src 'self' https://cdn.example. A minus before its name takes one away: - form-action"
        }
        rows={5}
        value={directiveLines(csp.directives)}
        onChange={(lines) => set({ directives: directivesOf(lines) })}
        error={errorAt('csp.directives')}
        disabled={disabled}
      />
      <div className="flex flex-col gap-2">
        <Checkbox
          disabled={disabled}
          checked={csp.nonce}
          onChange={(nonce) => set({ nonce })}
          label="Nonce: only scripts run that carry the nonce which the application gets with each request (Holdfast-Csp-Nonce)"
        />
        <Checkbox
          disabled={disabled}
          checked={csp.trustedTypes}
          onChange={(trustedTypes) => set({ trustedTypes })}
          label="Trusted Types: scripts write into the page only what a policy of the page has made"
        />
        <Checkbox
          disabled={disabled}
          checked={csp.reports}
          onChange={(reports) => set({ reports })}
          label="Browsers send their reports to the gateway"
        />
      </div>
      <LinesField
        label="Hashes of inline scripts"
        hint="One a line: sha256-..."
        value={csp.hashes}
        onChange={(hashes) => set({ hashes })}
        error={errorAt('csp.hashes')}
        disabled={disabled}
      />
    </>
  )
}
