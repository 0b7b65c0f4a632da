import type { ReactElement } from 'react'
import type { Overview } from '../../api/types.ts'
import { CopyLine } from '../../ui/copy.tsx'

interface Step {
  readonly title: string
  readonly text: string
  readonly command: string
}

/** What an installation that is still empty should do next, in order; nothing once people, an application and an edge are there. */
export function nextSteps({ people, applications }: Pick<Overview, 'people' | 'applications'>): readonly Step[] {
  const guarded = applications.filter(({ id }) => id !== 'holdfast')
  const steps: Step[] = []
  if (guarded.length === 0) {
    steps.push({
      title: 'Guard an application',
      text: 'Run this in the directory of a backend: it registers the application, writes its schema and its credentials.',
      command: 'npx holdfast init express',
    })
  } else if (guarded.every(({ lastSeenAt }) => lastSeenAt === null)) {
    steps.push({
      title: 'Connect an edge',
      text: 'No application has fetched its policies yet. Write credentials for its backend, then start it with the SDK in it.',
      command: `npx holdfast services create ${guarded[0]?.id ?? 'my'}-backend --application ${guarded[0]?.id ?? 'my-app'}`,
    })
  }
  if (people.total <= 1) {
    steps.push({
      title: 'Add the people',
      text: 'Whoever signs in is a person here, in the groups that policies name.',
      command: "npx holdfast people create ada@example.com --name 'Ada Lovelace' --group admins",
    })
  }
  return steps
}

export function NextSteps({ steps }: { steps: readonly Step[] }): ReactElement {
  return (
    <section aria-label="Next steps" className="rounded-md border border-accent/40 bg-surface">
      <h2 className="flex h-10 items-center border-b border-line px-4 text-sm font-semibold">Next steps</h2>
      <ol className="flex flex-col">
        {steps.map((step, index) => (
          <li key={step.title} className="flex gap-3 border-b border-line px-4 py-3 last:border-b-0">
            <span className="text-muted tabular-nums">{index + 1}</span>
            <div className="flex min-w-0 max-w-2xl flex-1 flex-col gap-2">
              <p>
                <span className="font-medium">{step.title}.</span> <span className="text-muted">{step.text}</span>
              </p>
              <CopyLine text={step.command} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
