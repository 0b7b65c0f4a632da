import type { ReactElement } from 'react'

interface JsonTreeProps {
  readonly value: unknown
  /** JSON Pointers of values that were erased. */
  readonly erased?: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/** A JSON document as a tree that folds. Each object and list is a `details`, so it opens by click, Enter and find-in-page. */
export function JsonTree({ value, erased = NONE }: JsonTreeProps): ReactElement {
  return (
    <div className="font-mono text-xs leading-5 break-words">
      <Members value={value as object} pointer="" erased={erased} depth={0} />
    </div>
  )
}

interface NodeProps {
  readonly value: unknown
  readonly pointer: string
  readonly erased: ReadonlySet<string>
  readonly depth: number
}

function Members({ value, ...rest }: NodeProps & { readonly value: object }): ReactElement {
  return (
    <ul>
      {Object.entries(value).map(([name, member]) => (
        <li key={name}>
          <Node {...rest} name={name} value={member} pointer={`${rest.pointer}/${escaped(name)}`} />
        </li>
      ))}
    </ul>
  )
}

function Node({ name, value, pointer, erased, depth }: NodeProps & { readonly name: string }): ReactElement {
  const label = <span className="text-muted">{name}</span>
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    const { length } = Object.keys(value)
    return (
      <details open={depth < 1}>
        <summary className="cursor-pointer rounded-sm hover:bg-sunken">
          {label} <span className="text-muted">{Array.isArray(value) ? `[${length}]` : `{${length}}`}</span>
        </summary>
        <div className="ml-1.5 border-l border-line pl-3">
          <Members value={value} pointer={pointer} erased={erased} depth={depth + 1} />
        </div>
      </details>
    )
  }
  return (
    <div className="pl-3.5">
      {label}{' '}
      {erased.has(pointer) ? (
        <span className="rounded-sm border border-dashed border-line-strong px-1 text-muted italic">erased</span>
      ) : (
        <Leaf value={value} />
      )}
    </div>
  )
}

function Leaf({ value }: { value: unknown }): ReactElement {
  if (typeof value === 'string') return <span className="wrap-anywhere text-code-text">{JSON.stringify(value)}</span>
  return <span className="text-code-word">{JSON.stringify(value)}</span>
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
