import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { protection, protectionQuery } from '../../api/protection.ts'
import { unlessRefused } from '../../api/queries.ts'
import { traffic } from '../../api/traffic.ts'
import type { Learned, Protection, StoredProtection } from '../../api/types.ts'
import { download } from '../../lib/download.ts'
import { count } from '../../lib/words.ts'
import { Status, type Tone } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { countColumn } from '../../ui/columns.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { DiffView } from '../../ui/diff-view.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMay } from '../../ui/use-may.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { ForApplication, ProtectionPage } from './frame.tsx'

const route = getRouteApi('/protection/learned/{-$app}')
const here = '/protection/learned/{-$app}'

/** What the gateways have seen of an API that no document describes, as a draft of one. */
export function LearnedPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => (
        <ProtectionPage here={here} application={application}>
          <div className="flex max-w-6xl flex-col gap-4 px-4 pt-4 pb-8">
            <Both key={application.id} app={application.id} />
          </div>
        </ProtectionPage>
      )}
    </ForApplication>
  )
}

function Both({ app }: { app: string }): ReactElement {
  const stored = useQuery(protectionQuery(app))
  const learned = useQuery({
    queryKey: ['protection', app, 'learned'],
    queryFn: async ({ signal }) => await traffic.learned(app, signal),
    refetchInterval: unlessRefused(15_000),
  })
  return (
    <Answer query={stored}>
      {(settings) => <Answer query={learned}>{(seen) => <View app={app} stored={settings} learned={seen} />}</Answer>}
    </Answer>
  )
}

interface ViewProps {
  readonly app: string
  readonly stored: StoredProtection
  readonly learned: Learned
}

function View({ app, stored, learned }: ViewProps): ReactElement {
  const may = useMay(app)('changeProtection')
  const { inspection } = stored.settings
  const save = useAct(
    async (patch: Partial<Protection['inspection']>) =>
      await protection.save(app, { ...stored.settings, inspection: { ...inspection, ...patch } }, stored.version),
    { done: ({ version }) => `Saved as version ${version}`, refresh: [['protection', app]] },
  )
  const forget = useAct(async () => await traffic.forget(app), {
    done: () => 'What was learned is forgotten',
    refresh: [['protection', app]],
  })
  const learning = inspection.learn
  return (
    <>
      <Box
        title="Learning"
        aside={<Status tone={learning ? 'good' : 'quiet'}>{learning ? 'gateways learn' : 'off'}</Status>}
      >
        <BoxBody>
          <p className="max-w-prose text-muted">
            Gateways watch what honest requests are like: paths, names, kinds and lengths, never values. Requests with
            an attack teach nothing. Of it they draft the document of the API.
          </p>
          <Facts
            items={[
              ['Seen', count(learned.observed, 'request')],
              ['Since', <RelativeTime key="since" at={learned.since} />],
              ['Last told', <RelativeTime key="updated" at={learned.updatedAt} />],
            ]}
          />
          <ErrorNote error={save.error ?? forget.error} />
          {may ? (
            <div className="flex flex-wrap gap-2">
              <Button busy={save.isPending} onClick={() => save.mutate({ learn: !learning })}>
                {learning ? 'Stop learning' : 'Begin to learn'}
              </Button>
              {learned.observed === 0 ? null : (
                <ConfirmInline
                  label="Forget what was learned"
                  busy={forget.isPending}
                  consequence={`What ${count(learned.observed, 'request')} taught is gone; the document in force stays as it is.`}
                  confirm="Forget it"
                  onConfirm={() => forget.mutate()}
                />
              )}
            </div>
          ) : null}
        </BoxBody>
      </Box>
      {learned.operations.length === 0 ? (
        <EmptyState title="Nothing learned yet">
          {learning
            ? 'Use the application through its gateway. Gateways tell every half minute what they have seen.'
            : 'Switch learning on, use the application for a week as its people do, and take over what comes of it.'}
        </EmptyState>
      ) : (
        <>
          <Operations learned={learned} />
          <Draft key={learned.updatedAt} {...{ app, stored, learned, may, save }} />
        </>
      )}
    </>
  )
}

const certain: Readonly<Record<string, Tone>> = { low: 'warn', medium: 'quiet', high: 'good' }
const changes: Readonly<Record<string, string>> = {
  new: 'new',
  wider: 'wider than the document',
  same: 'as the document says',
}

type Operation = Learned['operations'][number]

const columns: readonly Column<Operation>[] = [
  {
    id: 'operation',
    header: 'Operation',
    value: ({ operation }) => operation,
    cell: ({ operation }) => <VisibleText text={operation} />,
    className: 'max-w-96',
  },
  {
    id: 'change',
    header: 'Against the document',
    value: ({ change }) => change,
    cell: ({ change }) => changes[change],
  },
  {
    id: 'confidence',
    header: 'Certain',
    value: ({ confidence }) => confidence,
    cell: ({ confidence }) => <Status tone={certain[confidence] ?? 'unknown'}>{confidence}</Status>,
    from: 'sm',
  },
  countColumn('count', 'Seen', ({ count: times }) => times),
]

function Operations({ learned }: { learned: Learned }): ReactElement {
  return (
    <Box
      title="What was seen"
      aside={<span className="text-xs text-muted">{count(learned.operations.length, 'operation')}</span>}
    >
      <div className="max-h-96 overflow-y-auto">
        <DataTable
          label="What was seen"
          columns={columns}
          rows={learned.operations}
          rowId={({ operation }) => operation}
        />
      </div>
    </Box>
  )
}

interface DraftProps extends ViewProps {
  readonly may: boolean
  readonly save: {
    readonly isPending: boolean
    readonly mutate: (patch: Partial<Protection['inspection']>) => void
  }
}

function Draft({ app, stored, learned, may, save }: DraftProps): ReactElement {
  const { inspection } = stored.settings
  const [unknown, setUnknown] = useState<Protection['inspection']['unknown']>('report')
  const { document, differences } = learned
  const text = JSON.stringify(document, null, 2)
  return (
    <Box
      title="Draft of the document"
      aside={
        <Button
          icon="download"
          onClick={() => download(`${app}-openapi.json`, new Blob([text], { type: 'application/json' }))}
        >
          Download
        </Button>
      }
    >
      <BoxBody>
        {differences.length === 0 ? (
          <p className="text-muted">It says nothing that the document in force does not say.</p>
        ) : (
          <details open={differences.length <= 20}>
            <summary className="cursor-pointer text-xs font-medium">
              {count(differences.length, 'difference')} to the document in force
            </summary>
            <ul className="mt-2 flex max-h-72 flex-col gap-1 overflow-y-auto">
              {differences.map(({ operation, what, at, says }, index) => (
                <li key={`${index} ${at}`} className="break-words">
                  <VisibleText text={operation} className="font-semibold" /> <VisibleText text={says} />{' '}
                  <code className="font-mono text-xs text-muted">{what}</code>
                </li>
              ))}
            </ul>
          </details>
        )}
        <details>
          <summary className="cursor-pointer text-xs font-medium">Line by line</summary>
          <div className="pt-2">
            <DiffView
              label="The draft against the document in force"
              old={inspection.document === null ? '' : JSON.stringify(inspection.document, null, 2)}
              now={text}
            />
          </div>
        </details>
        {may ? (
          <>
            <Choice
              label="What the document does not name, once it is in force"
              value={unknown}
              onChange={setUnknown}
              options={[
                { value: 'report', label: 'Report only', says: 'It passes, and an event tells: the way to begin.' },
                { value: 'refuse', label: 'Refuse', says: 'Whatever was never seen is refused from now on.' },
                { value: 'inspect', label: 'Inspect', says: 'It passes as free text, and nothing is told.' },
              ]}
            />
            <ConfirmInline
              safe={unknown !== 'refuse'}
              label="Take the draft over"
              busy={save.isPending}
              consequence={`${inspection.document === null ? 'The draft becomes the document of the API' : 'The draft takes the place of the document in force'}, with ${count(learned.operations.length, 'operation')}. ${unknown === 'refuse' ? 'What it does not name is refused at once.' : 'What it does not name still passes.'}`}
              confirm="Take it over"
              onConfirm={() => save.mutate({ document, unknown })}
            />
          </>
        ) : null}
      </BoxBody>
    </Box>
  )
}
