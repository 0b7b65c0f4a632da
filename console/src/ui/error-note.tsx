import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ApiError } from '../api/errors.ts'
import { Icon } from './icons.tsx'

/** What went wrong, in the server's own sentence, with the stable code and the event that recorded it. */
export function ErrorNote({ error }: { error: unknown }): ReactElement | null {
  if (error === null || error === undefined) return null
  const problem = error instanceof ApiError ? error.problem : null
  return (
    <div role="alert" className="flex gap-2 rounded-md border border-bad/40 bg-bad-soft px-3 py-2 text-sm text-ink">
      <Icon name="warning" className="mt-0.5 text-bad" />
      <div className="min-w-0">
        <p className="break-words">{sentenceOf(error)}</p>
        {problem === null ? null : (
          <>
            {problem.errors.length === 0 ? null : (
              <ul className="mt-1 list-disc pl-4">
                {problem.errors.map(({ path, message }) => (
                  <li key={`${path} ${message}`}>
                    {path === '' ? null : <code className="font-mono text-xs">{path}</code>} {message}
                  </li>
                ))}
              </ul>
            )}
            {problem.findings.length === 0 ? null : (
              <ul className="mt-1 list-disc pl-4">
                {problem.findings.map(({ policy, start, message }) => (
                  <li key={`${policy ?? ''} ${start?.offset ?? ''} ${message}`}>
                    {policy === null ? null : <code className="font-mono text-xs">{policy} </code>}
                    {start === null ? null : (
                      <span className="font-mono text-xs">{`${start.line}:${start.column} `}</span>
                    )}
                    {message}
                  </li>
                ))}
              </ul>
            )}
            <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-muted">
              <code className="font-mono">{problem.code}</code>
              {problem.eventId === null ? null : (
                <Link to="/events/{-$id}" params={{ id: problem.eventId }} className="text-accent hover:underline">
                  Event that recorded it
                </Link>
              )}
              {problem.requestId === null ? null : (
                <span className="font-mono break-all">request {problem.requestId}</span>
              )}
            </p>
          </>
        )}
      </div>
    </div>
  )
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : 'Something went wrong.'
  // Where each mistake is listed below, the sentence that says that they are listed says nothing more than the title.
  const { title, detail, errors, findings } = error.problem
  return errors.length + findings.length > 0 ? `${title}:` : detail
}
