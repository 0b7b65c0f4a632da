import { type ReactElement, useRef } from 'react'
import { Button } from './button.tsx'

interface OpenFileProps {
  readonly label: string
  readonly accept: string
  readonly onText: (text: string) => void
}

/** A button that opens a file of the viewer's own and reads it as text. */
export function OpenFile({ label, accept, onText }: OpenFileProps): ReactElement {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button onClick={() => input.current?.click()}>{label}</Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const [file] = event.target.files ?? []
          // The same file may be chosen again, after it was changed.
          void file?.text().then((text) => {
            event.target.value = ''
            onText(text)
          })
        }}
      />
    </>
  )
}
