import { Dialog } from '@base-ui/react/dialog'
import type { ReactElement } from 'react'
import { JumpList } from './jump-list.tsx'

const keys: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Jump to a page, a person or an application'],
  ['/', 'Search on this page'],
  ['Up, Down', 'Move between the rows of a table'],
  ['Enter', 'Open the row'],
  ['Escape', 'Close the panel, or keep what an act would change'],
  ['Ctrl S', 'Save the policy or schema being edited'],
  ['?', 'This help'],
]

interface DialogsProps {
  readonly dialog: 'jump' | 'keys'
  readonly onClose: () => void
}

/** The two things that lie over a page: the quick jump and the list of keys. Loaded when first asked for. */
export function Dialogs({ dialog, onClose }: DialogsProps): ReactElement {
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Popup
          onKeyDown={(event) => {
            // The panel under the dialog must not close by the same key.
            if (event.key === 'Escape') event.nativeEvent.stopPropagation()
          }}
          className="fixed top-[12dvh] left-1/2 z-50 w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 rounded-md border border-line bg-surface text-sm text-ink shadow-panel outline-none"
        >
          {dialog === 'jump' ? (
            <>
              <Dialog.Title className="sr-only">Jump to</Dialog.Title>
              <JumpList onDone={onClose} />
            </>
          ) : (
            <>
              <Dialog.Title className="border-b border-line px-4 py-3 text-base font-semibold">Keys</Dialog.Title>
              <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 p-4">
                {keys.map(([key, meaning]) => (
                  <div key={key} className="contents">
                    <dt>
                      <kbd className="rounded-sm border border-line bg-sunken px-1.5 py-0.5 font-mono text-xs">
                        {key}
                      </kbd>
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
