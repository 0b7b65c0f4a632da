import type { ReactElement } from 'react'
import type { Protection } from '../../../api/types.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { LinesField, NumberField } from '../../../ui/list-fields.tsx'
import { RouteFields } from '../../../ui/route-rows.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { SelectField } from '../../../ui/select.tsx'
import type { PartProps } from './draft.ts'
import { JsonField } from './json-field.tsx'

type Headers = Protection['headers']
type Own = Headers['routes'][number]

const NONE = 'none'
const options = (...values: readonly string[]) =>
  [...values, NONE].map((value) => ({ value, label: value === NONE ? 'not sent' : value }))

/** Headers with one of a few values each, or none. */
const chosen = [
  {
    name: 'referrerPolicy',
    label: 'Referrer-Policy',
    hint: 'How much of an address other sites hear.',
    options: options(
      'no-referrer',
      'same-origin',
      'strict-origin',
      'strict-origin-when-cross-origin',
      'origin',
      'origin-when-cross-origin',
    ),
  },
  {
    name: 'frame',
    label: 'X-Frame-Options',
    hint: 'Who may show pages in a frame.',
    options: options('deny', 'same-origin'),
  },
  {
    name: 'openerPolicy',
    label: 'Cross-Origin-Opener-Policy',
    hint: 'Sign-in windows that talk to their opener need same-origin-allow-popups.',
    options: options('same-origin', 'same-origin-allow-popups', 'noopener-allow-popups'),
  },
  {
    name: 'resourcePolicy',
    label: 'Cross-Origin-Resource-Policy',
    hint: 'Images that other sites show need cross-origin on their route.',
    options: options('same-origin', 'same-site', 'cross-origin'),
  },
  {
    name: 'embedderPolicy',
    label: 'Cross-Origin-Embedder-Policy',
    hint: 'Only for pages that want to be isolated.',
    options: options('require-corp', 'credentialless'),
  },
] as const

/** `camera: self` lines of a Permissions-Policy. */
const permissionLines = (permissions: Headers['permissions']) =>
  Object.entries(permissions ?? {}).map(([feature, who]) => `${feature}: ${who.join(' ')}`.trim())
const permissionsOf = (lines: readonly string[]): NonNullable<Headers['permissions']> =>
  Object.fromEntries(
    lines.map((line) => {
      const [feature = '', who = ''] = line.split(/:(.*)/su)
      return [feature.trim(), who.split(/\s+/u).filter((each) => each !== '')]
    }),
  )

/** What answers carry to keep browsers from being used against the application. */
export function HeadersPart({ draft }: PartProps): ReactElement {
  const { settings, change, errorAt, disabled } = draft
  const { headers } = settings
  const { hsts } = headers
  const set = (patch: Partial<Headers>) => change('headers', { ...headers, ...patch })
  return (
    <>
      <Choice
        label="Where the application sends such a header itself"
        value={headers.when}
        onChange={(when) => set({ when })}
        disabled={disabled}
        options={[
          { value: 'absent', label: 'Its own', says: 'Ours stand only where it says nothing that a browser knows.' },
          { value: 'stricter', label: 'The stricter', says: 'Of each header the stricter one, whose ever it is.' },
        ]}
      />
      <fieldset disabled={disabled} className="flex flex-col gap-2">
        <legend className="mb-1 text-xs font-medium">Strict-Transport-Security</legend>
        <Checkbox
          disabled={disabled}
          checked={hsts !== null}
          onChange={(on) =>
            set({ hsts: on ? { maxAgeSeconds: 31_536_000, includeSubDomains: false, preload: false } : null })
          }
          label="Browsers come by https only, once they have been here"
        />
        {hsts === null ? null : (
          <div className="flex flex-col gap-2 pl-6">
            <NumberField
              label="For so many days"
              value={Math.round(hsts.maxAgeSeconds / 86_400)}
              onChange={(days) => set({ hsts: { ...hsts, maxAgeSeconds: (days ?? 0) * 86_400 } })}
              error={errorAt('headers.hsts')}
              disabled={disabled}
            />
            <Checkbox
              disabled={disabled}
              checked={hsts.includeSubDomains}
              onChange={(includeSubDomains) => set({ hsts: { ...hsts, includeSubDomains } })}
              label="All subdomains, too: each of them must speak https"
            />
            <Checkbox
              disabled={disabled}
              checked={hsts.preload}
              onChange={(preload) => set({ hsts: { ...hsts, preload } })}
              label="May be built into browsers (preload); that cannot be taken back within months"
            />
          </div>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        {chosen.map(({ name, label, hint, options: offered }) => (
          <SelectField
            key={name}
            label={label}
            hint={hint}
            value={headers[name] ?? NONE}
            onChange={(value) => set({ [name]: value === NONE ? null : value })}
            options={offered}
          />
        ))}
      </div>
      <div className="flex flex-col gap-2">
        <Checkbox
          disabled={disabled}
          checked={headers.contentTypeOptions}
          onChange={(contentTypeOptions) => set({ contentTypeOptions })}
          label="X-Content-Type-Options: nosniff. Browsers take the type of an answer for what it says"
        />
        <Checkbox
          disabled={disabled}
          checked={headers.hideServer}
          onChange={(hideServer) => set({ hideServer })}
          label="Take out X-Powered-By and its kin, which tell an attacker what to try"
        />
        <Checkbox
          disabled={disabled}
          checked={headers.permissions !== null}
          onChange={(on) => set({ permissions: on ? {} : null })}
          label="Permissions-Policy: which features of the browser pages may use"
        />
      </div>
      {headers.permissions === null ? null : (
        <LinesField
          label="Features"
          hint="One a line: a feature alone is off; after a colon stands who may use it: self, *, or origins."
          rows={6}
          value={permissionLines(headers.permissions)}
          onChange={(lines) => set({ permissions: permissionsOf(lines) })}
          error={errorAt('headers.permissions')}
          disabled={disabled}
        />
      )}
      <Rows
        label="Headers of single routes"
        hint="The first that fits decides; what it does not name is as above."
        items={headers.routes}
        onChange={(routes) => set({ routes })}
        ordered
        one="route"
        add="Add route"
        fresh={(): Own => ({ path: '/', set: {} })}
        errorAt={(index) => errorAt(`headers.routes.${index}`)}
        disabled={disabled}
        row={(route, put) => (
          <div className="flex flex-col gap-2">
            <RouteFields value={route} onChange={put} />
            <SetField value={route.set} onChange={(next) => put({ ...route, set: next })} />
          </div>
        )}
      />
    </>
  )
}

/** A few headers as JSON: any of them may stand here. */
const SetField = ({ value, onChange }: { value: Own['set']; onChange: (value: Own['set']) => void }): ReactElement => (
  <JsonField
    label="Set"
    hint={'As JSON: { "frame": null, "resourcePolicy": "cross-origin" }'}
    rows={2}
    value={value}
    write={JSON.stringify}
    onChange={onChange}
  />
)
