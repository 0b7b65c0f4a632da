import { type ReactElement, useState } from 'react'
import { elevations } from '../../api/elevations.ts'
import type { ElevationRule } from '../../api/types.ts'
import { spanText } from '../../lib/spans.ts'
import { count } from '../../lib/words.ts'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, TextArea } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SelectField } from '../../ui/select.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'

interface GlassPanelProps {
  readonly application: string
  readonly rules: readonly ElevationRule[]
  readonly onClose: () => void
  readonly onDone: (id: string) => void
}

/** Takes a role at once, without anybody's approval: says first who hears of it, and asks for the role's name. */
export function GlassPanel({ application, rules, onClose, onDone }: GlassPanelProps): ReactElement {
  const roles = rules.filter(({ breakGlass, gives }) => breakGlass !== null && gives === 'role')
  const [chosen, setChosen] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const rule = roles.find(({ name }) => name === chosen) ?? roles[0]
  const glass = rule?.breakGlass ?? null
  const take = useAct(
    async () => {
      if (rule === undefined) throw new TypeError('there is no rule')
      return await elevations.breakGlass(application, { role: rule.name, reason })
    },
    {
      done: (taken) => `You have the role ${taken.role ?? ''}`,
      refresh: [['access', application]],
      after: (taken) => onDone(taken.id),
    },
  )
  return (
    <DetailPanel title="Break glass" subtitle="For an emergency in which nobody can approve." onClose={onClose}>
      <PanelBody>
        {rule === undefined || glass === null ? (
          <p className="text-muted">No rule lets you break the glass here.</p>
        ) : (
          <>
            <Notice tone="bad">
              <ul className="flex flex-col gap-1">
                <li>{`You have the role at once, for ${spanText(glass.maximumSeconds)}.`}</li>
                <li>A critical event says so, with your name and your reason, in the log and at every way out.</li>
                <li>Somebody else has to review it afterwards. It cannot be undone or hidden.</li>
                <li>{`At most ${count(glass.perDay, 'time')} within 24 hours.`}</li>
              </ul>
            </Notice>
            <SelectField
              label="Role"
              value={rule.name}
              options={roles.map(({ name }) => ({ value: name, label: name }))}
              onChange={setChosen}
            />
            <Field label="What is the emergency?" hint="Whoever reviews it reads this.">
              <TextArea value={reason} onChange={setReason} maxLength={2000} />
            </Field>
            <TypedConfirm
              key={rule.name}
              label="Break the glass"
              disabled={reason.trim() === ''}
              busy={take.isPending}
              word={rule.name}
              consequence={`You take the role ${rule.name} of ${application} without an approval, and everybody who watches the log is told.`}
              confirm={`Take the role ${rule.name} now`}
              onConfirm={() => take.mutate()}
            />
          </>
        )}
        <ErrorNote error={take.error} />
      </PanelBody>
    </DetailPanel>
  )
}
